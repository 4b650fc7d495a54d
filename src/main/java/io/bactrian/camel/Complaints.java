package io.bactrian.camel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Keeps what every request may bring up out of the log, but for once a minute. Thread-safe. */
public final class Complaints {

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Long> last = new ConcurrentHashMap<>();

    /**
     * @param about a webhook or a parameter, of which there are few; never what a sender chooses
     * @return whether this may be said now: the first of its kind for a minute
     */
    public boolean isDue(String about) {
        long now = System.nanoTime();
        Long before = last.get(about);
        if (before != null && now - before < PAUSE_NANOS) {
            return false;
        }
        return before == null ? last.putIfAbsent(about, now) == null : last.replace(about, before, now);
    }
}
