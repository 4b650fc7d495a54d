package io.bactrian.camel.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;

/**
 * The {@code bactrian.*} keys as one Camel context sees them: its properties, then the defaults of the shipped
 * {@code application.properties}, which is the reference of all keys. An empty value is an absent one.
 */
public final class BactrianConfig {

    /** Registry name of a {@code Map<String, String>} that tells from which file or variable each key was read. */
    public static final String ORIGINS = "bactrianConfigurationOrigins";

    private static final String FILE = "/bactrian/application.properties";
    private static final Map<String, String> DEFAULTS = read();

    private final CamelContext context;

    private BactrianConfig(CamelContext context) {
        this.context = context;
    }

    /** @return the view of this context; cheap enough to make where it is needed */
    public static BactrianConfig of(CamelContext context) {
        return new BactrianConfig(context);
    }

    /** @return what the shipped file says: keys with their defaults */
    public static Map<String, String> defaults() {
        return DEFAULTS;
    }

    private static Map<String, String> read() {
        try (InputStream in = BactrianConfig.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + FILE);
            }
            Properties p = new Properties();
            p.load(in);
            return p.stringPropertyNames().stream().collect(Collectors.toUnmodifiableMap(key -> key, p::getProperty));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the value, or nothing when the key is absent or empty */
    public Optional<String> find(String key) {
        return set(key).or(() -> Optional.ofNullable(DEFAULTS.get(key)))
                .map(String::trim)
                .filter(s -> !s.isEmpty());
    }

    /**
     * Not {@code resolveProperty}, for which a value whose placeholder cannot be resolved is as good as none, nor the
     * context's own method, which logs the value.
     */
    private Optional<String> set(String key) {
        try {
            return Optional.ofNullable(context.getPropertiesComponent().parseUri("{{?" + key + "}}"));
        } catch (RuntimeException e) {
            // not even as the cause: its message may quote the value, which may be a secret
            throw new ConfigurationException(key + origin(key) + ": " + unresolved(e));
        }
    }

    /** @return whether a value was given that is empty, such as that of an environment variable */
    public boolean isBlank(String key) {
        return set(key).filter(String::isBlank).isPresent();
    }

    /** @return why a value cannot be resolved, in words that quote neither it nor what a vault has answered */
    public static String unresolved(RuntimeException failure) {
        if (!(failure instanceof IllegalArgumentException)) {
            Throwable root = failure;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return "a {{placeholder}} in its value cannot be resolved ("
                    + root.getClass().getSimpleName() + " of whatever resolves it)";
        }
        String message = String.valueOf(failure.getMessage());
        return message.contains("not found") || message.contains("key ")
                ? "a {{placeholder}} in its value cannot be resolved (is the variable set, is the secret there?)"
                : "its value holds {{ or }} that is no placeholder";
    }

    public String text(String key) {
        return find(key).orElseThrow(() -> new ConfigurationException(key + ": a value is needed"));
    }

    /** @return one of the allowed words */
    public String word(String key, Set<String> allowed) {
        return parse(key, text -> {
            if (!allowed.contains(text)) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", new TreeSet<>(allowed)));
            }
            return text;
        });
    }

    public boolean flag(String key) {
        return word(key, Set.of("true", "false")).equals("true");
    }

    /** @return bytes, at least {@code min} */
    public long bytes(String key, long min) {
        return parse(key, text -> {
            long n = Values.bytes(text);
            if (n < min) {
                throw new IllegalArgumentException("expected at least " + min + " bytes");
            }
            return n;
        });
    }

    public Duration duration(String key) {
        return parse(key, Values::duration);
    }

    /**
     * @param min with its unit
     * @param max with its unit
     */
    public Duration duration(String key, String min, String max) {
        return parse(key, text -> {
            Duration value = Values.duration(text);
            if (value.compareTo(Values.duration(min)) < 0 || value.compareTo(Values.duration(max)) > 0) {
                throw new IllegalArgumentException("expected a duration from " + min + " to " + max);
            }
            return value;
        });
    }

    public int integer(String key, int min, int max) {
        return parse(key, text -> {
            try {
                int n = Integer.parseInt(text);
                if (n >= min && n <= max) {
                    return n;
                }
            } catch (NumberFormatException e) {
                // the same answer as for a number out of range
            }
            throw new IllegalArgumentException("expected a whole number from " + min + " to " + max);
        });
    }

    public List<String> list(String key) {
        return find(key).map(Values::list).orElse(List.of());
    }

    /** Reads a mandatory value; what the parser throws is reported with key, value and origin. */
    public <T> T parse(String key, Function<String, T> parser) {
        String text = text(key);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key + "=" + text + origin(key) + ": " + e.getMessage(), e);
        }
    }

    private String origin(String key) {
        Map<?, ?> origins = context.getRegistry().lookupByNameAndType(ORIGINS, Map.class);
        Object origin = origins == null ? null : origins.get(key);
        return origin == null ? "" : " (" + origin + ")";
    }
}
