package io.bactrian.jetstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.jetstream.Finding.Severity;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PersistMode;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/** What one stream has to be so that it keeps what it acknowledges: the rows of {@code docs/jetstream.md}. */
final class StreamRules {
    /** Below it a single slow retry stores a second copy. */
    private static final Duration LEAST_WINDOW = Duration.ofMinutes(1);

    /** Below it an ordinary outage does. */
    private static final Duration GOOD_WINDOW = Duration.ofHours(1);

    /** What a fix asks for, and what a created stream has. */
    static final Duration WINDOW = Duration.ofHours(2);

    /** Percent of a limit from which on it is time to act. */
    private static final int NEARLY_FULL = 80;

    private final List<Finding> findings = new ArrayList<>();
    private final StreamConfiguration stream;
    private final String name;
    private final String edit;

    private StreamRules(StreamConfiguration stream) {
        this.stream = stream;
        this.name = "stream " + stream.getName();
        this.edit = "nats stream edit " + stream.getName();
    }

    /** At least two lines: the duplicate window and the limits are always spoken of. */
    static List<Finding> check(StreamInfo info, StreamExpectations expected, boolean clustered) {
        StreamRules rules = new StreamRules(info.getConfiguration());
        rules.duplicateWindow(expected.retrySpan());
        rules.storage();
        rules.acknowledgement();
        rules.retention();
        rules.sizes(expected.maxEventSize());
        rules.limits(info);
        rules.cluster(info, clustered);
        return rules.findings;
    }

    private void duplicateWindow(Duration retrySpan) {
        Duration window = stream.getDuplicateWindow();
        Duration wanted = retrySpan.compareTo(WINDOW) > 0 ? retrySpan : WINDOW;
        String fix = edit + " --dupe-window " + wanted.toMinutes() + "m";
        String message = name + " knows message ids for " + window.toSeconds() + " s";
        if (window.compareTo(LEAST_WINDOW) < 0) {
            add(Severity.ERROR, "duplicate-window", message + ": ordinary retries are stored twice", fix);
        } else if (window.compareTo(retrySpan) < 0) {
            add(
                    Severity.WARNING,
                    "duplicate-window",
                    message + ", less than retries may take (" + retrySpan.toSeconds()
                            + " s): they may be stored twice",
                    fix);
        } else if (window.compareTo(GOOD_WINDOW) < 0) {
            add(
                    Severity.WARNING,
                    "duplicate-window",
                    message + ": retries after a longer outage may be stored twice",
                    fix);
        } else {
            add(Severity.OK, "duplicate-window", message, "");
        }
    }

    private void storage() {
        if (stream.getStorageType() != StorageType.File) {
            add(
                    Severity.ERROR,
                    "storage",
                    name + " lives in memory: a restart of the server loses it",
                    "nats stream rm " + stream.getName()
                            + " and add it with --storage file: storage cannot be changed");
        }
        if (stream.getPersistMode() == PersistMode.Async) {
            add(
                    Severity.ERROR,
                    "persist-mode",
                    name + " acknowledges before it writes (persist_mode async)",
                    "nats stream rm " + stream.getName() + " and add it with --persist-mode default");
        }
    }

    private void acknowledgement() {
        if (stream.getNoAck()) {
            add(Severity.ERROR, "no-ack", name + " does not acknowledge: no event is ever processed", edit + " --ack");
        }
        if (stream.getSealed()) {
            add(
                    Severity.ERROR,
                    "sealed",
                    name + " is sealed: it takes no message",
                    "nats stream rm " + stream.getName() + " and add it again: a seal cannot be broken");
        }
    }

    private void retention() {
        if (stream.getDiscardPolicy() == DiscardPolicy.Old
                && (stream.getMaxMsgs() > 0 || stream.getMaxBytes() > 0 || stream.getMaxMsgsPerSubject() > 0)) {
            add(Severity.WARNING, "discard", name + " drops old messages when it is full", edit + " --discard new");
        }
        if (stream.getRetentionPolicy() == RetentionPolicy.Interest) {
            add(
                    Severity.WARNING,
                    "retention",
                    name + " drops what no consumer is interested in (retention interest)",
                    "nats stream rm " + stream.getName() + " and add it with --retention limits");
        }
    }

    private void sizes(long maxEventSize) {
        int limit = stream.getMaximumMessageSize();
        if (limit > 0 && limit < maxEventSize) {
            add(
                    Severity.WARNING,
                    "max-msg-size",
                    name + " takes " + limit + " bytes, events may have " + maxEventSize + ": larger ones are refused",
                    edit + " --max-msg-size " + maxEventSize);
        }
    }

    private void limits(StreamInfo info) {
        long messages = info.getStreamState().getMsgCount();
        long bytes = info.getStreamState().getByteCount();
        boolean refuses = stream.getDiscardPolicy() == DiscardPolicy.New;
        if (refuses && reached(messages, stream.getMaxMsgs())) {
            limit(messages, stream.getMaxMsgs(), "messages", "--max-msgs");
        } else if (refuses && reached(bytes, stream.getMaxBytes())) {
            limit(bytes, stream.getMaxBytes(), "bytes", "--max-bytes");
        } else {
            add(
                    Severity.OK,
                    "limits",
                    name + " holds " + of(messages, stream.getMaxMsgs()) + " messages, "
                            + of(bytes, stream.getMaxBytes()) + " bytes",
                    "");
        }
    }

    private static boolean reached(long used, long limit) {
        return limit > 0 && used >= limit * (NEARLY_FULL / 100.0);
    }

    private void limit(long used, long limit, String unit, String option) {
        boolean full = used >= limit;
        add(
                full ? Severity.ERROR : Severity.WARNING,
                "limits",
                name + " holds " + of(used, limit) + " " + unit
                        + (full ? ": it is full, events wait" : ": nearly full"),
                edit + " " + option + " " + Math.multiplyExact(2L, limit));
    }

    private static String of(long used, long limit) {
        return limit > 0 ? used + " of " + limit : String.valueOf(used);
    }

    private void cluster(StreamInfo info, boolean clustered) {
        if (!clustered) {
            return;
        }
        if (stream.getReplicas() == 1) {
            add(
                    Severity.WARNING,
                    "replicas",
                    name + " has one replica in a cluster: it is away whenever that server is",
                    edit + " --replicas 3");
        }
        if (info.getClusterInfo() != null && info.getClusterInfo().getLeader() == null) {
            add(
                    Severity.ERROR,
                    "leader",
                    name + " has no leader: its events wait",
                    "nats stream cluster step-down " + stream.getName() + ", or start more of its servers");
        }
    }

    private void add(Severity severity, String check, String message, String fix) {
        findings.add(new Finding(severity, check, message, fix));
    }
}
