package io.bactrian.camel.journal;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.camel.Bursts;
import io.bactrian.journal.Journal;
import io.bactrian.journal.PendingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that takes pending events from the journal, as many as the window has room for, and emits them. */
final class DeliveryPump {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPump.class);

    /** What the pump calls, on its thread. */
    interface Target {
        void emit(Emission emission, EventEnvelope envelope);

        /** The bytes are as they were written, so a reader of another version wrote them. */
        void unreadable(Emission emission, String reason);
    }

    /**
     * Between two runs that news of the journal cause, while no sender waits for an outcome: what comes meanwhile goes together.
     * Each run costs a dozen switches of threads up to the PubAck, here and in the server, however many events it has.
     */
    private static final long PAUSE_NANOS = 3_000_000;

    private final Journal journal;
    private final Lanes lanes;
    private final DeliveryWindow window;
    private final DeliveryOrder order;
    private final Bursts bursts;
    private final int refillAt;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Target target;
    private volatile ScheduledExecutorService thread;
    private volatile boolean emitting;
    private volatile long ranAt = System.nanoTime() - PAUSE_NANOS;

    /** Whether the journal had no more when the pump ended last, and will tell when it has. */
    private volatile boolean drained;

    /** @param refillAt so many unanswered events are few enough to read on, since a few at a time cost less than one */
    DeliveryPump(
            Journal journal, Lanes lanes, DeliveryWindow window, DeliveryOrder order, Bursts bursts, int refillAt) {
        this.journal = journal;
        this.lanes = lanes;
        this.window = window;
        this.order = order;
        this.bursts = bursts;
        this.refillAt = refillAt;
    }

    void start(ScheduledExecutorService executor, Target emitter) {
        target = emitter;
        thread = executor;
        emitting = true;
        journal.onAvailable(() -> {
            lanes.available();
            wake(untilNextRun());
        });
        wake();
    }

    /** Nanoseconds that news of the journal wait for more, and none when the last run was long ago. */
    private long untilNextRun() {
        return journal.isAwaited() ? 0 : Math.max(0, ranAt + PAUSE_NANOS - System.nanoTime());
    }

    void suspend() {
        emitting = false;
    }

    void resume() {
        emitting = true;
        wake();
    }

    /** @return the executor that was given at the start, or null */
    ScheduledExecutorService stop() {
        emitting = false;
        ScheduledExecutorService executor = thread;
        thread = null;
        return executor;
    }

    void wake() {
        wake(0);
    }

    private void wake(long nanos) {
        if (emitting && scheduled.compareAndSet(false, true) && !later(this::run, nanos)) {
            scheduled.set(false);
        }
    }

    /** An outage may be over: waits no longer to see. */
    void probeNow() {
        window.probeNow();
        wake();
    }

    /**
     * An event is done with.
     *
     * @param soon whether another one may have waited for that
     */
    void done(Emission emission, boolean soon) {
        answered(emission, soon, true);
    }

    /**
     * An event goes again, or others instead.
     *
     * @param soon whether to see to that at once
     */
    void again(Emission emission, boolean soon) {
        answered(emission, soon, false);
    }

    /** An event was not sent, since there is no room for it; goes on after a pause. */
    void later(Emission emission, long nanos) {
        if (emission.answer()) {
            window.leave(emission.bytes());
            later(this::wake, nanos);
        }
    }

    private void answered(Emission emission, boolean soon, boolean done) {
        if (!emission.answer()) {
            return;
        }
        int left = window.leave(emission.bytes());
        if (window.isCollapsed()) {
            if (left == 0) {
                later(this::wake, window.pause());
            }
        } else if (soon || (left <= refillAt && !(done && drained))) {
            // read after the place was left: a run that begins later finds it
            wake();
        }
    }

    /** @return false when the consumer is stopping */
    boolean later(Runnable task, long nanos) {
        ScheduledExecutorService executor = thread;
        try {
            if (executor != null) {
                var unused = executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
                return true;
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("Not emitting any more: stopping");
        }
        return false;
    }

    private void run() {
        scheduled.set(false);
        drained = false;
        ranAt = System.nanoTime();
        try {
            bursts.run(() -> {
                while (emitting && emitNext()) {
                    // until the window is full, the journal is empty or an outage began
                }
            });
        } catch (RuntimeException | Error e) {
            LOG.error("Reading pending events failed, trying again in a second", e);
            later(this::wake, TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** @return whether to go on */
    private boolean emitNext() {
        DeliveryWindow.Place place = window.enter();
        if (place == DeliveryWindow.Place.NONE) {
            probeAfterPause();
            return false;
        }
        boolean taken = false;
        Lane lane = null;
        try {
            lane = lanes.poll();
            if (lane != null && !journal.takesOutcomes()) {
                lanes.putBack(lane);
                return false;
            }
            PendingEvent event = read(lane);
            if (event == null) {
                drained = lane == null;
                return lane != null;
            }
            taken = send(event, lane, place == DeliveryWindow.Place.PROBE);
            return !taken || place == DeliveryWindow.Place.OPEN;
        } finally {
            if (!taken) {
                window.leave(0);
            }
        }
    }

    /** With nothing on its way there is no answer that would wake the pump. */
    private void probeAfterPause() {
        if (window.isCollapsed() && window.inFlight() == 0) {
            later(this::wake, window.pause());
        }
    }

    private PendingEvent read(Lane lane) {
        if (lane == null) {
            return journal.next();
        }
        try {
            return lanes.next(lane);
        } catch (RuntimeException | Error e) {
            lanes.putBack(lane);
            throw e;
        }
    }

    /** @return false when the event goes later, after others */
    private boolean send(PendingEvent event, Lane of, boolean probe) {
        Lane lane = of;
        EventEnvelope envelope = null;
        String problem = null;
        try {
            envelope = EventEnvelope.decode(event.payload());
        } catch (RuntimeException e) {
            problem = e.getMessage();
        } catch (Error e) {
            lanes.giveBack(lane, event);
            throw e;
        }
        if (envelope != null && lane == null) {
            try {
                DeliveryOrder.Key key = order.key(envelope);
                if (key != null) {
                    lane = lanes.enter(key, event);
                }
                if (key != null ? lane == null : lanes.waits(envelope.subject(), event)) {
                    return false;
                }
            } catch (RuntimeException | Error e) {
                lanes.giveBack(lane, event);
                throw e;
            }
        }
        Emission emission = new Emission(event, lane, probe);
        window.fill(emission.bytes());
        if (envelope == null) {
            target.unreadable(emission, problem);
        } else {
            target.emit(emission, envelope);
        }
        return true;
    }
}
