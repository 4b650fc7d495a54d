package io.bactrian.camel.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.bactrian.journal.PendingEvent;

/**
 * Events that are tried again by themselves while all others go on: the first one of a subject that no stream takes, which
 * stands for all behind it, and those that met an error nobody knows. Bounded; not thread-safe: the caller locks.
 */
final class HeldEvents {

    /** Beyond it is no longer one subject or one event that is at fault. */
    static final int MAX = 64;

    private final Map<String, PendingEvent> blocked = new HashMap<>();
    private final Set<PendingEvent> alone = new HashSet<>();

    /** @return whether events of this subject wait behind another one than this */
    boolean waitsBehind(String subject, PendingEvent event) {
        PendingEvent first = blocked.get(subject);
        return first != null && first != event;
    }

    boolean isBlocked(String subject) {
        return blocked.containsKey(subject);
    }

    /** @return whether the event stands for its subject from now on, or did before; false when too many are held */
    boolean block(String subject, PendingEvent event) {
        if (blocked.get(subject) == event) {
            return true;
        }
        alone.remove(event);
        return !isFull() && blocked.putIfAbsent(subject, event) == null;
    }

    /** @return whether the event is held by itself from now on, or was before; false when too many are */
    boolean hold(PendingEvent event) {
        return alone.contains(event) || (!isFull() && alone.add(event));
    }

    /** The event is not tried again. @return whether others have waited behind it */
    boolean release(PendingEvent event) {
        alone.remove(event);
        return blocked.values().remove(event);
    }

    /** @return all of them, which are held no more */
    Set<PendingEvent> clear() {
        Set<PendingEvent> all = new HashSet<>(alone);
        all.addAll(blocked.values());
        alone.clear();
        blocked.clear();
        return all;
    }

    private boolean isFull() {
        return blocked.size() + alone.size() >= MAX;
    }
}
