package io.bactrian.journal;

/**
 * The proof with the highest sequence of a stream.
 *
 * @param key the event it is of
 * @param epoch how often that event had been replayed then
 * @param published the proof
 */
public record LastPublished(Key key, int epoch, Published published) {}
