package io.bactrian.jetstream;

import java.util.Objects;

/** A message header; several of one name are several values. Neither part is null. */
public record Header(String name, String value) {
    public Header {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }
}
