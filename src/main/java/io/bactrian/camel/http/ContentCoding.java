package io.bactrian.camel.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Unpacks the body of one request that came with {@code Content-Encoding: gzip}, as far as its limits allow. */
final class ContentCoding {

    /** Below it a ratio says nothing: a short text of one letter is packed a thousandfold. */
    private static final int SMALL = 64 * 1024;

    private static final int BUFFER = 8192;

    private final long max;
    private final int maxRatio;
    private final BodyBudget.Share share;

    /**
     * @param max bytes the result may have
     * @param maxRatio how many bytes may come of one
     * @param share takes room for the result
     */
    ContentCoding(long max, int maxRatio, BodyBudget.Share share) {
        this.max = max;
        this.maxRatio = maxRatio;
        this.share = share;
    }

    /**
     * @param encodings all {@code Content-Encoding} headers
     * @return the bytes as received where there is no encoding
     * @throws ProblemException 415 for another encoding, 413 beyond a limit, 400 for what is damaged, 503 when all
     *     requests together hold too much
     */
    byte[] decode(List<String> encodings, byte[] body) throws ProblemException {
        String encoding = String.join(",", encodings).trim().toLowerCase(Locale.ROOT);
        if (encoding.isEmpty() || encoding.equals("identity")) {
            return body;
        }
        if (encoding.equals("gzip") || encoding.equals("x-gzip")) {
            return unpack(body);
        }
        throw new Problem(
                        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                        "The content encoding is not understood: send gzip, or the body as it is.")
                .with("Accept-Encoding", "gzip, identity")
                .with("Accept-Post", "*/*")
                .toException();
    }

    private byte[] unpack(byte[] body) throws ProblemException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(BUFFER, body.length * 2));
        byte[] buffer = new byte[BUFFER];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body), BUFFER)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                share.take(n);
                out.write(buffer, 0, n);
                if (out.size() > max) {
                    throw tooLarge("more than the " + max + " bytes allowed here");
                }
                if (out.size() > SMALL && out.size() / maxRatio > body.length) {
                    throw tooLarge("more than " + maxRatio + " times its packed size");
                }
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new Problem(
                            ProblemKind.INVALID_REQUEST,
                            "The body is not the gzip it says it is.",
                            List.of(new Problem.Fault(null, "Content-Encoding", "http", "damaged or cut gzip")),
                            Map.of())
                    .toException();
        }
    }

    private static ProblemException tooLarge(String what) {
        return new ProblemException(ProblemKind.PAYLOAD_TOO_LARGE, "The unpacked body has " + what + ".");
    }
}
