package io.bactrian.journal;

import java.io.IOException;

/** What was durable is not there: the disk could be read, and what it says is no record. */
final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedRecordException(Segment segment, long offset) {
        super("damaged record at " + segment.name() + ":" + offset);
    }
}
