package io.bactrian.camel.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Exchange;

/** Applies a rule to each event of a request: a broken one refuses the request, or in a lenient batch the element. */
final class Screening {

    /** Says what is wrong with an event. */
    @FunctionalInterface
    interface Rule {
        /**
         * @param pointer JSON pointer of the element, empty for a single event
         * @return null when nothing is
         */
        Problem check(CloudEvent event, String pointer);
    }

    private Screening() {}

    static void apply(Exchange exchange, Rule rule) throws ProblemException {
        Object body = exchange.getMessage().getBody();
        if (body instanceof CloudEvent event) {
            refuse(rule.check(event, ""));
        } else if (body instanceof List<?> events) {
            LenientBatch lenient = exchange.getProperty(EventProperties.LENIENT_BATCH, LenientBatch.class);
            if (lenient == null) {
                List<?> pointers = exchange.getProperty(EventProperties.BATCH_POINTERS, List.class);
                for (int i = 0; i < events.size(); i++) {
                    refuse(rule.check(
                            (CloudEvent) events.get(i), pointers == null ? "/" + i : (String) pointers.get(i)));
                }
            } else {
                lenient(exchange, lenient, events, rule);
            }
        }
    }

    private static void lenient(Exchange exchange, LenientBatch lenient, List<?> events, Rule rule) {
        List<Problem> problems = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            problems.add(rule.check((CloudEvent) events.get(i), "/" + lenient.place(i)));
        }
        if (problems.stream().anyMatch(Objects::nonNull)) {
            exchange.getMessage().setBody(lenient.without(events, problems));
        }
    }

    private static void refuse(Problem problem) throws ProblemException {
        if (problem != null) {
            throw problem.toException();
        }
    }
}
