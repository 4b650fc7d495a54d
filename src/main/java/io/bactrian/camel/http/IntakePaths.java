package io.bactrian.camel.http;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;

/** The intake paths of one Camel context, registered before their routes start. */
public final class IntakePaths {

    private final Map<String, IntakePath> paths = new ConcurrentHashMap<>();

    /** @return the registry of this context, made on first use */
    public static IntakePaths of(CamelContext context) {
        synchronized (context) {
            var extension = context.getCamelContextExtension();
            IntakePaths found = extension.getContextPlugin(IntakePaths.class);
            if (found == null) {
                found = new IntakePaths();
                extension.addContextPlugin(IntakePaths.class, found);
            }
            return found;
        }
    }

    public void add(IntakePath path) {
        paths.put(path.path(), path);
    }

    /** Forgets a path, unless it is another's by now. */
    public void remove(String path, String label) {
        paths.computeIfPresent(path, (key, known) -> known.label().equals(label) ? null : known);
    }

    /** @return the one that takes the very same requests, with whatever names for its placeholders */
    public Optional<IntakePath> like(String path) {
        PathPattern pattern = PathPattern.of(path);
        return find(path).or(() -> paths.values().stream()
                .filter(known -> PathPattern.of(known.path()).equals(pattern))
                .findFirst());
    }

    /** @return what is known of a path, if it is one of intake */
    public Optional<IntakePath> find(String path) {
        return Optional.ofNullable(paths.get(path.startsWith("/") ? path : "/" + path));
    }
}
