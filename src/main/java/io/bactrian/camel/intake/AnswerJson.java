package io.bactrian.camel.intake;

import java.util.Arrays;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * JSON while it is written, as bytes. Not Jackson's generator, which takes twice the time: what surrounds the values of an
 * answer never changes, and few values need an escape. Not thread-safe.
 */
final class AnswerJson {

    private static final int ROOM = 512;

    private byte[] bytes = new byte[ROOM];
    private int length;

    /** @param json in ASCII, written as it is */
    AnswerJson json(String json) {
        makeRoom(json.length());
        for (int at = 0; at < json.length(); at++) {
            bytes[length++] = (byte) json.charAt(at);
        }
        return this;
    }

    /** @param json in UTF-8, written as it is */
    AnswerJson json(byte[] json) {
        makeRoom(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    /** Writes a string, or null. */
    AnswerJson text(String text) {
        if (text == null) {
            return json("null");
        }
        return isPlain(text)
                ? json("\"").json(text).json("\"")
                : json("\"")
                        .json(JsonStringEncoder.getInstance().quoteAsUTF8(text))
                        .json("\"");
    }

    AnswerJson number(long number) {
        return json(Long.toString(number));
    }

    AnswerJson flag(boolean flag) {
        return json(flag ? "true" : "false");
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
