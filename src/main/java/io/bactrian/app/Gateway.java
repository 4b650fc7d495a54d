package io.bactrian.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.AsyncHttpEngine;
import io.bactrian.camel.journal.JournalEndpoint;
import io.bactrian.camel.journal.JournalService;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The standalone gateway: camel-main with our configuration, our HTTP server and the shipped routes. */
final class Gateway {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int STOP_SECONDS = 60;

    /** For publishes on their way; what has no PubAck by then stays pending. */
    private static final int DELIVERY_SECONDS = 10;

    private final Settings settings;
    private final Main main = new Main();
    private final HttpServers servers = new HttpServers();
    private final AsyncHttpEngine engine;

    /** @param routes folder with a user's own routes, or null */
    Gateway(Settings settings, Path routes) {
        this(settings, patterns(routes), Map.of());
    }

    private Gateway(Settings settings, List<String> own, Map<String, String> overrides) {
        this.settings = settings;
        Properties values = settings.toProperties();
        checkPorts(settings);
        Webhooks.check(settings);
        main.setRoutesCollector(new ShippedRoutes());
        values.setProperty("camel.main.routesIncludePattern", own.isEmpty() ? "false" : String.join(",", own));
        values.putIfAbsent("camel.main.name", "bactrian");
        values.putIfAbsent("camel.main.jmxEnabled", "false");
        // it would show the URLs of NATS with their passwords
        values.putIfAbsent("camel.main.autoConfigurationLogSummary", "false");
        values.putIfAbsent("camel.main.shutdownTimeout", "25");
        values.putIfAbsent("camel.main.shutdownLogInflightExchangesOnTimeout", "false");
        // spans and meters of every step cost more than the steps: off unless asked for (docs/performance.md)
        values.putIfAbsent("camel.opentelemetry2.enabled", "false");
        values.putIfAbsent("camel.metrics.enableRoutePolicy", "false");
        values.putIfAbsent("camel.metrics.enableExchangeEventNotifier", "false");
        values.putIfAbsent("camel.metrics.enableRouteEventNotifier", "false");
        if (!values.containsKey("camel.metrics.binders")) {
            main.addMainListener(new ProcessMeters());
        }
        values.setProperty("camel.server.enabled", "true");
        values.setProperty("camel.server.fileUploadEnabled", "false");
        values.setProperty("camel.management.enabled", "true");
        values.putAll(overrides);
        resolveAlone(main, values);
        // vaults are configured by then, and nothing else is
        main.configure().addConfiguration(new CamelConfiguration() {
            @Override
            public void configure(CamelContext context) {
                new Placeholders(context).check(settings);
                ShippedRoutes.guard(context);
            }
        });
        main.bind("vertx", servers.vertx());
        main.bind("httpServers", servers);
        engine = new AsyncHttpEngine(port(settings, "camel.server.port"));
        main.bind("platform-http-engine", engine);
        PlatformHttpComponent management = new PlatformHttpComponent();
        management.setEngine(AsyncHttpEngine.ofManagement(port(settings, "camel.management.port")));
        main.bind("management-http", management);
        main.bind(BactrianConfig.ORIGINS, settings.origins());
    }

