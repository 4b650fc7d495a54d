package io.bactrian.camel.repair;

import java.util.Locale;

/** How a stream shows that it has forgotten something. */
enum Amnesia {
    /** It was made at another time than the one that acknowledged. */
    STREAM_RECREATED("the stream was deleted and made again"),
    /** Its last sequence is lower than before, or than one it has acknowledged. */
    SEQUENCE_REGRESSED("the last sequence of the stream went back"),
    /** Another message has the sequence that it acknowledged, or none has it since the server was started again. */
    MESSAGE_MISSING("a message that the stream acknowledged is not there");

    private final String sentence;

    Amnesia(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** The {@code reason} label. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
