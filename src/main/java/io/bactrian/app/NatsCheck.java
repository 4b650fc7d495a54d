package io.bactrian.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.PublishProbe;
import io.bactrian.jetstream.StreamChecks;
import io.bactrian.jetstream.StreamExpectations;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;

/** The part of {@code check} that asks NATS, over a connection of its own. */
final class NatsCheck {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    private NatsCheck() {}

    /** @param createStream whether the gateway creates a stream that is missing */
    static List<Finding> run(NatsOptions options, StreamExpectations expected, boolean createStream)
            throws InterruptedException {
        try (NatsConnection nats = NatsConnection.open(options)) {
            boolean connected = nats.awaitFirstAttempt(options.connectTimeout()
                    .multipliedBy(1L + options.servers().size())
                    .plusSeconds(2));
            List<Finding> findings = new ArrayList<>();
            for (Finding finding : new StreamChecks().run(nats, expected)) {
                findings.add(createStream && missing(finding) ? willBeCreated(finding) : finding);
            }
            if (connected && expected.stream() != null) {
                missingStream(nats, expected, createStream).ifPresent(finding -> {
                    findings.removeIf(NatsCheck::isOfStream);
                    findings.add(finding);
                });
            }
            if (connected && nats.status().jetStreamAvailable()) {
                findings.addAll(PublishProbe.run(nats, expected.subjects(), PROBE_TIMEOUT));
            }
            return findings;
        }
    }

    /** Whether the stream of {@code bactrian.nats.stream} is there: another one that takes the subjects does not help. */
    private static Optional<Finding> missingStream(
            NatsConnection nats, StreamExpectations expected, boolean createStream) {
        String stream = expected.stream();
        try {
            Connection connection = nats.connection();
            if (connection == null
                    || connection.jetStreamManagement().getStreamNames().contains(stream)) {
                return Optional.empty();
            }
        } catch (IOException | JetStreamApiException e) {
            return Optional.empty(); // said by the checks of the streams
        }
        String message = "bactrian.nats.stream=" + stream + ": there is no such stream";
        return Optional.of(
                createStream
                        ? Finding.ok("stream", message + "; it will be created (bactrian.nats.create-stream)")
                        : Finding.error(
                                "stream",
                                message + ": all events wait",
                                "nats stream add " + stream + " --subjects '" + String.join(",", expected.subjects())
                                        + "' --storage file --discard new --dupe-window 2h --defaults, or name the stream"
                                        + " that takes them"));
    }

    private static boolean isOfStream(Finding finding) {
        return finding.check().equals("stream") && finding.severity() == Finding.Severity.ERROR;
    }

    private static boolean missing(Finding finding) {
        return finding.check().equals("stream")
                && finding.severity() == Finding.Severity.ERROR
                && finding.fix().startsWith("nats stream add");
    }

    private static Finding willBeCreated(Finding finding) {
        return Finding.ok("stream", finding.message() + "; it will be created (bactrian.nats.create-stream)");
    }
}
