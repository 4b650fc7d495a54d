package io.bactrian.jetstream;

import java.util.ArrayList;
import java.util.List;

import io.nats.client.api.StreamConfiguration;

/** Which streams take which subjects. */
final class SubjectCoverage {
    private static final String ANY = ">";
    private static final String DEFAULT_STREAM = "EVENTS";

    private final List<StreamConfiguration> streams;

    SubjectCoverage(List<StreamConfiguration> streams) {
        this.streams = streams;
    }

    /** Whether every subject that the pattern stands for is taken. Streams cannot overlap, so one of them takes all. */
    boolean isCovered(String pattern) {
        return streams.stream().anyMatch(stream -> takes(stream, pattern));
    }

    static boolean takes(StreamConfiguration stream, String pattern) {
        return stream.getSubjects().stream().anyMatch(own -> Subjects.covers(own, pattern));
    }

    /** The streams that take at least part of what the patterns stand for. */
    List<StreamConfiguration> used(List<String> patterns) {
        return streams.stream()
                .filter(stream -> patterns.stream().anyMatch(pattern -> takesPart(stream, pattern)))
                .toList();
    }

    /**
     * A line for each pattern.
     *
     * @param wanted the stream that has to take them; null for any
     */
    List<Finding> findings(List<String> patterns, String wanted) {
        List<Finding> findings = new ArrayList<>();
        for (String pattern : patterns) {
            List<StreamConfiguration> takers = streams.stream()
                    .filter(stream -> takesPart(stream, pattern))
                    .toList();
            List<String> names =
                    takers.stream().map(StreamConfiguration::getName).toList();
            if (takers.stream().anyMatch(stream -> takes(stream, pattern))) {
                findings.add(taken(pattern, names.get(0), wanted));
            } else if (pattern.equals(ANY)) {
                findings.add(new Finding(
                        Finding.Severity.WARNING,
                        "stream",
                        "any subject may be published to: an event that no stream takes waits",
                        "begin bactrian.nats.subject with a word, such as events.{type}"));
            } else {
                findings.add(notTaken(pattern, names, wanted));
            }
        }
        return findings;
    }

    private static boolean takesPart(StreamConfiguration stream, String pattern) {
        return stream.getSubjects().stream().anyMatch(own -> Subjects.overlap(own, pattern));
    }

    private static Finding taken(String pattern, String name, String wanted) {
        if (wanted != null && !wanted.equals(name)) {
            return new Finding(
                    Finding.Severity.ERROR,
                    "stream",
                    "stream " + name + " takes " + pattern + ", expected is " + wanted + " (bactrian.nats.stream)",
                    "nats stream edit " + name + " --subjects … (without " + pattern + ")");
        }
        return new Finding(Finding.Severity.OK, "stream", "stream " + name + " takes " + pattern, "");
    }

    private Finding notTaken(String pattern, List<String> partly, String wanted) {
        String message = partly.isEmpty()
                ? "no stream takes " + pattern + ": its events wait"
                : "stream " + String.join(", ", partly) + " takes only part of " + pattern + ": the other events wait";
        return new Finding(Finding.Severity.ERROR, "stream", message, fix(pattern, partly, wanted));
    }

    private String fix(String pattern, List<String> partly, String wanted) {
        String name = wanted != null ? wanted : partly.size() == 1 ? partly.get(0) : DEFAULT_STREAM;
        for (StreamConfiguration stream : streams) {
            if (stream.getName().equals(name)) {
                List<String> subjects = new ArrayList<>(stream.getSubjects());
                subjects.removeIf(own -> Subjects.covers(pattern, own));
                subjects.add(pattern);
                return "nats stream edit " + name + " --subjects '" + String.join(",", subjects) + "'";
            }
        }
        return "nats stream add " + name + " --subjects '" + pattern
                + "' --storage file --discard new --dupe-window 2h --defaults";
    }
}
