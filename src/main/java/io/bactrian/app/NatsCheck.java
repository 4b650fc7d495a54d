package io.bactrian.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.PublishProbe;
import io.bactrian.jetstream.StreamChecks;
import io.bactrian.jetstream.StreamExpectations;

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
            if (connected && nats.status().jetStreamAvailable()) {
                findings.addAll(PublishProbe.run(nats, expected.subjects(), PROBE_TIMEOUT));
            }
            return findings;
        }
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
