package io.bactrian.camel.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies are held at a time, by all requests together, as they came and unpacked. Requests in
 * progress times the largest body is more than any heap. Thread-safe.
 */
final class BodyBudget {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    /** @param max bytes */
    BodyBudget(long max) {
        this.max = max;
    }

    long held() {
        return held.get();
    }

    /** @return what one request holds: nothing yet */
    Share share() {
        return new Share();
    }

    /** What one request holds, until it lets go of it. */
    final class Share {

        private long own;
        private boolean released;

        private Share() {}

        /**
         * Takes room for bytes that have come. Whoever is alone always has it, so that a body is never too large for an
         * idle gateway that allows its size.
         *
         * @throws ProblemException 503 when the others hold too much
         */
        synchronized void take(int bytes) throws ProblemException {
            long all = held.addAndGet(bytes);
            if (released || (all > max && all != own + bytes)) {
                held.addAndGet(-bytes);
                throw new ProblemException(
                        ProblemKind.OVERLOADED,
                        "The bodies of all requests in progress have more than " + max
                                + " bytes (bactrian.http.max-in-flight-bytes).");
            }
            own += bytes;
        }

        /** Gives everything back; again without effect. */
        synchronized void release() {
            released = true;
            held.addAndGet(-own);
            own = 0;
        }
    }
}
