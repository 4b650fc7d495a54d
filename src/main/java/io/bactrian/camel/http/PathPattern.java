package io.bactrian.camel.http;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A path as the HTTP server sees it, which asks the routes in the order in which they were added: a placeholder stands
 * for anything but a slash, whatever its name, and a slash at the end makes no other path.
 *
 * @param parts between the slashes, with {@code {}} for each placeholder
 */
public record PathPattern(List<String> parts) {

    private static final String ANY = "{}";

    public PathPattern {
        parts = List.copyOf(parts);
    }

    /** @param path as in a {@code platform-http:} URI */
    public static PathPattern of(String path) {
        String anonymous = AsyncHttpConsumer.PATH_PARAMETER.matcher(path).replaceAll("{}");
        return new PathPattern(List.of(anonymous.split("/")));
    }

    /** @return whether every request of the other path is one of this path too */
    public boolean covers(PathPattern other) {
        boolean all = parts.size() == other.parts.size();
        for (int i = 0; all && i < parts.size(); i++) {
            all = covers(parts.get(i), other.parts.get(i));
        }
        return all;
    }

    private static boolean covers(String part, String other) {
        if (part.equals(ANY) || part.equals(other)) {
            return true;
        }
        String regex = Arrays.stream(part.split(Pattern.quote(ANY), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+"));
        return !other.contains(ANY) && other.matches(regex);
    }
}
