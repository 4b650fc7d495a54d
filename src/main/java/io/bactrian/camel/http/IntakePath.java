package io.bactrian.camel.http;

/**
 * What the engine must know of an intake path before a route runs.
 *
 * @param path as in the {@code platform-http:} URI
 * @param label value of the {@code webhook} label of metrics
 * @param maxBody bytes a body may have, counted as they arrive
 */
public record IntakePath(String path, String label, long maxBody) {

    public IntakePath {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("expected a path that starts with /");
        }
        if (maxBody < 1) {
            throw new IllegalArgumentException("maxBody " + maxBody + ": expected at least 1 byte");
        }
    }
}
