package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.HttpLimits;
import io.bactrian.camel.http.ManagementGuard;
import io.bactrian.camel.http.ServerTls;
import io.bactrian.camel.jetstream.EventSubjects;
import io.bactrian.camel.jetstream.NatsService;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.repair.RepairService;
import io.bactrian.camel.webhook.WebhookOverlaps;
import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.StreamExpectations;
import io.bactrian.journal.JournalConfig;
import org.apache.camel.CamelContext;

/**
 * The part of {@code check} that reads: every key, every webhook and every route, by building the gateway as {@code run}
 * would, without starting it. What cannot be used is named and left out, so that one run names all of it.
 */
final class ConfigurationCheck implements AutoCloseable {

    private static final int MAX_REHEARSALS = 50;
    private static final String EVENTS_TOKEN = "bactrian.events.token";
    private static final String EVENTS_VERIFY = "bactrian.events.verify";

    private final Settings settings;
    private final List<Finding> findings;
    private final List<Path> files = new ArrayList<>();
    private SortedMap<String, String> subjects = new TreeMap<>();
    private List<String> mistyped = List.of();
    private List<String> overlaps = List.of();
    private CamelContext context;

    /** @param findings gets a line for each thing that is wrong, and for what is right */
    ConfigurationCheck(Settings settings, List<Finding> findings) {
        this.settings = settings;
        this.findings = findings;
    }

    /** @param folder with a user's own routes, or null */
    void run(Path folder) {
        int before = findings.size();
        keys();
        webhooks();
        if (folder != null) {
            files.addAll(files(folder));
            for (Path file : files) {
                RouteSchema.check(file, this::resolved).forEach(this::warn);
            }
        }
        rehearse();
        settle();
        // also what could not be read at all
        boolean wrong = findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        if (!wrong) {
            findings.add(before, Finding.ok("configuration", keysSet()));
        }
    }

    /** @return how to reach NATS, unless that is wrong */
    Optional<NatsOptions> nats() {
        return read(NatsService::options);
    }

    /** @return how the journal is to be, unless that is wrong */
    Optional<JournalConfig> journal() {
        return read(JournalService::configuration);
    }

    Optional<StreamExpectations> streams() {
        return read(config -> NatsService.expectations(
                config, subjects.values().stream().distinct().toList()));
    }

    boolean createsStream() {
        return read(config -> config.flag("bactrian.nats.create-stream")).orElse(false);
    }

    private <T> Optional<T> read(Function<BactrianConfig, T> reader) {
        try {
            return Optional.of(reader.apply(BactrianConfig.of(context)));
        } catch (ConfigurationException e) {
            error("configuration", e.getMessage());
            return Optional.empty();
        }
    }

    /** Each key by itself; one that cannot be read has its default from here on. */
    private void keys() {
        Map<String, String> defaults = KnownKeys.shipped().defaults();
        settle();
        BactrianConfig config = BactrianConfig.of(context);
        Placeholders placeholders = new Placeholders(context);
        for (String key : settings.origins().keySet().stream().sorted().toList()) {
            if (!KnownKeys.isOurs(key)) {
                continue;
            }
            try {
                placeholders.check(key, settings.get(key));
                if (config.find(key).isPresent()) {
                    likeDefault(config, key, defaults.getOrDefault(key, ""));
                }
            } catch (ConfigurationException e) {
                error("configuration", e.getMessage());
                settings.reset(key);
                if (key.equals(EVENTS_TOKEN)) {
                    settings.put(EVENTS_VERIFY, "none", "check"); // one error is enough
                }
            }
        }
        settle();
        // what only a start reads: a rehearsal has neither a log nor a management port of its own
        read(any -> Logging.isJson(settings));
        read(keys -> ManagementGuard.of(keys, resolved(settings.get("camel.management.host"))));
        read(any -> host("camel.server.host"));
        read(any -> host("camel.management.host"));
        read(HttpLimits::of);
        read(RepairService::checkInterval);
        read(keys -> ServerTls.of(keys).map(ServerTls::read));
        journal();
        if (nats().isEmpty()) {
            settings.origins().keySet().stream()
                    .filter(key -> key.startsWith("bactrian.nats."))
                    .forEach(settings::reset);
        }
    }

