package io.bactrian.camel.jetstream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsStatus;
import io.bactrian.jetstream.PublishException;
import io.bactrian.jetstream.StreamChecks;
import io.bactrian.jetstream.StreamExpectations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the streams on each connect, since a server may come back as another one, and when a webhook is added:
 * creates the stream where that is asked for, and says in one line each what would lose or refuse events. Says the same
 * thing once.
 */
final class StreamWatch {

    private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);

    private final NatsConnection connection;
    private final Supplier<StreamExpectations> expected;
    private final StreamToCreate toCreate;
    private final ExecutorService executor;
    private final StreamChecks checks = new StreamChecks();
    private volatile List<Finding> said = List.of();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean wasConnected;

    /**
     * A stream that is made where none takes the subjects.
     *
     * @param pattern taken as well, unless another stream has part of it
     */
    record StreamToCreate(String name, String pattern) {}

    /** @param toCreate null to create none */
    StreamWatch(
            NatsConnection connection,
            Supplier<StreamExpectations> expected,
            StreamToCreate toCreate,
            ExecutorService executor) {
        this.connection = connection;
        this.expected = expected;
        this.toCreate = toCreate;
        this.executor = executor;
    }

    void start() {
        connection.onChange(this::changed);
        changed(connection.status());
    }

    /** Other subjects are expected now. */
    void lookAgain() {
        if (wasConnected) {
            submit();
        }
    }

    /** @return bytes of the largest message a subject takes, -1 when nothing is known */
    long maxMessageSize(String subject) {
        return checks.maxEventSize(connection, subject);
    }

    private void changed(NatsStatus status) {
        boolean connected = status.connected();
        boolean news = connected && !wasConnected;
        wasConnected = connected;
        if (news) {
            submit();
        }
    }

    private void submit() {
        try {
            if (looking.compareAndSet(false, true)) {
                executor.execute(this::look);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("Not looking at streams any more: stopping");
        }
    }

    private void look() {
        looking.set(false);
        StreamExpectations now = expected.get();
        if (toCreate != null && !now.subjects().isEmpty()) {
            createMissing(now.subjects());
        }
        List<Finding> findings = checks.run(connection, now).stream()
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

    private void createMissing(List<String> subjects) {
        try {
            List<String> uncovered = checks.uncovered(connection, subjects);
            if (uncovered.isEmpty()) {
                return;
            }
            boolean none = uncovered.size() == subjects.size();
            try {
                create(none ? broadened(subjects) : uncovered);
            } catch (PublishException e) {
                // another stream has some of the subjects that the broad pattern stands for
                create(uncovered);
            }
        } catch (IOException | PublishException | RuntimeException e) {
            LOG.warn("Stream not created: stream={} {}", toCreate.name(), e.getMessage());
        }
    }

    private void create(List<String> subjects) throws IOException, PublishException {
        if (checks.createStream(connection, toCreate.name(), subjects.toArray(String[]::new))) {
            LOG.info("Stream created: stream={} subjects={}", toCreate.name(), subjects);
        }
    }

    /** So that the next webhook needs no other stream. */
    private List<String> broadened(List<String> subjects) {
        List<String> broad = new ArrayList<>(List.of(toCreate.pattern()));
        subjects.stream()
                .filter(subject -> !StreamChecks.covers(toCreate.pattern(), subject))
                .forEach(broad::add);
        return broad;
    }
}
