package io.bactrian.journal;

import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two threads of a journal: one writes, the other keeps up. Without them a simulation takes the steps itself. */
final class JournalThreads {
    private static final Logger LOG = LoggerFactory.getLogger(JournalThreads.class);

    private final Core core;
    private final Flusher flusher;
    private final Upkeep upkeep;
    private final List<Thread> threads = new ArrayList<>();

    JournalThreads(Core core, Flusher flusher, Upkeep upkeep) {
        this.core = core;
        this.flusher = flusher;
        this.upkeep = upkeep;
    }

    void start() {
        threads.add(new Thread(this::flush, "journal-flusher"));
        threads.add(new Thread(this::keepUp, "journal-upkeep"));
        for (Thread thread : threads) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Ends them, after {@link Core#closing} was set, and writes what waits. */
    void stop() {
        threads.forEach(JournalThreads::join);
        writeWhatWaits();
    }

    private void flush() {
        while (true) {
            if (flusher.step()) {
                continue;
            }
            core.lock.lock();
            try {
                if (core.closing && !flusher.mayGoOn()) {
                    return;
                }
                if (core.flusherIdle) {
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
            boolean more = upkeep.step();
            core.lock.lock();
            try {
                if (core.closing) {
                    return;
                }
                if (!more) {
                    core.upkeep.awaitNanos(upkeep.pauseNanos());
                }
            } catch (InterruptedException e) {
                LOG.debug("journal thread was interrupted, which means nothing here", e);
            } finally {
                core.lock.unlock();
            }
        }
    }

    /** No thread does so any more; the last segment may be full, and nobody has prepared another. */
    private void writeWhatWaits() {
        for (int before = Integer.MAX_VALUE; mayFlush(); ) {
            int waiting = waiting();
            if (waiting >= before) {
                return;
            }
            before = waiting;
            if (!flusher.step() && upkeep.makeRoom()) {
                flusher.step();
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

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
