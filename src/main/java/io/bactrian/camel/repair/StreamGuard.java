package io.bactrian.camel.repair;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.observe.Meters;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsStatus;
import io.bactrian.jetstream.StreamMessages;
import io.bactrian.jetstream.StreamPicture;
import io.bactrian.journal.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the streams that have acknowledged events, on each connect and every now and then, and when one has forgotten some,
 * raises an alarm and lets them be published again. Delivery waits for the look after a connect, for a few seconds at most, and
 * during a repair for what was accepted earlier. One thread does all of it.
 */
final class StreamGuard {

    private static final Logger LOG = LoggerFactory.getLogger(StreamGuard.class);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    /** A server takes connections before it has read its streams; so long after a connect nothing is delivered for that. */
    private static final Duration STARTING = Duration.ofSeconds(2);

    private final Journal journal;
    private final NatsConnection nats;
    private final StreamMessages messages;
    private final StreamLook look;
    private final MarksFile file;
    private final Meters meters;
    private final ScheduledExecutorService executor;
    private final Duration interval;
    private final int rate;
    private final Map<String, StreamMarks> marks;
    private final Map<String, String> alarms = new ConcurrentSkipListMap<>();
    private volatile boolean wasConnected;
    private volatile long connectedAt = System.nanoTime();
    /** Of the executor's thread alone. */
    private ScheduledFuture<?> again;

    private volatile RepairWalk running;
    /** Those that could not be asked last time. */
    private final Set<String> blind = new TreeSet<>();

    private boolean unwritten;

    /**
     * @param interval between two looks
     * @param rate events that a repair asks the stream for in a second, at most
     */
    StreamGuard(
            Journal journal,
            NatsConnection nats,
            StreamMessages messages,
            MarksFile file,
            Meters meters,
            ScheduledExecutorService executor,
            Duration interval,
            int rate) {
        this.journal = journal;
        this.nats = nats;
        this.messages = messages;
        this.look = new StreamLook(journal, messages);
        this.file = file;
        this.meters = meters;
        this.executor = executor;
        this.interval = interval;
        this.rate = rate;
        this.marks = new ConcurrentSkipListMap<>(file.read());
        marks.values().forEach(mark -> journal.distrust(mark.stream(), mark.since()));
    }

    void start() {
        nats.onChange(this::changed);
        changed(nats.status());
        schedule(this::lookNowAndThen, interval);
    }

    /** Lets everything be delivered, and looks no more once the executor has ended. */
    void stop() {
        journal.deliverUpTo(Long.MAX_VALUE);
    }

    boolean isRepairing() {
        return running != null;
    }

    /** One line for each stream that has forgotten something since the start. */
    List<String> alarms() {
        return List.copyOf(alarms.values());
    }

    private void changed(NatsStatus status) {
        boolean connected = status.connected();
        if (connected && !wasConnected && !streams().isEmpty()) {
            journal.deliverUpTo(0);
            connectedAt = System.nanoTime();
            if (!schedule(this::lookAfterConnect, Duration.ZERO)) {
                journal.deliverUpTo(Long.MAX_VALUE);
            }
        }
        wasConnected = connected;
    }

    private Set<String> streams() {
        Set<String> streams = new TreeSet<>(journal.streams());
        marks.values().stream().filter(mark -> mark.repair() != null).forEach(mark -> streams.add(mark.stream()));
        return streams;
    }

    private void lookNowAndThen() {
        try {
            if (running == null && nats.status().connected()) {
                lookAtAll();
            }
        } finally {
            schedule(this::lookNowAndThen, interval);
        }
    }

    private void lookAfterConnect() {
        running = null; // the server may be another one
        lookAtAll();
    }

