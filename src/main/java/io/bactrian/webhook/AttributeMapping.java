package io.bactrian.webhook;

import java.util.function.Function;

/**
 * Where one attribute comes from: {@code header:Name}, {@code pointer:/json/pointer}, {@code query:name},
 * {@code path:name}, {@code simple:${…}} or a literal.
 */
final class AttributeMapping {

    private static final int MAX_VALUE = 4096;

    private final Source source;

    /** Reads the attribute of a request, or null. */
    private interface Source {
        String read(WebhookRequest request, Function<String, String> simple);
    }

    private AttributeMapping(Source source) {
        this.source = source;
    }

    /** @throws IllegalArgumentException for an expression that cannot work */
    static AttributeMapping parse(String parameter, String expression) {
        int colon = expression.indexOf(':');
        String kind = colon < 0 ? "" : expression.substring(0, colon);
        String rest = expression.substring(colon + 1);
        return switch (kind) {
            case "header" -> new AttributeMapping((request, simple) -> request.header(rest));
            case "query" -> new AttributeMapping((request, simple) -> QueryText.first(request.rawQuery(), rest));
            case "path" -> new AttributeMapping((request, simple) -> request.pathParameter(rest));
            case "pointer" -> {
                JsonText pointer = JsonText.at(parameter, rest);
                yield new AttributeMapping((request, simple) -> pointer.read(request.body()));
            }
            case "simple" -> new AttributeMapping((request, simple) -> simple.apply(rest));
            default -> new AttributeMapping((request, simple) -> expression);
        };
    }

    /** What a provider's preset says. */
    static AttributeMapping of(Finder finder) {
        return new AttributeMapping((request, simple) -> finder.find(request));
    }

    /** @return the value, or null when it is missing, empty or too long to be an attribute */
    String resolve(WebhookRequest request, Function<String, String> simple) {
        String value = source.read(request, simple);
        return value == null || value.isEmpty() || value.length() > MAX_VALUE ? null : value;
    }
}
