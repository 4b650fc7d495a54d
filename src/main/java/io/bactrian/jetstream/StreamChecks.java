package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.bactrian.jetstream.Finding.Severity;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/** Looks whether the streams keep what a PubAck promises, and remembers their size limits. Safe for many threads. */
public final class StreamChecks {
    /** Below it a single slow retry stores a second copy. */
    private static final Duration LEAST_WINDOW = Duration.ofMinutes(1);

    /** Below it an ordinary outage does. */
    private static final Duration GOOD_WINDOW = Duration.ofHours(1);

    private static final Duration CREATED_WINDOW = Duration.ofHours(2);

    private volatile List<StreamConfiguration> seen = List.of();

    /**
     * Asks the server; blocks for a few seconds at most when it does not answer. Publishes nothing and changes nothing.
     *
     * @return at least one line; {@link Severity#OK} lines for what is right
     */
    public List<Finding> run(NatsConnection nats, StreamExpectations expected) {
        List<Finding> findings = new ArrayList<>();
        NatsStatus status = nats.status();
        Connection connection = nats.connection();
        if (!status.connected() || connection == null) {
            findings.add(error("connection", "NATS cannot be used: " + status.reason(), ""));
            return findings;
        }
        findings.add(ok("connection", "connected to nats-server " + status.serverVersion()));
        checkServer(findings, status, expected);
        try {
            checkStreams(findings, connection, expected);
        } catch (JetStreamApiException e) {
            findings.add(error("jetstream", "JetStream answers: " + e.getErrorDescription(), ""));
        } catch (IOException | RuntimeException e) {
            findings.add(
                    status.jetStreamAvailable()
                            ? warning(
                                    "permission",
                                    "the streams cannot be looked at: no answer from the JetStream API",
                                    "allow publish to $JS.API.STREAM.* for this user")
                            : error("jetstream", "the server runs without JetStream", "nats-server -js"));
        }
        return findings;
    }

    /**
     * Creates a stream that keeps what it acknowledges: file storage, no limit but the account's, nothing discarded when
     * that is reached, a duplicate window of 2 h, three replicas in a cluster. An existing stream of that name is left
     * as it is.
     *
     * @return whether it was created
     * @throws IOException when the server does not answer or there is no connection
     * @throws PublishException when it refuses
     */
    public boolean createStream(NatsConnection nats, String name, String... subjects)
            throws IOException, PublishException {
        Connection connection = nats.connection();
        if (connection == null) {
            throw nats.unusable();
        }
        JetStreamManagement management = connection.jetStreamManagement();
        try {
            if (management.getStreamNames().contains(name)) {
                return false;
            }
            management.addStream(StreamConfiguration.builder()
                    .name(name)
                    .subjects(subjects)
                    .storageType(StorageType.File)
                    .discardPolicy(DiscardPolicy.New)
                    .duplicateWindow(CREATED_WINDOW)
                    .replicas(connection.getServerInfo().getCluster() == null ? 1 : 3)
                    .build());
            return true;
        } catch (JetStreamApiException e) {
            throw PublishErrors.classify(e);
        }
    }

    /**
     * The largest message in bytes, headers included, that can be stored under a subject: the least of the server's
     * {@code max_payload} and the {@code max_msg_size} of the stream seen by the last {@link #run}. Does not block.
     *
     * @return -1 when nothing is known
     */
    public long maxEventSize(NatsConnection nats, String subject) {
        long size = nats.status().maxPayload();
        for (StreamConfiguration stream : seen) {
            long limit = stream.getMaximumMessageSize();
            if (limit > 0 && covers(stream, subject)) {
                size = size < 0 ? limit : Math.min(size, limit);
            }
        }
        return size;
    }

    private static void checkServer(List<Finding> findings, NatsStatus status, StreamExpectations expected) {
        if (!status.headersSupported()) {
            findings.add(error("headers", "the server does not take headers", "remove no_header_support, or upgrade"));
        }
        if (status.reason() != null && status.reason().startsWith("no permission")) {
            findings.add(error("permission", status.reason(), ""));
        }
        if (status.maxPayload() > 0 && status.maxPayload() < expected.maxEventSize()) {
            findings.add(warning(
                    "max-payload",
                    "max_payload is " + status.maxPayload() + ", events may have " + expected.maxEventSize()
                            + " bytes: larger ones are refused",
                    "set max_payload: " + expected.maxEventSize() + " in nats-server.conf"));
        }
    }

