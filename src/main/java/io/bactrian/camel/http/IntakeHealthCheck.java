package io.bactrian.camel.http;

import java.util.Map;

import io.bactrian.camel.HealthEntry;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Not ready once intake ends; being busy is no reason, since what is too much is refused. */
final class IntakeHealthCheck extends HealthEntry {

    private final AsyncHttpEngine engine;

    IntakeHealthCheck(AsyncHttpEngine engine) {
        super("intake", Role.READINESS);
        this.engine = engine;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        int inFlight = engine.inFlight();
        builder.detail("inFlight", inFlight);
        builder.detail("maxInFlight", engine.limits().maxInFlight());
        builder.detail("inFlightBytes", engine.inFlightBytes());
        builder.detail("maxInFlightBytes", engine.limits().maxInFlightBytes());
        if (engine.isDraining()) {
            builder.message("stopping: new requests are refused, still to answer: " + inFlight);
            builder.down();
        } else {
            builder.up();
        }
    }
}
