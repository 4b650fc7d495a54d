package io.bactrian.app.bench;

import java.io.IOException;

/** A NATS server that {@link Scenario#OUTAGE} may take away. */
public interface Broker {

    /** Takes it away. */
    void stop();

    /** Brings it back with all it had stored. */
    void start() throws IOException, InterruptedException;
}
