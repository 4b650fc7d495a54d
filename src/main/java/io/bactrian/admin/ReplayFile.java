package io.bactrian.admin;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one replay down. Its end is tried until it is written: before, a restart would go on. For the thread of the steps. */
final class ReplayFile {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayFile.class);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AdminService service;
    private final ReplayFiles files;
    private final Replay replay;
    private boolean endWritten;
    private boolean tryingAgain;

    ReplayFile(AdminService service, ReplayFiles files, Replay replay) {
        this.service = service;
        this.files = files;
        this.replay = replay;
        this.endWritten = replay.isOver();
    }

    /** Durable when it returns. */
    void write() throws IOException {
        boolean over = replay.isOver();
        if (!replay.isDryRun()) {
            files.write(replay);
        }
        endWritten = over;
    }

    /** Writes the end of a replay that is over, unless it is written. */
    void writeEnd() throws IOException {
        if (!endWritten) {
            write();
        }
    }

    /** The same for nobody who waits: when it fails it is tried again. */
    void writeEndAtLast() {
        try {
            writeEnd();
        } catch (IOException e) {
            if (!tryingAgain) {
                LOG.warn(
                        "The end of a replay is not written down yet, a restart would go on: replay={}",
                        replay.id(),
                        e);
                tryingAgain = true;
                tryAgain();
            }
        }
    }

    private void tryAgain() {
        service.later(
                () -> {
                    writeEndAtLast();
                    if (!endWritten) {
                        tryAgain();
                    }
                },
                AGAIN_NANOS);
    }
}
