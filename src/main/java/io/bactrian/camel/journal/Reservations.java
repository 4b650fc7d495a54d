package io.bactrian.camel.journal;

import java.util.List;
import java.util.stream.Stream;

import io.bactrian.camel.EventProperties;
import io.bactrian.journal.Key;
import io.bactrian.journal.Reservation;
import org.apache.camel.Exchange;

/**
 * The reservations that an exchange holds, each until it is appended, confirmed or removed. One is the property itself; where
 * idempotent consumers are nested there are several, in a list that never changes, since copies of an exchange share it.
 */
final class Reservations {

    private Reservations() {}

    static void put(Exchange exchange, Reservation reservation) {
        Object held = exchange.getProperty(EventProperties.RESERVATION);
        exchange.setProperty(
                EventProperties.RESERVATION,
                held == null
                        ? reservation
                        : Stream.concat(all(held).stream(), Stream.of(reservation))
                                .toList());
    }

    static boolean isEmpty(Exchange exchange) {
        return exchange.getProperty(EventProperties.RESERVATION) == null;
    }

    /** @return the reservation of a key, which the exchange holds no longer; or null */
    static Reservation take(Exchange exchange, Key key) {
        Object held = exchange.removeProperty(EventProperties.RESERVATION);
        if (held instanceof Reservation one && one.key().equals(key)) {
            return one;
        }
        return held == null ? null : takeFrom(all(held), exchange, key);
    }

    private static Reservation takeFrom(List<Reservation> held, Exchange exchange, Key key) {
        List<Reservation> others =
                held.stream().filter(one -> !one.key().equals(key)).toList();
        if (!others.isEmpty()) {
            exchange.setProperty(EventProperties.RESERVATION, others.size() == 1 ? others.get(0) : others);
        }
        return held.stream().filter(one -> one.key().equals(key)).findFirst().orElse(null);
    }

    @SuppressWarnings("unchecked")
    private static List<Reservation> all(Object held) {
        return held instanceof Reservation one ? List.of(one) : (List<Reservation>) held;
    }
}
