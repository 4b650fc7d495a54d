package io.bactrian.camel.jetstream;

import java.util.Map;

import io.bactrian.camel.HealthEntry;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsStatus;
import org.apache.camel.health.HealthCheckResultBuilder;

/** A detail, never a reason not to be ready: without NATS events are accepted and wait. */
final class NatsHealthCheck extends HealthEntry {

    private final NatsConnection connection;

    NatsHealthCheck(NatsConnection connection) {
        super("nats", Role.DETAIL);
        this.connection = connection;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        NatsStatus status = connection.status();
        builder.detail("connected", status.connected());
        builder.detail("since", status.since().toString());
        if (status.connected() && status.reason() == null) {
            builder.up();
        } else {
            builder.message((status.connected() ? "NATS is up since " : "NATS is down since ") + status.since() + ": "
                    + status.reason());
            builder.unknown();
        }
    }
}
