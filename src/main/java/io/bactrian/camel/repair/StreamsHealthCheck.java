package io.bactrian.camel.repair;

import java.util.List;
import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Says that a broker has lost events; never a reason not to be ready. */
final class StreamsHealthCheck extends AbstractHealthCheck {

    private final StreamGuard guard;

    StreamsHealthCheck(StreamGuard guard) {
        super("bactrian", "streams");
        this.guard = guard;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    public boolean isReadiness() {
        return false;
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
