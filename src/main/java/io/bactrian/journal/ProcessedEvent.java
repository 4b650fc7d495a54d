package io.bactrian.journal;

/**
 * A processed event whose payload is still kept, so that it can be published again.
 *
 * @param key its key
 * @param sequence its place in the order of acceptance
 * @param epoch how often it was replayed
 * @param published the proof that it was processed
 */
public record ProcessedEvent(Key key, long sequence, int epoch, Published published) {}
