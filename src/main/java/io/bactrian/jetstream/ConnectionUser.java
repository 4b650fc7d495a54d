package io.bactrian.jetstream;

import java.time.Duration;

/** Who publishes on a connection and has to know what happens to it. Called by the connection's threads; must be short. */
interface ConnectionUser {
    /** Answers to what was sent before can no longer arrive. */
    void connectionLost(String reason);

    /** The server has thrown away what was published to this subject. */
    void publishDenied(String subject);

    /** Waits until no answer is outstanding; false when that took too long. */
    boolean awaitIdle(Duration timeout) throws InterruptedException;
}
