package io.bactrian.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.bactrian.camel.config.ConfigurationException;

/**
 * The merged configuration: defaults, {@code config/application.properties} of the working directory, {@code --config}
 * files, environment, system properties; later ones win. Camel's own look-ups are switched off, since there the
 * environment beats system properties and {@code CAMEL_SERVER_PORT} is ignored.
 */
final class Settings {

    private static final Path LOCAL_FILE = Path.of("config", "application.properties");

    private static final String NOT_NEAR = ", and none is like it; docs/reference.md lists all there are";

    private final KnownKeys known;
    private final Consumer<ConfigurationException> problems;
    private final Properties values = new Properties();
    private final Map<String, String> origins = new HashMap<>();

    private Settings(KnownKeys known, Consumer<ConfigurationException> problems) {
        this.known = known;
        this.problems = problems;
        known.defaults().forEach((key, value) -> values.setProperty(key, value));
    }

    /**
     * @param files given with {@code --config}, in order
     * @param environment of the process
     * @param system system properties, then those given after the command
     * @throws ConfigurationException for an unknown key or an unreadable file
     */
    static Settings load(List<Path> files, Map<String, String> environment, Properties system) {
        return load(files, environment, system, problem -> {
            throw problem;
        });
    }

    /** @param problems gets what cannot be used, which is left out; it may throw to end the reading */
    static Settings load(
            List<Path> files,
            Map<String, String> environment,
            Properties system,
            Consumer<ConfigurationException> problems) {
        Settings settings = new Settings(KnownKeys.shipped(), problems);
        if (Files.exists(LOCAL_FILE)) {
            settings.file(LOCAL_FILE, "");
        }
        files.forEach(file -> settings.file(file, "--config "));
        settings.environment(environment);
        for (String key :
                new TreeMap<>(system).keySet().stream().map(Object::toString).toList()) {
            if (KnownKeys.isOurs(key) || key.startsWith("camel.")) {
                settings.read(key, system.getProperty(key), "-D" + key);
            }
        }
        return settings;
    }

    private void file(Path file, String option) {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.accept(new ConfigurationException(option + file + ": cannot be read: " + e.getMessage(), e));
        }
        new TreeMap<>(read).forEach((key, value) -> read(key.toString(), value.toString(), file.toString()));
    }

    private void environment(Map<String, String> environment) {
        Map<String, String> byVariable = new HashMap<>();
        known.all().forEach(key -> byVariable.put(variable(key), key));
        new TreeMap<>(environment).forEach((variable, value) -> {
            String key = byVariable.get(variable);
            if (key != null) {
                read(key, value, "environment " + variable);
            } else if (variable.startsWith("BACTRIAN_") && !madeByKubernetes(variable)) {
                problems.accept(new ConfigurationException("environment " + variable + ": unknown"
                        + known.nearest(variable.toLowerCase(Locale.ROOT).replace('_', '.'))
                                .map(near -> "; did you mean " + variable(near) + "?")
                                .orElse(NOT_NEAR)));
            }
        });
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Kubernetes makes these for every Service of the namespace, and one may be called bactrian. */
    private static boolean madeByKubernetes(String variable) {
        return variable.matches("BACTRIAN_.*SERVICE_(HOST|PORT.*)|BACTRIAN_(.*_)?PORT(_.*)?");
    }

    private void read(String key, String value, String origin) {
        try {
            put(key, value, origin);
        } catch (ConfigurationException e) {
            problems.accept(e);
        }
    }

    /** @throws ConfigurationException for an unknown key of ours, naming the nearest known one */
    void put(String key, String value, String origin) {
        if (KnownKeys.isOurs(key) && !known.all().contains(key)) {
            throw new ConfigurationException(key + " (" + origin + "): unknown key"
                    + known.nearest(key)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(NOT_NEAR));
        }
        values.setProperty(key, value);
        origins.put(key, origin);
    }

    /** Forgets what was given: the default holds again, or nothing. */
    void reset(String key) {
        origins.remove(key);
        String value = known.defaults().get(key);
        if (value == null) {
            values.remove(key);
        } else {
            values.setProperty(key, value);
        }
    }

    /** Sets a value unless the user gave one. */
    void suggest(String key, String value) {
        if (!isGiven(key)) {
            values.setProperty(key, value);
        }
    }

    /**
     * @return whether the command line, the environment or a file set it; a default in the local file counts for nothing, since
     *     that is a copy of all of them to begin with
     */
    boolean isGiven(String key) {
        String origin = origins.get(key);
        return origin != null
                && !(origin.equals(LOCAL_FILE.toString())
                        && values.getProperty(key, "").equals(known.defaults().get(key)));
    }

    String get(String key) {
        return values.getProperty(key, "");
    }

    /** @return a copy for Camel; empty values are left out, since Camel refuses them */
    Properties toProperties() {
        Properties copy = new Properties();
        values.stringPropertyNames().stream()
                .filter(key -> !values.getProperty(key).isBlank())
                .forEach(key -> copy.setProperty(key, values.getProperty(key)));
        return copy;
    }

    /** @return by key, which file or variable it was read from */
    Map<String, String> origins() {
        return Map.copyOf(origins);
    }
}
