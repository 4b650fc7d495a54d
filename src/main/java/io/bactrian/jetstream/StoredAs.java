package io.bactrian.jetstream;

import java.time.Instant;

/**
 * What a stream says of a message that it has.
 *
 * @param sequence its sequence
 * @param messageId its {@code Nats-Msg-Id}, or null when it has none
 * @param at when it was stored, by the server's clock
 */
public record StoredAs(long sequence, String messageId, Instant at) {}
