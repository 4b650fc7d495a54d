package io.bactrian.camel;

import org.apache.camel.impl.health.AbstractHealthCheck;

/** One entry in the health of a gateway. None says that it is not alive: no restart heals what they look at. */
public abstract class HealthEntry extends AbstractHealthCheck {

    private final Role role;

    /** What an entry that is not up means. */
    protected enum Role {
        /** The gateway is not ready. */
        READINESS,
        /** A detail, never a reason not to be ready. */
        DETAIL
    }

    protected HealthEntry(String id, Role role) {
        super("bactrian", id);
        this.role = role;
    }

    @Override
    public final boolean isLiveness() {
        return false;
    }

    @Override
    public final boolean isReadiness() {
        return role == Role.READINESS;
    }
}
