package io.bactrian.jetstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Whether events may be published, without storing one: an empty message that expects a stream that cannot be there is
 * refused by the stream that takes its subject, after all permissions were looked at. Subscribers beside the stream
 * see it.
 */
public final class PublishProbe {
    private static final int MAX_IN_FLIGHT = 1024;
    private static final int MAX_BYTES = 16 << 20;
    private static final int STREAM_NOT_MATCH = ServerError.JS_STREAM_NOT_MATCH.code();

    private PublishProbe() {}

    /**
     * Asks for each pattern with one subject of it; blocks for the timeout at most.
     *
     * @return a line for each pattern that may not be published to or that nothing answers on, or one line that says
     *     that all is well; what no stream takes is not spoken of
     */
    public static List<Finding> run(NatsConnection nats, List<String> patterns, Duration timeout) {
        List<Finding> findings = new ArrayList<>();
        int answered = 0;
        try (JetStreamPublisher publisher =
                new JetStreamPublisher(nats, new PublisherOptions(timeout, MAX_IN_FLIGHT, MAX_BYTES))) {
            for (Map.Entry<String, CompletableFuture<PubAck>> probe :
                    probes(publisher, patterns).entrySet()) {
                PublishException answer = answer(probe.getValue());
                if (answer.apiErrorCode() == STREAM_NOT_MATCH) {
                    answered++;
                } else if (answer.errorClass() != ErrorClass.NO_STREAM) {
                    findings.add(finding(probe.getKey(), answer, nats.status()));
                }
            }
        }
        if (findings.isEmpty() && answered > 0) {
            findings.add(Finding.ok("permission", "events may be published, and answers arrive"));
        }
        return findings;
    }

    private static Map<String, CompletableFuture<PubAck>> probes(JetStreamPublisher publisher, List<String> patterns) {
        String id = "bactrian-check-" + UUID.randomUUID();
        Map<String, CompletableFuture<PubAck>> probes = new LinkedHashMap<>();
        for (String pattern : patterns.subList(0, Math.min(patterns.size(), MAX_IN_FLIGHT))) {
            String subject = pattern.replace(">", "bactrian-check").replace("*", "bactrian-check");
            probes.put(pattern, publisher.publish(new OutboundMessage(subject, List.of(), new byte[0], id, id)));
        }
        return probes;
    }

    private static PublishException answer(CompletableFuture<PubAck> probe) {
        try {
            probe.join();
            throw new IllegalStateException("a probe was stored");
        } catch (CompletionException e) {
            return PublishErrors.classify(e);
        }
    }

    private static Finding finding(String pattern, PublishException answer, NatsStatus status) {
        if (answer.errorClass() == ErrorClass.CONFIGURATION
                && answer.getMessage().startsWith("no permission")) {
            return Finding.error(
                    "permission",
                    "no permission to publish to " + pattern,
                    "allow this user to publish to " + pattern
                            + ", in nats-server.conf or with: nsc edit user --allow-pub '" + pattern + "'");
        }
        if (status.reason() != null && status.reason().contains("_INBOX")) {
            return Finding.error(
                    "permission",
                    status.reason(),
                    "allow this user to subscribe to _INBOX.>, in nats-server.conf or with: nsc edit user --allow-sub"
                            + " '_INBOX.>'");
        }
        return Finding.error("permission", "a publish to " + pattern + " is not answered: " + answer.getMessage(), "");
    }
}
