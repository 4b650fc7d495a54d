package io.bactrian.app;

import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.journal.JournalReport;
import io.bactrian.journal.StoredRecord;

/** What is in a journal, a line each. */
final class JournalText {

    private JournalText() {}

    static String line(JournalReport.Damage damage) {
        return damage.file() + " " + damage.what() + " (bytes " + damage.from() + " to " + damage.to() + ")";
    }

    static String line(StoredRecord found) {
        StringBuilder line = new StringBuilder(160)
                .append(found.sequence())
                .append(' ')
                .append(found.kind())
                .append(found.copy() ? " copy" : "")
                .append(" at=")
                .append(found.segment())
                .append(':')
                .append(found.offset())
                .append(" bytes=")
                .append(found.bytes())
                .append(" time=")
                .append(found.time());
        if (found.key() != null) {
            line.append(" key=").append(found.key());
        }
        if (found.payload() != null) {
            line.append(' ').append(event(found));
        }
        if (found.attempts() > 0 || found.epoch() > 0) {
            line.append(" attempts=").append(found.attempts()).append(" epoch=").append(found.epoch());
        }
        if (found.published() != null) {
            line.append(" stream=")
                    .append(found.published().stream())
                    .append(" streamSequence=")
                    .append(found.published().sequence());
        }
        if (found.failure() != null) {
            line.append(" error=")
                    .append(found.failure().errorClass())
                    .append(" message=\"")
                    .append(TerminalText.plain(found.failure().message()))
                    .append('"');
        }
        return line.toString();
    }

    private static String event(StoredRecord found) {
        try {
            EventEnvelope envelope = EventEnvelope.decode(found.payload());
            return TerminalText.plain("webhook=" + envelope.webhook() + " type="
                    + envelope.event().type() + " source="
                    + envelope.event().source() + " id="
                    + envelope.event().id());
        } catch (IllegalArgumentException e) {
            return "payload=" + found.payload().length + " bytes that are no event of this version";
        }
    }
}
