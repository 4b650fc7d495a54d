package io.bactrian.journal;

import java.io.Closeable;
import java.io.IOException;

/** Closes one thing after the other, whatever becomes of each. */
final class Closing {
    private Throwable failure;

    void close(Closeable part) {
        try {
            part.close();
        } catch (IOException | RuntimeException | Error e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** What went wrong first, the rest suppressed; null when nothing did. */
    Throwable failure() {
        return failure;
    }
}
