package io.bactrian.camel.intake;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.http.ProblemMapper;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.UnsupportedEventFormatException;
import io.bactrian.cloudevents.Violation;
import io.bactrian.jetstream.PublishException;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalFullException;
import io.bactrian.journal.JournalTooLargeException;

/** What to answer when a step of the lower rooms failed. */
public final class IntakeProblems implements ProblemMapper {

    @Override
    public Optional<Problem> problem(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            Problem problem = problemOf(t);
            if (problem != null) {
                return Optional.of(problem);
            }
        }
        return Optional.empty();
    }

    private static Problem problemOf(Throwable t) {
        if (t instanceof InvalidCloudEventException e) {
            return invalid(e.violations());
        }
        if (t instanceof UnsupportedEventFormatException e) {
            return new Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, e.getMessage())
                    .with("Accept-Post", ReadCloudEvent.ACCEPT_POST);
        }
        if (t instanceof JournalFullException) {
            return new Problem(ProblemKind.JOURNAL_FULL, "The journal has no room; nothing of this request was kept.");
        }
        if (t instanceof JournalTooLargeException e) {
            return new Problem(
                    ProblemKind.PAYLOAD_TOO_LARGE, "The journal never takes so much at once: " + e.getMessage());
        }
        if (t instanceof JournalException e) {
            return new Problem(
                    ProblemKind.JOURNAL_UNAVAILABLE, "The journal cannot accept events now: " + e.getMessage());
        }
        if (t instanceof PublishException e) {
            return natsProblem(e);
        }
        if (t instanceof RejectedExecutionException) {
            return new Problem(ProblemKind.STOPPING, "The gateway is stopping; send the event again.");
        }
        return null;
    }

    /** Without a journal the sender has to know what NATS said. */
    static Problem natsProblem(PublishException e) {
        return e.refused()
                ? new Problem(ProblemKind.NATS_REFUSED, "NATS refuses this event: " + e.getMessage())
                : new Problem(
                        ProblemKind.NATS_UNAVAILABLE, "NATS did not store the event, send it again: " + e.getMessage());
    }

    /** What is wrong with an event. */
    public static Problem invalid(List<Violation> violations) {
        return new Problem(
                ProblemKind.INVALID_CLOUDEVENT,
                violations.size() == 1
                        ? ViolationSentence.of(violations.get(0))
                        : violations.size() + " rules are broken; see errors.",
                violations.stream().map(IntakeProblems::fault).toList(),
                Map.of());
    }

    private static Problem.Fault fault(Violation v) {
        return new Problem.Fault(v.pointer(), v.header(), v.rule(), v.detail());
    }
}
