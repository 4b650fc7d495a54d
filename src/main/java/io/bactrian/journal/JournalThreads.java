package io.bactrian.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two threads of a journal: one writes, the other keeps up. Without them a simulation takes the steps itself. */
final class JournalThreads {
    private static final String FLUSHER = "journal-flusher";

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** When not even a failure can be handled. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Core core;
    private final Flusher flusher;
    private final Upkeep upkeep;
    private final List<Thread> threads = new ArrayList<>();
    /** What the flusher has not got over yet, or null. */
    private Throwable unexpected;

    JournalThreads(Core core, Flusher flusher, Upkeep upkeep) {
        this.core = core;
        this.flusher = flusher;
        this.upkeep = upkeep;
    }

    void start() {
        threads.add(thread(FLUSHER, this::flush));
        threads.add(thread("journal-upkeep", this::keepUp));
        for (Thread thread : threads) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    private Thread thread(String name, Runnable loop) {
        return new Thread(
                () -> {
                    try {
                        loop.run();
                    } finally {
                        ended(name);
                    }
                },
                name);
    }

    private void ended(String name) {
        boolean expected;
        core.lock.lock();
        try {
            expected = core.closing;
        } finally {
            core.lock.unlock();
        }
        if (!expected) {
            flusher.ended(name, name.equals(FLUSHER));
        }
    }

    /** One step of the flusher; it goes on whatever is thrown. */
    boolean flushStep() {
        try {
            if (unexpected == null) {
                return flusher.step();
            }
        } catch (RuntimeException | Error e) {
            unexpected = e;
            LOG.error("journal failed to write, not by the disk directory={}", core.config.directory(), e);
        }
        flusher.getOver(unexpected);
        unexpected = null;
        return true;
    }

    /** One step of the upkeep; it goes on whatever is thrown. */
    boolean keepUpStep() {
        try {
            return upkeep.step();
        } catch (RuntimeException | Error e) {
            upkeep.failed(e);
            LOG.error("journal upkeep failed, not by the disk directory={}", core.config.directory(), e);
            return false;
        }
    }

    /** Ends them, after {@link Core#closing} was set; returns whether the caller was interrupted meanwhile. */
    boolean stop() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= join(thread);
        }
        return interrupted;
    }

    private void flush() {
        BooleanSupplier step = this::flushStep;
        while (true) {
            if (goesOn(step)) {
                continue;
            }
            core.lock.lock();
            try {
                if (core.closing && !flusher.mayGoOn()) {
                    return;
                }
                if (unexpected != null) {
                    core.work.awaitNanos(REST_NANOS);
                } else if (core.flusherIdle) {
                    core.work.awaitNanos(flusher.idleNanos());
                }
            } catch (InterruptedException e) {
                LOG.debug("journal thread was interrupted, which means nothing here", e);
            } finally {
                core.lock.unlock();
            }
        }
    }

    private void keepUp() {
        while (true) {
            boolean more = goesOn(this::keepUpStep);
            core.lock.lock();
            try {
                if (core.closing) {
                    return;
                }
                if (!more && !upkeep.isWanted()) {
                    core.upkeep.awaitNanos(upkeep.pauseNanos());
                }
            } catch (InterruptedException e) {
                LOG.debug("journal thread was interrupted, which means nothing here", e);
            } finally {
                core.lock.unlock();
            }
        }
    }

    /** Without memory even getting over a failure may fail; later there may be some. */
    private static boolean goesOn(BooleanSupplier step) {
        try {
            return step.getAsBoolean();
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    /** No thread does so any more; the last segment may be full, and nobody has prepared another. */
    void writeWhatWaits() {
        for (int before = Integer.MAX_VALUE; unexpected != null || mayFlush(); ) {
            int waiting = waiting();
            if (waiting >= before) {
                return;
            }
            before = waiting;
            if (!flushStep() && upkeep.makeRoom()) {
                flushStep();
            }
        }
    }

    private int waiting() {
        core.lock.lock();
        try {
            return core.unsavedCount() + core.urgent.size() + core.active.events.size();
        } finally {
            core.lock.unlock();
        }
    }

    private boolean mayFlush() {
        core.lock.lock();
        try {
            return core.failing == null && flusher.due();
        } finally {
            core.lock.unlock();
        }
    }

    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
