package io.bactrian.camel.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventCodec;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a record of the journal holds for one event: the event and what was decided about it at intake.
 *
 * @param webhook name of the webhook
 * @param subject NATS subject, resolved
 * @param structured content mode on NATS
 * @param keptHeaders HTTP headers to pass on, names as the sender wrote them, without prefix
 * @param ownKey whether the event's id is the sender's own {@code Idempotency-Key}, which must not come with other data
 * @param event the event
 */
public record EventEnvelope(
        String webhook,
        String subject,
        boolean structured,
        List<Map.Entry<String, String>> keptHeaders,
        boolean ownKey,
        CloudEvent event) {

    private static final byte VERSION = 1;
    private static final byte STRUCTURED = 1;
    private static final byte OWN_KEY = 2;
    private static final int MAX_TEXT = 0xFFFF;

    public EventEnvelope {
        keptHeaders = List.copyOf(keptHeaders);
    }

    /** @return the payload of a journal record */
    public byte[] encode() {
        byte[] name = webhook.getBytes(UTF_8);
        byte[] to = subject.getBytes(UTF_8);
        int size = 4 + 2 + name.length + 2 + to.length + EventCodec.size(event);
        byte[][] kept = new byte[keptHeaders.size() * 2][];
        for (int i = 0; i < keptHeaders.size(); i++) {
            kept[2 * i] = keptHeaders.get(i).getKey().getBytes(UTF_8);
            kept[2 * i + 1] = keptHeaders.get(i).getValue().getBytes(UTF_8);
            size += 4 + kept[2 * i].length + kept[2 * i + 1].length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(VERSION)
                .put((byte) ((structured ? STRUCTURED : 0) | (ownKey ? OWN_KEY : 0)))
                .putShort((short) keptHeaders.size());
        put(out, name);
        put(out, to);
        for (byte[] text : kept) {
            put(out, text);
        }
        EventCodec.write(event, out);
        return out.array();
    }

    private static void put(ByteBuffer out, byte[] text) {
        if (text.length > MAX_TEXT) {
            throw new IllegalArgumentException("a header or name of " + text.length + " bytes: at most " + MAX_TEXT);
        }
        out.putShort((short) text.length).put(text);
    }

    /** @throws IllegalArgumentException for bytes that {@link #encode()} did not make */
    public static EventEnvelope decode(byte[] payload) {
        return decode(ByteBuffer.wrap(payload));
    }

    /**
     * The same from a buffer's position on.
     *
     * @throws IllegalArgumentException for bytes that {@link #encode()} did not make
     */
    public static EventEnvelope decode(ByteBuffer in) {
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("event record of version " + version + ": expected " + VERSION);
            }
            byte flags = in.get();
            int count = Short.toUnsignedInt(in.getShort());
            String webhook = text(in);
            String subject = text(in);
            List<Map.Entry<String, String>> kept = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                kept.add(Map.entry(text(in), text(in)));
            }
            return new EventEnvelope(
                    webhook, subject, (flags & STRUCTURED) != 0, kept, (flags & OWN_KEY) != 0, EventCodec.read(in));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("event record is cut short", e);
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }
}
