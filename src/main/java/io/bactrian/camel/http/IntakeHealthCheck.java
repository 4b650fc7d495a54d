package io.bactrian.camel.http;

import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready once intake ends; being busy is no reason, since what is too much is refused. */
final class IntakeHealthCheck extends AbstractHealthCheck {

    private final AsyncHttpEngine engine;

    IntakeHealthCheck(AsyncHttpEngine engine) {
        super("bactrian", "intake");
        this.engine = engine;
    }

    @Override
    public boolean isLiveness() {
        return false;
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
