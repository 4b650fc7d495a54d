package io.bactrian.jetstream;

import java.util.Objects;

/**
 * The stream's word that it has the message.
 *
 * @param stream the stream that answered
 * @param sequence the message's sequence there; of a duplicate, that of the first copy
 * @param duplicate the message id is known inside the duplicate window. It does not say that the first copy is still in
 *     the stream: after a purge or a delete the answer is the same.
 */
public record PubAck(String stream, long sequence, boolean duplicate) {
    public PubAck {
        Objects.requireNonNull(stream, "stream");
    }
}