    private void lookAtAll() {
        boolean allSeen = true;
        try {
            for (String stream : streams()) {
                allSeen &= lookOrSay(stream);
            }
            file.write(marks.values());
            unwritten = false;
        } catch (IOException | RuntimeException | Error e) {
            if (!unwritten) {
                LOG.warn("What was seen of streams is not remembered over a restart: {}", e.getMessage());
            }
            unwritten = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean wait = !allSeen && isStarting();
        if (running == null && !wait) {
            journal.deliverUpTo(Long.MAX_VALUE);
        }
        if (!allSeen && nats.status().connected()) {
            lookAgainIn(wait ? AT_ONCE : SOON);
        }
    }

    /** Once, however often it is asked for. */
    private void lookAgainIn(Duration delay) {
        if (again != null) {
            again.cancel(false);
        }
        try {
            again = executor.schedule(this::lookAgain, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            journal.deliverUpTo(Long.MAX_VALUE);
        }
    }

    private boolean isStarting() {
        return System.nanoTime() - connectedAt < STARTING.toNanos();
    }

    private void lookAgain() {
        if (running == null) {
            lookAtAll();
        }
    }

    /** @return whether there is no need to look again soon: one that cannot be asked has its turn with the next look */
    private boolean lookOrSay(String stream) throws InterruptedException {
        try {
            boolean there = lookAt(stream);
            blind.remove(stream);
            return there;
        } catch (IOException | RuntimeException | Error e) {
            if (blind.add(stream)) {
                LOG.warn(
                        "A stream cannot be looked at, so a loss is not noticed: stream={} {}", stream, e.getMessage());
            }
            return !isStarting();
        }
    }

    /** @return whether the stream is there */
    private boolean lookAt(String stream) throws IOException, InterruptedException {
        Optional<StreamLook.Result> result = look.look(marks.getOrDefault(stream, StreamMarks.unknown(stream)));
        if (result.isEmpty()) {
            return false;
        }
        StreamMarks seen = result.get().marks();
        marks.put(stream, seen);
        if (result.get().news()) {
            journal.distrust(stream, seen.since());
            alarm(seen, result.get().now());
        }
        if (seen.repair() != null && running == null) {
            file.write(marks.values()); // before anything is done: it must go on after a crash
            begin(seen, result.get().now());
        }
        return true;
    }

    private void alarm(StreamMarks seen, StreamPicture now) {
        LOG.error(
                "The broker has lost events, they are published again: stream={} reason={} ({}) first={} last={}",
                seen.stream(),
                seen.repair().reason().label(),
                seen.repair().reason().sentence(),
                now.first(),
                now.last());
        tell(seen, "they are being published again");
    }

    private void tell(StreamMarks seen, String what) {
        alarms.put(
                seen.stream(),
                "stream " + seen.stream() + ": " + seen.repair().reason().sentence() + ", noticed at "
                        + seen.repair().since() + "; " + what);
    }

    private void begin(StreamMarks seen, StreamPicture now) {
        journal.deliverUpTo(0);
        RepairWalk walk = new RepairWalk(journal, messages, seen, now);
        running = walk;
        schedule(() -> repair(walk), Duration.ZERO);
    }

    private void repair(RepairWalk walk) {
        if (running != walk) {
            return; // ended by a reconnect, and another one may have begun
        }
        long began = System.nanoTime();
        long before = walk.republished();
        try {
            boolean more = walk.page();
            count(walk, before);
            if (more) {
                long due = TimeUnit.SECONDS.toNanos(walk.checked()) / rate;
                schedule(() -> repair(walk), Duration.ofNanos(Math.max(0, due - (System.nanoTime() - began))));
                return;
            }
            StreamMarks done = marks.get(walk.stream());
            tell(done, walk.republished() + " events were published again");
            LOG.info(
                    "Events that the broker lost are pending again: stream={} events={}",
                    walk.stream(),
                    walk.republished());
            marks.put(walk.stream(), done.repaired());
            running = null;
            lookAtAll(); // writes it down, and begins with the next stream
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("A repair is interrupted: stream={} {}", walk.stream(), e.getMessage());
            running = null;
            lookAgainIn(SOON);
            journal.deliverUpTo(Long.MAX_VALUE);
            count(walk, before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(RepairWalk walk, long before) {
        for (long i = before; i < walk.republished(); i++) {
            meters.republished(walk.reason().label());
        }
    }

    /** @return false when stopping */
    private boolean schedule(Runnable task, Duration delay) {
        try {
            var unused = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("Not looking at streams any more: stopping");
            return false;
        }
    }
}
