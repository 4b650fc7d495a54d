package io.bactrian.journal;

import java.time.Instant;

/**
 * An event is durable.
 *
 * @param key its key
 * @param sequence its place in the order of acceptance, increasing, with gaps
 * @param acceptedAt when it was accepted; for a duplicate, when the original was
 * @param duplicate whether the event had been there already
 */
public record Appended(Key key, long sequence, Instant acceptedAt, boolean duplicate) {}
