package io.bactrian.camel.webhook;

import java.time.Instant;

import io.bactrian.cloudevents.CloudEvent;

/**
 * One event that a webhook did not want.
 *
 * @param at when it was dropped
 * @param webhook its name
 * @param by the parameter that dropped it
 * @param source of the event, as are the others, each cut at {@value #MAX_TEXT} characters
 */
public record FilteredEvent(
        Instant at, String webhook, String by, String source, String eventId, String type, String subject) {

    private static final int MAX_TEXT = 200;

    static FilteredEvent of(Instant at, String webhook, String by, CloudEvent event) {
        return new FilteredEvent(
                at,
                webhook,
                by,
                shortened(event.source()),
                shortened(event.id()),
                shortened(event.type()),
                shortened(event.subject()));
    }

    private static String shortened(String text) {
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }
}
