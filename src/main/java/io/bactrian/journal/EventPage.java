package io.bactrian.journal;

import java.util.List;

/**
 * A part of a list of events.
 *
 * @param items in the order asked for; may be fewer than the limit, even none, although more follow
 * @param next where the next page begins ({@link EventQuery#from}), or 0 when there is nothing more
 * @param bytesRead what it cost
 * @param <T> what the caller reads of a payload
 */
public record EventPage<T>(List<Item<T>> items, long next, long bytesRead) {

    public EventPage {
        items = List.copyOf(items);
    }

    /**
     * One event.
     *
     * @param state everything but the payload
     * @param event what the caller read of the payload
     */
    public record Item<T>(EventState state, T event) {}
}
