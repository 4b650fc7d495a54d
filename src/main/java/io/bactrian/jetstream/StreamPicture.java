package io.bactrian.jetstream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A stream as it was at one moment.
 *
 * @param name its name
 * @param subjects patterns of what it takes
 * @param created when it was made: another time means another stream
 * @param first sequence of the oldest message; one more than {@code last} when it is empty
 * @param last sequence of the newest message there ever was; it never gets lower while the stream forgets nothing
 * @param deleted how many messages between the two are not there
 * @param removesSingly whether messages go one by one as a matter of course, because consumers take them, or newer ones of their
 *     subject or their own time to live end them
 * @param replicas of the stream
 * @param duplicateWindow how long message ids are known
 * @param server id of the server we are connected to; each start of a server has its own
 */
public record StreamPicture(
        String name,
        List<String> subjects,
        Instant created,
        long first,
        long last,
        long deleted,
        boolean removesSingly,
        int replicas,
        Duration duplicateWindow,
        String server) {
    public StreamPicture {
        Objects.requireNonNull(name, "name");
        subjects = List.copyOf(subjects);
        Objects.requireNonNull(created, "created");
    }

    /** @param subject without wildcards */
    boolean takes(String subject) {
        return subjects.stream().anyMatch(pattern -> Subjects.covers(pattern, subject));
    }
}
