package io.bactrian.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the streams have to fit.
 *
 * @param subjects that are published to; may hold wildcards where a part is not known before
 * @param retrySpan how long the same event may be tried again: the duplicate window has to be longer; zero when it is
 *     not known
 * @param maxEventSize largest message in bytes, headers included; 0 when it is not known
 * @param stream the stream that has to take all subjects; null for any
 */
public record StreamExpectations(List<String> subjects, Duration retrySpan, long maxEventSize, String stream) {
    public StreamExpectations {
        subjects = List.copyOf(subjects);
        Objects.requireNonNull(retrySpan, "retrySpan");
        if (maxEventSize < 0) {
            throw new IllegalArgumentException("maxEventSize=" + maxEventSize + ": expected 0 or more");
        }
    }

    /** The same for other subjects. */
    public StreamExpectations of(List<String> otherSubjects) {
        return new StreamExpectations(otherSubjects, retrySpan, maxEventSize, stream);
    }
}
