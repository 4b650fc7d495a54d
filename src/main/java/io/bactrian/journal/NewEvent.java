package io.bactrian.journal;

import java.util.Objects;

/**
 * An event to be appended.
 *
 * @param key its key
 * @param payload its bytes, opaque to the journal, not changed by anybody until the append completes
 */
@SuppressWarnings("ArrayRecordComponent") // a copy of every payload would buy nothing; events are not compared
public record NewEvent(Key key, byte[] payload) {
    public NewEvent {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(payload, "payload");
    }
}