    /** Switches off Camel's own look-up of keys in environment and system properties; {{env:X}} still works. */
    private static final class OwnLookups extends MainListenerSupport {
        @Override
        public void beforeInitialize(BaseMainSupport main) {
            var properties = (org.apache.camel.component.properties.PropertiesComponent)
                    main.getCamelContext().getPropertiesComponent();
            properties.setEnvironmentVariableMode(
                    org.apache.camel.component.properties.PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
            properties.setSystemPropertiesMode(
                    org.apache.camel.component.properties.PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        }
    }

    private static void checkPorts(Settings settings) {
        int server = port(settings, "camel.server.port");
        int management = port(settings, "camel.management.port");
        if (server == management && server != 0) {
            throw new ConfigurationException(
                    "camel.management.port=" + management + ": expected another port than camel.server.port");
        }
    }

    private static int port(Settings settings, String key) {
        try {
            int port = Integer.parseInt(settings.get(key).trim());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw new ConfigurationException(key + "=" + settings.get(key) + ": expected a port from 0 to 65535");
    }

    private static List<String> patterns(Path folder) {
        if (folder == null) {
            return List.of();
        }
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException("--routes " + folder + ": there is no such folder");
        }
        return List.of("file:" + folder + "/*.yaml", "file:" + folder + "/*.yml");
    }

    /**
     * A gateway that is built whole, with every route, verifier and value, and does nothing: it binds no port, runs no
     * route, creates no stream, and its journal is in a directory of its own.
     *
     * @param files a user's own routes
     * @param scratch an empty directory
     */
    static Gateway rehearsal(Settings settings, List<Path> files, Path scratch) {
        return new Gateway(
                settings,
                files.stream().map(file -> "file:" + file).toList(),
                Map.of(
                        "camel.main.autoStartup", "false",
                        "camel.server.enabled", "false",
                        "camel.management.enabled", "false",
                        "bactrian.nats.create-stream", "false",
                        "bactrian.journal.accept-loss", "false",
                        "bactrian.journal.directory", scratch.toString(),
                        "bactrian.journal.segment-size", "1MiB",
                        "bactrian.journal.max-size", "16MiB",
                        "bactrian.journal.min-free", "0"));
    }

    /**
     * @return a context that resolves every value as that of a gateway does, vaults included, and has nothing else
     * @throws RuntimeException when {@code camel.vault.*} cannot be used
     */
    static CamelContext bare(Settings settings) {
        Properties values = settings.toProperties();
        values.keySet()
                .removeIf(key ->
                        key.toString().startsWith("camel.") && !key.toString().startsWith("camel.vault."));
        values.setProperty("camel.main.jmxEnabled", "false");
        values.setProperty("camel.main.autoConfigurationLogSummary", "false");
        values.setProperty("camel.main.routesIncludePattern", "false");
        Main main = new Main();
        resolveAlone(main, values);
        main.bind(BactrianConfig.ORIGINS, settings.origins());
        main.init();
        return main.getCamelContext();
    }

    /** Values come from our settings and from nowhere else; {{env:X}} still works. */
    private static void resolveAlone(Main main, Properties values) {
        main.setOverrideProperties(values);
        main.setPropertyPlaceholderLocations("false");
        main.configure().withAutoConfigurationEnvironmentVariablesEnabled(false);
        main.configure().withAutoConfigurationSystemPropertiesEnabled(false);
        main.addMainListener(new OwnLookups());
    }

    /** Runs something when all routes are up. */
    void onStarted(Runnable action) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started) {
                action.run();
            }
        });
    }

    /** Runs something when all routes are down. */
    void onStopped(Runnable action) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStop(BaseMainSupport stopped) {
                action.run();
            }
        });
    }

    /** Adds routes that no user should find in a gateway for real. */
    void add(RouteBuilder routes) {
        main.configure().addRoutesBuilder(routes);
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    /** @return the public port really bound */
    int port() {
        return servers.intakePort();
    }

    /** @return what the public port speaks, {@code http} or {@code https} */
    String scheme() {
        return servers.intakeScheme();
    }

    /** Starts and returns when all routes run. */
    void start() {
        try {
            main.start();
        } catch (RuntimeException e) {
            stop();
            throw Webhooks.explained(e, settings);
        }
    }

    /** Runs until the process is told to end, then stops in order while the JVM waits. */
    void run() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        // Camel's own hook waits for a minute when the start has failed
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stopped), "bactrian-shutdown"));
        try {
            main.run();
        } catch (RuntimeException e) {
            throw Webhooks.explained(e, settings);
        } finally {
            servers.close();
            stopped.countDown();
        }
    }

    private void end(CountDownLatch stopped) {
        try {
            CamelContext context = context();
            try {
                if (context != null && context.isStarted()) {
                    drain(context);
                }
            } finally {
                main.completed();
            }
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Not stopped in time: seconds={}", STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends intake, then delivery, while the Camel context runs: a context that stops says that it is not alive, and who
     * probes it would kill what is still answering.
     */
    private void drain(CamelContext context) throws InterruptedException {
        LOG.info("Stopping: requests={}", engine.inFlight());
        int unanswered = engine.drain();
        if (unanswered > 0) {
            LOG.warn("Requests are left without an answer: count={}", unanswered);
        }
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint() instanceof JournalEndpoint) {
                try {
                    context.getRouteController().stopRoute(route.getRouteId(), DELIVERY_SECONDS, TimeUnit.SECONDS);
                } catch (Exception e) {
                    LOG.warn("Delivery did not stop: route={} (its events stay pending)", route.getRouteId(), e);
                }
            }
        }
        LOG.info("Drained");
    }

    void stop() {
        main.stop();
        closeJournal();
        servers.close();
    }

    /** A context that failed to start regards itself as stopped, and leaves open what it had opened. */
    private void closeJournal() {
        CamelContext context = main.getCamelContext();
        JournalService journal = context == null ? null : context.hasService(JournalService.class);
        if (journal != null) {
            journal.shutdown();
        }
    }
}
