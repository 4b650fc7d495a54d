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
 * @param credentialHeader name of the header that carries the credential, which is never kept; empty for the scheme's own
 */
public record MappingOptions(
        String id, String source, String type, String eventSubject, List<String> keepHeaders, String credentialHeader) {

    public MappingOptions {
        keepHeaders = List.copyOf(keepHeaders);
    }
}
