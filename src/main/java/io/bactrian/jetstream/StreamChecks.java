package io.bactrian.jetstream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.jetstream.Finding.Severity;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/** Looks whether the streams keep what a PubAck promises, and remembers their size limits. Safe for many threads. */
public final class StreamChecks {
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
            findings.add(Finding.error(
                    "connection",
                    "NATS cannot be used" + nats.shownServers() + ": " + status.reason(),
                    "set bactrian.nats.* right, or start one: nats-server -js"));
            return findings;
        }
        findings.add(Finding.ok("connection", "connected to nats-server " + status.serverVersion()));
        checkServer(findings, status, expected);
        try {
            checkStreams(findings, connection, expected);
        } catch (JetStreamApiException e) {
            findings.add(Finding.error("jetstream", "JetStream answers: " + e.getErrorDescription(), ""));
        } catch (IOException | RuntimeException e) {
            findings.add(
                    status.jetStreamAvailable()
                            ? Finding.warning(
                                    "permission",
                                    "the streams cannot be looked at: no answer from the JetStream API",
                                    "allow publish to $JS.API.STREAM.* for this user")
                            : Finding.error("jetstream", "the server runs without JetStream", "nats-server -js"));
        }
        return findings;
    }

    /**
     * Which of the subjects no stream takes, or not all of what they stand for.
     *
     * @throws IOException when the server does not answer or there is no connection
     * @throws PublishException when it refuses
     */
    public List<String> uncovered(NatsConnection nats, List<String> subjects) throws IOException, PublishException {
        Connection connection = nats.connection();
        if (connection == null) {
            throw nats.unusable();
        }
        try {
            SubjectCoverage coverage = new SubjectCoverage(
                    configurations(connection.jetStreamManagement().getStreams()));
            return subjects.stream()
                    .filter(subject -> !coverage.isCovered(subject))
                    .toList();
        } catch (JetStreamApiException e) {
            throw PublishErrors.classify(e);
        }
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
                    .duplicateWindow(StreamRules.WINDOW)
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
            if (limit > 0 && SubjectCoverage.takes(stream, subject)) {
                size = size < 0 ? limit : Math.min(size, limit);
            }
        }
        return size;
    }

    /** Whether a pattern of NATS stands for every subject that the second one stands for. */
    public static boolean covers(String pattern, String subject) {
        return Subjects.covers(pattern, subject);
    }

    private static void checkServer(List<Finding> findings, NatsStatus status, StreamExpectations expected) {
        if (!status.headersSupported()) {
            findings.add(Finding.error(
                    "headers", "the server does not take headers", "remove no_header_support, or upgrade"));
        }
        if (status.reason() != null && status.reason().startsWith("no permission")) {
            findings.add(Finding.error("permission", status.reason(), ""));
        }
        if (status.maxPayload() > 0 && status.maxPayload() < expected.maxEventSize()) {
            findings.add(Finding.warning(
                    "max-payload",
                    "max_payload is " + status.maxPayload() + ", events may have " + expected.maxEventSize()
                            + " bytes: larger ones are refused",
                    "set max_payload: " + expected.maxEventSize() + " in nats-server.conf"));
        }
    }

    private void checkStreams(List<Finding> findings, Connection connection, StreamExpectations expected)
            throws IOException, JetStreamApiException {
        List<StreamInfo> streams = connection.jetStreamManagement().getStreams();
        SubjectCoverage coverage = new SubjectCoverage(configurations(streams));
        findings.addAll(coverage.findings(expected.subjects(), expected.stream()));
        List<StreamConfiguration> used = coverage.used(expected.subjects());
        seen = List.copyOf(used);
        boolean clustered = connection.getServerInfo().getCluster() != null;
        for (StreamInfo stream : streams) {
            if (used.contains(stream.getConfiguration())) {
                findings.addAll(StreamRules.check(stream, expected, clustered));
            }
        }
    }

    private static List<StreamConfiguration> configurations(List<StreamInfo> streams) {
        return streams.stream().map(StreamInfo::getConfiguration).toList();
    }
}
