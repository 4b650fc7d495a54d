package io.bactrian.camel.jetstream;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

import io.bactrian.cloudevents.SubjectTemplate;
import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsStatus;
import io.bactrian.jetstream.PublishException;
import io.bactrian.jetstream.StreamChecks;
import io.bactrian.jetstream.StreamExpectations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the streams on each connect, since a server may come back as another one: creates the stream where that is
 * asked for, and says in one line each what would lose or refuse events. Says the same thing once.
 */
final class StreamWatch {

    private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);

    private final NatsConnection connection;
    private final StreamExpectations expected;
    private final String streamToCreate;
    private final ExecutorService executor;
    private final StreamChecks checks = new StreamChecks();
    private volatile List<Finding> said = List.of();
    private volatile boolean wasConnected;

    /** @param streamToCreate its name, or null to create none */
    StreamWatch(
            NatsConnection connection, StreamExpectations expected, String streamToCreate, ExecutorService executor) {
        this.connection = connection;
        this.expected = expected;
        this.streamToCreate = streamToCreate;
        this.executor = executor;
    }

    void start() {
        connection.onChange(this::changed);
        changed(connection.status());
    }

    /** @return bytes of the largest message a subject takes, -1 when nothing is known */
    long maxMessageSize(String subject) {
        return checks.maxEventSize(connection, subject);
    }

    private void changed(NatsStatus status) {
        boolean connected = status.connected();
        if (connected && !wasConnected) {
            try {
                executor.execute(this::look);
            } catch (RejectedExecutionException e) {
                LOG.debug("Not looking at streams any more: stopping");
            }
        }
        wasConnected = connected;
    }

    private void look() {
        if (streamToCreate != null) {
            create();
        }
        List<Finding> findings = checks.run(connection, expected).stream()
                .filter(f -> f.severity() != Finding.Severity.OK)
                .toList();
        for (Finding finding : findings) {
            if (said.contains(finding)) {
                continue;
            }
            String fix = finding.fix().isEmpty() ? "" : "; to fix it: " + finding.fix();
            if (finding.severity() == Finding.Severity.ERROR) {
                LOG.error("Stream check: check={} {}{}", finding.check(), finding.message(), fix);
            } else {
                LOG.warn("Stream check: check={} {}{}", finding.check(), finding.message(), fix);
            }
        }
        said = findings;
    }

    private void create() {
        String[] subjects = expected.subjects().toArray(String[]::new);
        try {
            if (checks.createStream(connection, streamToCreate, subjects)) {
                LOG.info("Stream created: stream={} subjects={}", streamToCreate, expected.subjects());
            }
        } catch (IOException | PublishException | RuntimeException e) {
            LOG.warn("Stream not created: stream={} {}", streamToCreate, e.getMessage());
        }
    }

    /** @return the subject of a template with everything from the first placeholder on as a wildcard */
    static String covering(SubjectTemplate template) {
        String text = template.toString();
        int placeholder = text.indexOf('{');
        if (placeholder < 0) {
            return text;
        }
        int token = text.lastIndexOf('.', placeholder);
        return token < 0 ? ">" : text.substring(0, token + 1) + ">";
    }
}
