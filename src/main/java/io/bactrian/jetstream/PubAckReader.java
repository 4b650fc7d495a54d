package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;

/**
 * Reads what comes to a publish's reply subject. The form in which every nats-server writes a PubAck is read without building
 * anything; whatever differs by a byte is left to jnats.
 */
final class PubAckReader {
    private static final byte[] STREAM = ascii("{\"stream\":\"");
    private static final byte[] SEQUENCE = ascii("\", \"seq\":");
    private static final byte[] SEQUENCE_CLOSE = ascii("\",\"seq\":");
    private static final byte[] DUPLICATE = ascii(",\"duplicate\": true}");
    private static final byte[] DUPLICATE_CLOSE = ascii(",\"duplicate\":true}");
    /** As many fit into a long for certain. */
    private static final int DIGITS = 18;

    private PubAckReader() {}

    /** @throws JetStreamApiException with the server's error */
    static PubAck read(Message answer) throws IOException, JetStreamApiException {
        if (answer.isStatusMessage()) {
            throw new IOException("Error Publishing: " + answer.getStatus().getMessageWithCode());
        }
        PubAck plain = plain(answer.getData());
        if (plain != null) {
            return plain;
        }
        PublishAck ack = new PublishAck(answer);
        return new PubAck(ack.getStream(), ack.getSeqno(), ack.isDuplicate());
    }

    /** Null when it is not of that form. */
    private static PubAck plain(byte[] json) {
        if (!matches(json, 0, STREAM)) {
            return null;
        }
        int end = STREAM.length;
        while (end < json.length && json[end] != '"' && json[end] != '\\' && json[end] > ' ') {
            end++;
        }
        int at = after(json, end, SEQUENCE, SEQUENCE_CLOSE);
        if (at < 0 || end == STREAM.length) {
            return null;
        }
        long sequence = 0;
        int digits = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - digits < DIGITS) {
            sequence = sequence * 10 + json[at++] - '0';
        }
        if (at == digits) {
            return null;
        }
        boolean duplicate = after(json, at, DUPLICATE, DUPLICATE_CLOSE) == json.length;
        if (!duplicate && (at != json.length - 1 || json[at] != '}')) {
            return null;
        }
        return new PubAck(
                new String(json, STREAM.length, end - STREAM.length, StandardCharsets.US_ASCII), sequence, duplicate);
    }

    private static int after(byte[] json, int at, byte[] open, byte[] close) {
        if (matches(json, at, open)) {
            return at + open.length;
        }
        return matches(json, at, close) ? at + close.length : -1;
    }

    private static boolean matches(byte[] json, int at, byte[] expected) {
        if (json.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (json[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
