package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.Objects;

/**
 * What the senders of one webhook are told.
 *
 * @param ack the promise to wait for
 * @param ackTimeout how long, with {@link AckMode#PROCESSED}
 * @param successStatus replaces every 2xx, or 0
 * @param successBody replaces the body of every 2xx, or null
 */
public record AnswerSettings(AckMode ack, Duration ackTimeout, int successStatus, String successBody) {

    public AnswerSettings {
        Objects.requireNonNull(ack, "ack");
        if (successStatus != 0 && (successStatus < 200 || successStatus > 299)) {
            throw new IllegalArgumentException("successStatus " + successStatus + ": expected 200 to 299");
        }
    }
}
