package io.bactrian.app.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * As much of HTTP/1.1 as tells where an answer ends and what its status is. A parser belongs to one connection, on which
 * one request is in progress at a time.
 */
final class AnswerParser {

    private static final int LARGEST_LINE = 16 * 1024;
    private static final String LENGTH = "content-length:";
    private static final String CHUNKED = "transfer-encoding: chunked";

    private final StringBuilder line = new StringBuilder(128);
    private int status;
    private long left;
    private boolean chunked;
    private boolean inHead;
    private boolean inTrailer;

    AnswerParser() {
        reset();
    }

    private void reset() {
        line.setLength(0);
        status = 0;
        left = 0;
        chunked = false;
        inHead = true;
        inTrailer = false;
    }

    /**
     * @param in what was received, ready to be read; all of it is taken
     * @return the status of an answer that is complete now, or 0 while it is not
     * @throws IOException for what is no HTTP answer
     */
    int feed(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            if (!inHead && left > 0) {
                int skipped = (int) Math.min(left, in.remaining());
                in.position(in.position() + skipped);
                left -= skipped;
                if (left == 0 && !chunked) {
                    return complete(in);
                }
                continue;
            }
            char c = (char) (in.get() & 0xFF);
            if (c != '\n') {
                if (c != '\r') {
                    line.append(c);
                }
                if (line.length() > LARGEST_LINE) {
                    throw new IOException("an answer with a line of more than " + LARGEST_LINE + " bytes");
                }
            } else if (inHead ? headLine() : chunkLine()) {
                return complete(in);
            }
        }
        return 0;
    }

    /** @return whether the answer ends here */
    private boolean headLine() throws IOException {
        if (status == 0) {
            if (line.length() < 12 || line.indexOf("HTTP/1.") != 0) {
                throw new IOException("no HTTP answer: " + line);
            }
            status = Integer.parseInt(line, 9, 12, 10);
        } else if (line.length() == 0) {
            if (status == 100) {
                reset();
                return false;
            }
            inHead = false;
            return !chunked && left == 0;
        } else if (startsWith(LENGTH)) {
            left = Long.parseLong(line.substring(LENGTH.length()).trim());
        } else if (startsWith(CHUNKED)) {
            chunked = true;
        }
        line.setLength(0);
        return false;
    }

    private boolean chunkLine() {
        boolean empty = line.length() == 0;
        if (inTrailer) {
            line.setLength(0);
            return empty;
        }
        if (!empty) {
            int end = line.indexOf(";");
            left = Long.parseLong(line, 0, end < 0 ? line.length() : end, 16);
            inTrailer = left == 0;
        }
        line.setLength(0);
        return false;
    }

    private boolean startsWith(String lowerCase) {
        if (line.length() < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (Character.toLowerCase(line.charAt(i)) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int complete(ByteBuffer in) throws IOException {
        if (in.hasRemaining()) {
            throw new IOException("more bytes than one answer has");
        }
        int answered = status;
        reset();
        return answered;
    }
}
