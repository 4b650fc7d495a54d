package io.bactrian.app.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The bytes of a request, written once; sending another event only overwrites the digits of its id, so that the client
 * takes as little of a shared machine as it can.
 */
final class RequestTemplate {

    /** Digits of an event's number. */
    private static final int DIGITS = 12;

    private static final String ZEROS = "0".repeat(DIGITS);

    private final byte[] bytes;
    private final int[] places;
    private final Load load;
    private final int webhookPlace;

    private RequestTemplate(byte[] bytes, int[] places, Load load, int webhookPlace) {
        this.bytes = bytes;
        this.places = places;
        this.load = load;
        this.webhookPlace = webhookPlace;
    }

    /**
     * @param run makes the ids of this run its own
     * @param signature for a body, with {@link Scenario#WEBHOOK}; else not asked
     */
    static RequestTemplate of(Load load, String run, Signature signature) {
        List<Integer> inBody = new ArrayList<>();
        byte[] body =
                switch (load.scenario()) {
                    case BATCH -> batch(load, run, inBody);
                    case WEBHOOK -> webhookBody(load.size());
                    default -> eventBody(load.size());
                };
        StringBuilder head = new StringBuilder();
        head.append("POST ").append(load.target().getRawPath());
        int webhookPlace = head.length();
        head.append("0".repeat(load.webhookDigits())).append(" HTTP/1.1\r\n");
        header(head, "Host", load.target().getHost() + ":" + load.target().getPort());
        load.headers().forEach((name, value) -> header(head, name, value));
        List<Integer> places = new ArrayList<>();
        switch (load.scenario()) {
            case BATCH -> header(head, "Content-Type", "application/cloudevents-batch+json");
            case WEBHOOK -> {
                header(head, "Content-Type", "application/json");
                header(head, "X-GitHub-Event", "push");
                header(head, "X-Hub-Signature-256", "sha256=" + signature.of(body));
                places.add(idHeader(head, "X-GitHub-Delivery", run));
            }
            default -> {
                header(head, "Content-Type", "application/json");
                header(head, "ce-specversion", "1.0");
                header(head, "ce-source", "/bench/" + run);
                header(head, "ce-type", "io.bactrian.bench");
                places.add(idHeader(head, "ce-id", run));
            }
        }
        header(head, "Content-Length", String.valueOf(body.length));
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(ISO_8859_1);
        inBody.forEach(place -> places.add(headBytes.length + place));
        ByteArrayOutputStream all = new ByteArrayOutputStream(headBytes.length + body.length);
        all.writeBytes(headBytes);
        all.writeBytes(body);
        return new RequestTemplate(
                all.toByteArray(), places.stream().mapToInt(Integer::intValue).toArray(), load, webhookPlace);
    }

    /** Signs the body of a webhook. */
    @FunctionalInterface
    interface Signature {
        /** @return in hexadecimal */
        String of(byte[] body);
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static int idHeader(StringBuilder head, String name, String run) {
        head.append(name).append(": ").append(run).append('-');
        int place = head.length();
        head.append(ZEROS).append("\r\n");
        return place;
    }

    private static byte[] eventBody(int size) {
        return filled("{\"data\":\"", "\"}", size);
    }

    private static byte[] webhookBody(int size) {
        return filled(
                "{\"action\":\"opened\",\"repository\":{\"url\":\"https://example.com/bench\"},\"data\":\"",
                "\"}",
                size);
    }

    private static byte[] filled(String before, String behind, int size) {
        return (before + "x".repeat(Math.max(0, size - before.length() - behind.length())) + behind)
                .getBytes(ISO_8859_1);
    }

    private static byte[] batch(Load load, String run, List<Integer> places) {
        String data = new String(eventBody(load.size()), ISO_8859_1);
        StringBuilder all = new StringBuilder("[");
        for (int i = 0; i < load.batch(); i++) {
            all.append(i == 0 ? "" : ",")
                    .append("{\"specversion\":\"1.0\",\"type\":\"io.bactrian.bench\",\"source\":\"/bench/")
                    .append(run)
                    .append("\",\"id\":\"")
                    .append(run)
                    .append('-');
            places.add(all.length());
            all.append(ZEROS)
                    .append("\",\"datacontenttype\":\"application/json\",\"data\":")
                    .append(data)
                    .append('}');
        }
        return all.append(']').toString().getBytes(ISO_8859_1);
    }

    /** @return a buffer with the request, for one connection */
    ByteBuffer newBuffer() {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Makes the request of a buffer that of these events, to the webhook whose turn it is, and the buffer ready to be written. */
    void number(ByteBuffer request, long firstEvent) {
        for (int i = 0; i < places.length; i++) {
            write(request, places[i], DIGITS, firstEvent + i);
        }
        write(request, webhookPlace, load.webhookDigits(), firstEvent % load.webhooks());
        request.clear();
    }

    private static void write(ByteBuffer request, int place, int digits, long number) {
        long left = number;
        for (int at = place + digits - 1; at >= place; at--) {
            request.put(at, (byte) ('0' + left % 10));
            left /= 10;
        }
    }

    /** @return the number in an id of this run, or -1 for the id of something else */
    static long numberOf(String id, String run) {
        if (id == null || id.length() != run.length() + 1 + DIGITS || !id.startsWith(run)) {
            return -1;
        }
        try {
            return Long.parseLong(id, run.length() + 1, id.length(), 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
