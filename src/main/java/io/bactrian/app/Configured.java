package io.bactrian.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import io.bactrian.camel.config.ConfigurationException;
import picocli.CommandLine.Option;

/** The options by which every command reads the same configuration. */
final class Configured {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "properties on top of config/application.properties; may be repeated")
    private List<Path> files = new ArrayList<>();

    @Option(names = "-D", paramLabel = "KEY=VALUE", mapFallbackValue = "", description = "one key, before all others")
    private Map<String, String> overrides = new LinkedHashMap<>();

    /** As {@code --config} does. */
    void file(Path file) {
        files.add(file);
    }

    /** As {@code -D} does. */
    void override(String key, String value) {
        overrides.put(key, value);
    }

    Settings settings() {
        return Settings.load(files, System.getenv(), system());
    }

    /** @param problems gets what cannot be used, which is left out */
    Settings settings(Consumer<ConfigurationException> problems) {
        return Settings.load(files, System.getenv(), system(), problems);
    }

    private Properties system() {
        Properties system = new Properties();
        system.putAll(System.getProperties());
        system.putAll(overrides);
        return system;
    }

    /** @return what {@code --config} gave, in order */
    List<Path> files() {
        return List.copyOf(files);
    }

    /** @return what {@code -D} after the command gave, for a process that is started with the same configuration */
    Map<String, String> overrides() {
        return Map.copyOf(overrides);
    }
}
