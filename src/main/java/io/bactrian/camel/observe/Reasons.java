package io.bactrian.camel.observe;

import java.util.List;

/** The words of the {@code reason} labels: fixed, so that no sender can make a series, and known before the first event. */
final class Reasons {

    /** Classes of errors of a publish, and {@code route} for an exception of a route. */
    static final List<String> RETRIED = List.of(
            "transport", "no-stream", "capacity", "cluster", "configuration", "window", "event", "unknown", "route");

    /** What makes an event dead: an error that never ends, or the last of the attempts allowed. */
    static final List<String> DEAD = List.of(
            "event",
            "unknown",
            "not-published",
            "unreadable",
            "transport",
            "no-stream",
            "capacity",
            "cluster",
            "configuration",
            "window",
            "route");

    /** Why an event that had its PubAck is published once more. */
    static final List<String> REPUBLISHED = List.of("stream-recreated", "sequence-regressed", "message-missing");

    private Reasons() {}
}
