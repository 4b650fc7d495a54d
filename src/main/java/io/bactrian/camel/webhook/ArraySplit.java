package io.bactrian.camel.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.intake.Batches;
import io.bactrian.camel.intake.IntakeProblems;
import io.bactrian.cloudevents.BatchTooLargeException;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonElements;
import io.bactrian.cloudevents.Violation;

/** The parameter {@code split} of a webhook: each element of an array in the body becomes an event, all of them or none. */
final class ArraySplit {

    private static final String POINTER = "pointer:";

    private final JsonElements array;
    private final int maxBatch;

    private ArraySplit(JsonElements array, int maxBatch) {
        this.array = array;
        this.maxBatch = maxBatch;
    }

    /** Makes the event of one element. */
    @FunctionalInterface
    interface Mapping {
        CloudEvent toEvent(byte[] element, int index) throws InvalidCloudEventException;
    }

    /**
     * @param maxBatch elements an array may have
     * @return null for {@code false}
     * @throws IllegalArgumentException for what is no value of the parameter
     */
    static ArraySplit parse(String text, int maxBatch) {
        if (text.equals("false")) {
            return null;
        }
        if (text.equals("true")) {
            return new ArraySplit(JsonElements.at(""), maxBatch);
        }
        if (!text.startsWith(POINTER)) {
            throw new IllegalArgumentException("expected true, false, or pointer: and a JSON pointer");
        }
        return new ArraySplit(JsonElements.at(text.substring(POINTER.length())), maxBatch);
    }

    /** @return the JSON pointer of each element */
    List<String> pointers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> array.pointer() + "/" + i)
                .toList();
    }

    /**
     * @param body once its encoding is undone
     * @throws ProblemException for a body without such an array, one with too many elements, or an element that
     *     becomes no event
     */
    List<CloudEvent> events(byte[] body, Mapping mapping) throws ProblemException {
        List<byte[]> elements = elements(body);
        List<CloudEvent> events = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            try {
                events.add(mapping.toEvent(elements.get(i), i));
            } catch (InvalidCloudEventException e) {
                throw IntakeProblems.invalid(below(array.pointer() + "/" + i, e.violations()))
                        .toException();
            }
        }
        return events;
    }

    private List<byte[]> elements(byte[] body) throws ProblemException {
        try {
            return array.of(body, maxBatch);
        } catch (BatchTooLargeException e) {
            throw Batches.tooLarge(maxBatch);
        } catch (InvalidCloudEventException e) {
            Violation wrong = e.violations().get(0);
            throw new Problem(
                            ProblemKind.INVALID_REQUEST,
                            "This webhook takes a JSON array"
                                    + (array.pointer().isEmpty() ? "" : " at " + array.pointer()) + ": "
                                    + wrong.detail()
                                    + ".",
                            List.of(new Problem.Fault(wrong.pointer(), null, wrong.rule(), wrong.detail())),
                            Map.of())
                    .toException();
        }
    }

    private static List<Violation> below(String element, List<Violation> violations) {
        return violations.stream()
                .map(v -> new Violation(element + (v.pointer() == null ? "" : v.pointer()), null, v.rule(), v.detail()))
                .toList();
    }
}
