package io.bactrian.camel.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Exchange;

/**
 * A batch under {@code Prefer: handling=lenient}: each refused element with its problem, and the places of those that
 * are still the body of the exchange. Belongs to one exchange; not thread-safe.
 */
final class LenientBatch {

    private final SortedMap<Integer, Problem> refused = new TreeMap<>();
    private final List<Integer> places = new ArrayList<>();

    /** Counts the refused elements, if there are any: they are no part of a 4xx answer. */
    static void countRefused(Exchange exchange, Meters meters) {
        LenientBatch lenient = exchange.getProperty(EventProperties.LENIENT_BATCH, LenientBatch.class);
        if (lenient != null) {
            String webhook = exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class)
                    .name();
            lenient.refused.values().forEach(problem -> meters.rejected(webhook, problem.kind()));
        }
    }

    void keep(int place) {
        places.add(place);
    }

    void refuse(int place, Problem problem) {
        refused.put(place, problem);
    }

    /** @return place in the request of an event of the body */
    int place(int index) {
        return places.get(index);
    }

    /** Takes the events out of the body that have a problem; {@code problems} has null for the others. */
    List<CloudEvent> without(List<?> events, List<Problem> problems) {
        List<CloudEvent> left = new ArrayList<>(events.size());
        List<Integer> leftPlaces = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            if (problems.get(i) == null) {
                left.add((CloudEvent) events.get(i));
                leftPlaces.add(places.get(i));
            } else {
                refused.put(places.get(i), problems.get(i));
            }
        }
        places.clear();
        places.addAll(leftPlaces);
        return left;
    }

    /** @return problems by place in the request */
    SortedMap<Integer, Problem> refused() {
        return refused;
    }
}
