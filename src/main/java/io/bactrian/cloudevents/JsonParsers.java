package io.bactrian.cloudevents;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

/**
 * Makes parsers of documents that strangers send. Parsers of one {@link JsonFactory} share the names they have met, up to 6000 of any length, which can be hundreds of megabytes; so the factory is replaced now and then, and the names are forgotten. Thread-safe.
 */
public final class JsonParsers {
    /** What shorter documents leave behind is bounded by the number of names. */
    private static final int SHORT = 1024;
    /** Bytes of longer documents between two factories. */
    private static final long RENEW_AFTER = 16 * 1024 * 1024;

    private final JsonFactory prototype;
    private final AtomicLong read = new AtomicLong();
    private volatile JsonFactory factory;

    public JsonParsers(JsonFactory prototype) {
        this.prototype = prototype;
        this.factory = prototype.copy();
    }

    /** A parser of part of an array. */
    public JsonParser of(byte[] json, int from, int length) throws IOException {
        if (length > SHORT && read.addAndGet(length) > RENEW_AFTER) {
            read.set(length);
            factory = prototype.copy();
        }
        return factory.createParser(json, from, length);
    }
}
