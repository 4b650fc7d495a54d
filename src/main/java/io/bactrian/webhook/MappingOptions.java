package io.bactrian.webhook;

import java.util.List;

/**
 * The parameters of a webhook that say which CloudEvent a request is; an empty text takes the preset of the provider.
 *
 * @param id expression
 * @param source expression
 * @param type expression
 * @param eventSubject expression
 * @param keepHeaders names, with an optional trailing {@code *}
 */
public record MappingOptions(String id, String source, String type, String eventSubject, List<String> keepHeaders) {

    public MappingOptions {
        keepHeaders = List.copyOf(keepHeaders);
    }
}
