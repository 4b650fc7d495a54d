package io.bactrian.camel.repair;

import java.util.List;
import java.util.Map;

import io.bactrian.camel.HealthEntry;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Says that a broker has lost events; never a reason not to be ready. */
final class StreamsHealthCheck extends HealthEntry {

    private final StreamGuard guard;

    StreamsHealthCheck(StreamGuard guard) {
        super("streams", Role.DETAIL);
        this.guard = guard;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        List<String> alarms = guard.alarms();
        builder.detail("lost", alarms.size());
        if (!alarms.isEmpty()) {
            builder.message(String.join("; ", alarms));
        }
        if (guard.isRepairing()) {
            builder.unknown();
        } else {
            builder.up();
        }
    }
}
