package io.bactrian.camel.journal;

import java.util.Objects;

import io.bactrian.cloudevents.SubjectTemplate;

/**
 * The webhook an event came by and how its events leave.
 *
 * @param name of the webhook: {@code {name}} in subjects, the {@code webhook} label and status field
 * @param subject where its events are published
 * @param structured whether they are published in structured mode rather than binary
 */
public record EventOrigin(String name, SubjectTemplate subject, boolean structured) {

    public EventOrigin {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(subject, "subject");
    }
}
