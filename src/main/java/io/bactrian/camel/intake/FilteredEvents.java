package io.bactrian.camel.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Exchange;

/**
 * Events of one request that its webhook does not want, by their place in the request. They are told as {@code filtered}
 * and not kept. Belongs to one exchange; not thread-safe.
 */
public final class FilteredEvents {

    private static final int OK = 200;

    private final SortedMap<Integer, EventResource> filtered = new TreeMap<>();

    private FilteredEvents() {}

    /**
     * Takes events out of the body of the exchange. When none is left the request is answered, and its route ends.
     *
     * @param wanted asked once for each event, in order
     */
    public static void takeOut(Exchange exchange, Predicate<CloudEvent> wanted) {
        String webhook =
                exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class).name();
        Object body = exchange.getMessage().getBody();
        if (body instanceof CloudEvent event) {
            if (!wanted.test(event)) {
                Responses.success(
                        exchange, OK, EventResource.filtered(webhook, event).toJson());
                end(exchange);
            }
        } else if (body instanceof List<?> events) {
            new FilteredEvents().takeOut(exchange, webhook, events, wanted);
        }
    }

    private void takeOut(Exchange exchange, String webhook, List<?> events, Predicate<CloudEvent> wanted) {
        List<?> pointers = exchange.getProperty(EventProperties.BATCH_POINTERS, List.class);
        List<CloudEvent> left = new ArrayList<>(events.size());
        List<Object> leftPointers = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            CloudEvent event = (CloudEvent) events.get(i);
            if (!wanted.test(event)) {
                filtered.put(i, EventResource.filtered(webhook, event));
            } else {
                left.add(event);
                if (pointers != null) {
                    leftPointers.add(pointers.get(i));
                }
            }
        }
        if (filtered.isEmpty()) {
            return;
        }
        if (left.isEmpty()) {
            Responses.success(exchange, OK, EventResource.batch(List.copyOf(filtered.values())));
            end(exchange);
            return;
        }
        exchange.getMessage().setBody(left);
        exchange.setProperty(EventProperties.FILTERED, this);
        if (pointers != null) {
            exchange.setProperty(EventProperties.BATCH_POINTERS, leftPointers);
        }
    }

    /** Says it where a replaced body cannot. */
    private static void end(Exchange exchange) {
        exchange.getMessage().setHeader("Bactrian-Filtered", "true");
        exchange.setRouteStop(true);
    }

    /** @return the items of an answer in the order of the request */
    static List<EventResource> among(Exchange exchange, List<EventResource> kept) {
        FilteredEvents out = exchange.getProperty(EventProperties.FILTERED, FilteredEvents.class);
        if (out == null) {
            return kept;
        }
        List<EventResource> all = new ArrayList<>(kept);
        // each lands at its place, since those before it are there already
        out.filtered.forEach(all::add);
        return all;
    }
}
