package io.bactrian.webhook;

import java.net.URLDecoder;
import java.util.List;
import java.util.function.BiPredicate;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads the pairs of a query or of a form. */
public final class QueryText {

    private QueryText() {}

    /**
     * Shows each pair, decoded, until the reader answers false. A pair that is not encoded as it should be is passed by.
     *
     * @param raw still encoded; null has no pairs
     * @return whether none was passed by
     */
    static boolean each(String raw, BiPredicate<String, String> reader) {
        if (raw == null || raw.isEmpty()) {
            return true;
        }
        boolean all = true;
        for (String pair : List.of(raw.split("&", -1))) {
            int equals = pair.indexOf('=');
            String name;
            String value;
            try {
                name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), UTF_8);
                value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), UTF_8);
            } catch (IllegalArgumentException e) {
                all = false;
                continue;
            }
            if (!pair.isEmpty() && !reader.test(name, value)) {
                return all;
            }
        }
        return all;
    }

    /**
     * @param raw a query as sent, or null
     * @return the first value of this name, decoded, or null
     */
    public static String first(String raw, String wanted) {
        String[] found = new String[1];
        each(raw, (name, value) -> {
            if (name.equals(wanted)) {
                found[0] = value;
            }
            return found[0] == null;
        });
        return found[0];
    }
}