    private InetAddress host(String key) {
        String host = resolved(settings.get(key));
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ConfigurationException(key + "=" + host + ": there is no such host", e);
        }
    }

    /** The default of a key shows what kind of value it takes. */
    private static void likeDefault(BactrianConfig config, String key, String example) {
        if (example.matches("\\d+(ms|s|m|h|d)")) {
            config.duration(key);
        } else if (example.matches("\\d+(KiB|MiB|GiB|TiB)")) {
            config.bytes(key, 0);
        } else if (example.matches("true|false")) {
            config.flag(key);
        } else if (example.matches("\\d+")) {
            config.integer(key, 0, Integer.MAX_VALUE);
        }
    }

    private void webhooks() {
        Webhooks.of(settings).forEach((name, parameters) -> {
            List<String> problems = Webhooks.problems(name, parameters);
            problems.forEach(problem -> error("webhook", problem));
            if (!problems.isEmpty()) {
                Webhooks.remove(name, settings);
            }
        });
    }

    private List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            error("routes", "--routes " + folder + ": there is no such folder");
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            error("routes", "--routes " + folder + ": cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    /** Builds the gateway until nothing is wrong any more, each time without what was wrong the time before. */
    private void rehearse() {
        for (int i = 0; i < MAX_REHEARSALS; i++) {
            String problem = rehearse(files);
            if (problem == null) {
                routes();
                return;
            }
            Optional<String> webhook = Webhooks.of(settings).keySet().stream()
                    .filter(name -> problem.matches("(?s).*\\bwebhook " + Pattern.quote(name) + "\\b.*"))
                    .findFirst();
            if (webhook.isPresent()) {
                error("webhook", problem);
                Webhooks.remove(webhook.get(), settings);
            } else if (withoutKey(problem)) {
                error("configuration", problem);
            } else {
                Optional<Path> file = guilty(problem);
                if (file.isEmpty()) {
                    error("configuration", problem);
                    return;
                }
                error("routes", named(problem, file.get()));
                files.remove(file.get());
            }
        }
    }

    /** @return whether the problem is one of a single key, which is out of the way now */
    private boolean withoutKey(String problem) {
        if (problem.startsWith(EVENTS_TOKEN + ":")
                && !settings.get(EVENTS_VERIFY).equals("none")) {
            settings.put(EVENTS_VERIFY, "none", "check");
            return true;
        }
        Optional<String> key = settings.origins().keySet().stream()
                .filter(k -> problem.matches("(?s)(.*\\()?" + Pattern.quote(k) + "[=: ].*"))
                .findFirst();
        key.ifPresent(settings::reset);
        return key.isPresent();
    }

    private static String named(String problem, Path file) {
        return problem.contains(file.getFileName().toString()) ? problem : file + ": " + problem;
    }

    /** @return the file that a problem comes from, if it comes from one */
    private Optional<Path> guilty(String problem) {
        Optional<Path> named = files.stream()
                .filter(file -> problem.contains(file.getFileName().toString()))
                .findFirst();
        if (named.isPresent() || files.isEmpty() || problem.equals(rehearse(List.of()))) {
            return named;
        }
        return files.stream()
                .filter(file -> problem.equals(rehearse(List.of(file))))
                .findFirst();
    }

    /** @return what is wrong first, or null */
    private String rehearse(List<Path> own) {
        Path scratch = null;
        try {
            scratch = scratch();
            Gateway gateway = Gateway.rehearsal(settings, own, scratch);
            gateway.start();
            subjects = EventSubjects.of(gateway.context()).patternByName();
            mistyped = MistypedExpressions.of(gateway.context());
            overlaps = WebhookOverlaps.of(gateway.context());
            gateway.stop();
            return null;
        } catch (IOException | RuntimeException e) {
            return Causes.oneLine(e);
        } finally {
            delete(scratch);
        }
    }

    private Path scratch() throws IOException {
        try {
            return Files.createTempDirectory("bactrian-check");
        } catch (IOException e) {
            // a container may have nothing to write to but the journal's volume
            Path journal = Path.of(settings.get("bactrian.journal.directory")).toAbsolutePath();
            return Files.createTempDirectory(journal.getParent(), "bactrian-check");
        }
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try {
            ThrowAway.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void routes() {
        String own = files.stream().map(file -> file.getFileName().toString()).collect(Collectors.joining(", "));
        findings.add(Finding.ok(
                "routes",
                ShippedRoutes.FILES.size() + " shipped files" + (own.isEmpty() ? "" : " and of your own: " + own)));
        subjects.forEach(
                (name, subject) -> findings.add(Finding.ok("webhook", "webhook " + name + " publishes to " + subject)));
        mistyped.forEach(line -> findings.add(Finding.warning("webhook", line, "")));
        overlaps.forEach(line -> findings.add(Finding.warning("webhook", line, "")));
    }

    private String keysSet() {
        Map<String, Long> byOrigin = settings.origins().values().stream()
                .map(origin ->
                        origin.startsWith("environment ") ? "the environment" : origin.startsWith("-D") ? "-D" : origin)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        return byOrigin.isEmpty()
                ? "only defaults"
                : "read: "
                        + byOrigin.entrySet().stream()
                                .map(origin -> origin.getKey() + " (" + origin.getValue()
                                        + (origin.getValue() == 1 ? " key)" : " keys)"))
                                .collect(Collectors.joining(", "));
    }

    private String resolved(String placeholder) {
        try {
            return context.resolvePropertyPlaceholders(placeholder);
        } catch (RuntimeException e) {
            return placeholder; // named when the gateway is built
        }
    }

    /** What is read from here on is what the settings are now. */
    private void settle() {
        close();
        try {
            context = Gateway.bare(settings);
        } catch (RuntimeException e) {
            error("configuration", Causes.oneLine(e));
            settings.origins().keySet().stream()
                    .filter(key -> key.startsWith("camel.vault."))
                    .forEach(settings::reset);
            context = Gateway.bare(settings);
        }
    }

    private void warn(String message) {
        findings.add(Finding.warning("routes", message, ""));
    }

    private void error(String check, String message) {
        Finding finding = Finding.error(check, message, "");
        if (findings.stream().noneMatch(said -> said.message().equals(message))) {
            findings.add(finding);
        }
    }

    @Override
    public void close() {
        if (context != null) {
            context.stop();
        }
    }
}
