package io.bactrian.webhook;

/**
 * Where one attribute comes from: {@code header:Name}, {@code pointer:/json/pointer}, {@code query:name},
 * {@code path:name}, {@code simple:${…}} or a literal.
 */
final class AttributeMapping {

    private static final int MAX_VALUE = 4096;

    private final Source source;
    private final Scope scope;

    /** What of a request an attribute depends on. */
    private enum Scope {
        NONE,
        REQUEST,
        ELEMENT,
        UNKNOWN
    }

    /** Reads the attribute of a request, or null. */
    private interface Source {
        String read(WebhookRequest request, byte[] body, Expressions expressions);
    }

    private AttributeMapping(Scope scope, Source source) {
        this.scope = scope;
        this.source = source;
    }

    /**
     * The id: as a literal it makes every event a duplicate of the first.
     *
     * @throws IllegalArgumentException for a literal that looks like an expression, or an expression that cannot work
     */
    static AttributeMapping parseId(String expression) {
        AttributeMapping mapping = parse("id", expression);
        if (mapping.isLiteral() && expression.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "id=" + expression + ": expected header:Name, pointer:/json/pointer,"
                            + " query:name, path:name or simple:${…}; with one id for all, all but the first would be duplicates");
        }
        return mapping;
    }

    /** @throws IllegalArgumentException for an expression that cannot work */
    static AttributeMapping parse(String parameter, String expression) {
        int colon = expression.indexOf(':');
        String kind = colon < 0 ? "" : expression.substring(0, colon);
        String rest = expression.substring(colon + 1);
        return switch (kind) {
            case "header" -> ofRequest(Finder.header(rest));
            case "query" -> ofRequest(request -> QueryText.first(request.rawQuery(), rest));
            case "path" -> ofRequest(request -> request.pathParameter(rest));
            case "pointer" -> {
                JsonText pointer = JsonText.at(parameter, rest);
                yield new AttributeMapping(Scope.ELEMENT, (request, body, expressions) -> pointer.read(body));
            }
            case "simple" ->
                new AttributeMapping(Scope.UNKNOWN, (request, body, expressions) -> expressions.evaluate(rest, body));
            default -> new AttributeMapping(Scope.NONE, (request, body, expressions) -> expression);
        };
    }

    /** What a provider's preset says. */
    static AttributeMapping ofRequest(Finder finder) {
        return new AttributeMapping(Scope.REQUEST, (request, body, expressions) -> finder.find(request));
    }

    /** @return what an expression makes of a request with nothing in it, or null; null for every other kind */
    String resolveNothing(Expressions nothing) {
        return scope == Scope.UNKNOWN ? resolve(null, new byte[0], nothing) : null;
    }

    /** @return whether it is the same text for every event */
    boolean isLiteral() {
        return scope == Scope.NONE;
    }

    /** @return whether each element of a body may have another value */
    boolean mayDiffer() {
        return scope == Scope.ELEMENT || scope == Scope.UNKNOWN;
    }

    /** @return whether the value is taken from an element and nothing else */
    boolean isOfElement() {
        return scope == Scope.ELEMENT;
    }

    /**
     * @param body of the request, or the element of it that becomes an event
     * @return the value, or null when it is missing, empty or too long to be an attribute
     */
    String resolve(WebhookRequest request, byte[] body, Expressions expressions) {
        String value = source.read(request, body, expressions);
        return value == null || value.isEmpty() || value.length() > MAX_VALUE ? null : value;
    }
}
