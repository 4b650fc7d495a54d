package io.bactrian.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.bactrian.journal.EventQuery;
import io.bactrian.journal.State;

/**
 * Which events are meant. What is null does not matter.
 *
 * @param states what became of them; empty for any
 * @param since accepted at this time or later
 * @param until accepted before this time
 * @param reason class of the last error
 */
record EventFilter(
        Set<State> states, String webhook, String type, String source, Instant since, Instant until, String reason) {

    /** RFC 3339 writes four digits. */
    private static final int LAST_YEAR = 9999;

    /** The members of a filter, as the API names them. */
    static final List<String> MEMBERS = List.of("state", "webhook", "type", "source", "since", "until", "reason");

    /**
     * @param members name and value; an empty value is an absent one
     * @param pointer of the object that has the members, or null when they are query parameters
     */
    static EventFilter of(Map<String, String> members, String pointer) {
        Map<String, String> given = new TreeMap<>(members);
        given.values().removeIf(String::isEmpty);
        return new EventFilter(
                states(given.get("state"), at(pointer, "state")),
                given.get("webhook"),
                given.get("type"),
                given.get("source"),
                time(given.get("since"), "since", at(pointer, "since")),
                time(given.get("until"), "until", at(pointer, "until")),
                given.get("reason"));
    }

    private static String at(String pointer, String member) {
        return pointer == null ? null : pointer + "/" + member;
    }

    private static Set<State> states(String text, String pointer) {
        Set<State> states = EnumSet.noneOf(State.class);
        if (text != null) {
            for (String word : text.split(",", -1)) {
                try {
                    states.add(State.valueOf(word.trim().toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    throw new InvalidRequestException(
                            pointer,
                            "state: expected accepted, processed, dead or discarded, or several of them with commas");
                }
            }
        }
        return states;
    }

    private static Instant time(String text, String name, String pointer) {
        if (text == null) {
            return null;
        }
        try {
            // a plus sign that was not escaped in a query has become a blank
            OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', '+'));
            if (time.getYear() >= 0 && time.getYear() <= LAST_YEAR) {
                return time.toInstant();
            }
        } catch (DateTimeException e) {
            // the same answer as for a year that RFC 3339 does not have
        }
        throw new InvalidRequestException(pointer, name + ": expected a time such as 2026-01-02T03:04:05Z");
    }

    /** What {@link #of} makes this filter of. */
    Map<String, String> members() {
        Map<String, String> members = new LinkedHashMap<>();
        if (!states.isEmpty()) {
            members.put(
                    "state",
                    states.stream()
                            .map(state -> state.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(",")));
        }
        put(members, "webhook", webhook);
        put(members, "type", type);
        put(members, "source", source);
        put(members, "since", since);
        put(members, "until", until);
        put(members, "reason", reason);
        return members;
    }

    private static void put(Map<String, String> members, String name, Object value) {
        if (value != null) {
            members.put(name, value.toString());
        }
    }

    /** Without what was accepted later than a moment, which is exact to the millisecond. */
    EventFilter acceptedUpTo(Instant moment) {
        Instant behind = moment.plusMillis(1);
        return until != null && until.isBefore(behind)
                ? this
                : new EventFilter(states, webhook, type, source, since, behind, reason);
    }

    EventFilter withStates(Set<State> others) {
        return new EventFilter(others, webhook, type, source, since, until, reason);
    }

    EventQuery query(boolean oldestFirst, long from, int limit, long maxBytes) {
        Set<State> wanted = states.isEmpty() ? EnumSet.allOf(State.class) : states;
        return new EventQuery(wanted, reason, since, until, oldestFirst, from, limit, maxBytes);
    }

    boolean accepts(EventSummary event) {
        return (webhook == null || webhook.equals(event.webhook()))
                && (type == null || type.equals(event.type()))
                && (source == null || source.equals(event.source()));
    }
}