    private void checkStreams(List<Finding> findings, Connection connection, StreamExpectations expected)
            throws IOException, JetStreamApiException {
        JetStreamManagement management = connection.jetStreamManagement();
        Map<String, StreamConfiguration> used = new LinkedHashMap<>();
        for (String subject : expected.subjects()) {
            boolean covered = false;
            for (StreamInfo stream : management.getStreams(subject)) {
                if (covers(stream.getConfiguration(), subject)) {
                    covered = true;
                    String name = stream.getConfiguration().getName();
                    used.put(name, stream.getConfiguration());
                    findings.add(covering(subject, name, expected.stream()));
                }
            }
            if (!covered) {
                findings.add(notCovered(subject, expected.stream()));
            }
        }
        seen = List.copyOf(used.values());
        boolean clustered = connection.getServerInfo().getCluster() != null;
        for (StreamConfiguration stream : used.values()) {
            checkStream(findings, stream, expected, clustered);
        }
    }

    private static Finding covering(String subject, String name, String wanted) {
        if (wanted != null && !wanted.equals(name)) {
            return error(
                    "stream",
                    "stream " + name + " takes " + subject + ", expected is " + wanted,
                    "nats stream edit " + name + " --subjects … (without " + subject + ")");
        }
        return ok("stream", "stream " + name + " takes " + subject);
    }

    private static Finding notCovered(String subject, String wanted) {
        return error(
                "stream",
                "no stream takes " + subject,
                "nats stream add " + (wanted == null ? "EVENTS" : wanted) + " --subjects '" + subject
                        + "' --storage file --discard new --dupe-window 2h --defaults");
    }

    private static void checkStream(
            List<Finding> findings, StreamConfiguration stream, StreamExpectations expected, boolean clustered) {
        String name = stream.getName();
        String edit = "nats stream edit " + name;
        findings.add(duplicateWindow(stream.getDuplicateWindow(), expected.retrySpan(), name, edit));
        if (stream.getStorageType() != StorageType.File) {
            findings.add(error(
                    "storage",
                    "stream " + name + " lives in memory: a restart of the server loses it",
                    "nats stream rm " + name + " and add it with --storage file: storage cannot be changed"));
        }
        if (stream.getNoAck()) {
            findings.add(error(
                    "no-ack", "stream " + name + " does not acknowledge: no event is ever processed", edit + " --ack"));
        }
        if (stream.getSealed()) {
            findings.add(error(
                    "sealed",
                    "stream " + name + " is sealed: it takes no message",
                    "nats stream rm " + name + " and add it again: a seal cannot be broken"));
        }
        if (stream.getPersistMode() == PersistMode.Async) {
            findings.add(error(
                    "persist-mode",
                    "stream " + name + " acknowledges before it writes (persist_mode async)",
                    "nats stream rm " + name + " and add it with --persist-mode default"));
        }
        if (stream.getDiscardPolicy() == DiscardPolicy.Old && limited(stream)) {
            findings.add(warning(
                    "discard", "stream " + name + " drops old messages when it is full", edit + " --discard new"));
        }
        if (stream.getMaximumMessageSize() > 0 && stream.getMaximumMessageSize() < expected.maxEventSize()) {
            findings.add(warning(
                    "max-msg-size",
                    "stream " + name + " takes " + stream.getMaximumMessageSize() + " bytes, events may have "
                            + expected.maxEventSize() + ": larger ones are refused",
                    edit + " --max-msg-size " + expected.maxEventSize()));
        }
        if (clustered && stream.getReplicas() == 1) {
            findings.add(warning(
                    "replicas",
                    "stream " + name + " has one replica in a cluster: it is away whenever that server is",
                    edit + " --replicas 3"));
        }
    }

    private static boolean limited(StreamConfiguration stream) {
        return stream.getMaxMsgs() > 0 || stream.getMaxBytes() > 0 || stream.getMaxMsgsPerSubject() > 0;
    }

    private static Finding duplicateWindow(Duration window, Duration retrySpan, String name, String edit) {
        Duration wanted = retrySpan.compareTo(CREATED_WINDOW) > 0 ? retrySpan : CREATED_WINDOW;
        String fix = edit + " --dupe-window " + wanted.toMinutes() + "m";
        String message = "stream " + name + " knows message ids for " + window.toSeconds() + " s";
        if (window.compareTo(LEAST_WINDOW) < 0) {
            return error("duplicate-window", message + ": ordinary retries are stored twice", fix);
        }
        if (window.compareTo(GOOD_WINDOW) < 0 || window.compareTo(retrySpan) < 0) {
            return warning("duplicate-window", message + ": retries after a longer outage may be stored twice", fix);
        }
        return ok("duplicate-window", message);
    }

    private static boolean covers(StreamConfiguration stream, String subject) {
        return stream.getSubjects().stream().anyMatch(pattern -> Subjects.covers(pattern, subject));
    }

    private static Finding ok(String check, String message) {
        return new Finding(Severity.OK, check, message, "");
    }

    private static Finding warning(String check, String message, String fix) {
        return new Finding(Severity.WARNING, check, message, fix);
    }

    private static Finding error(String check, String message, String fix) {
        return new Finding(Severity.ERROR, check, message, fix);
    }
}
