package io.bactrian.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The query of a request. */
final class QueryParameters {

    /** Most elements of a page. */
    static final int MAX_LIMIT = 1000;

    private static final int LIMIT = 100;

    private QueryParameters() {}

    /**
     * @param query without its question mark, encoded, or null
     * @param allowed names that are understood
     * @return name and value of each
     */
    static Map<String, String> parse(String query, Collection<String> allowed) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!allowed.contains(name)) {
                throw new InvalidRequestException(
                        null,
                        "The query has a parameter that is not known; expected " + String.join(", ", allowed) + ".");
            }
            if (parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw new InvalidRequestException(null, name + ": given more than once");
            }
        }
        return parameters;
    }

    static List<String> names(List<String> first, String... more) {
        List<String> names = new ArrayList<>(first);
        names.addAll(List.of(more));
        return names;
    }

    /** Elements of a page, as a list parameter says it; empty for the default. */
    static int limit(String text) {
        if (text.isEmpty()) {
            return LIMIT;
        }
        if (text.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw new InvalidRequestException(null, "limit: expected a whole number from 1 to " + MAX_LIMIT);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(null, "The query is not percent-encoded as it should be.");
        }
    }
}
