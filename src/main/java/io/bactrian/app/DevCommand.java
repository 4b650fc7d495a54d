package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.jetstream.Redaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A gateway to try: its own throw-away NATS when none is configured, intake open, three lines to paste. */
@Command(
        name = "dev",
        description = "Run a gateway to try, with its own nats-server, on data below data/dev.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bactrian dev",
            "  bactrian dev --routes routes.d -Dcamel.server.port=9090",
            "  bactrian dev -Dbactrian.nats.servers=nats://127.0.0.1:4222"
        })
final class DevCommand implements Callable<Integer> {

    private static final Path DATA = Path.of("data", "dev");
    private static final String STREAM = "EVENTS";
    private static final String SOURCE = "/dev";

    @Mixin
    private Configured configured;

    @Option(names = "--routes", paramLabel = "DIR", description = "folder with YAML routes of your own")
    private Path routes;

    @Option(
            names = "--nats-port",
            paramLabel = "PORT",
            description = "port of the nats-server; any free one by default")
    private int natsPort;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Settings settings = configured.settings();
        settings.suggest("bactrian.journal.directory", DATA.resolve("journal").toString());
        settings.suggest("bactrian.journal.min-free", "64MiB");
        settings.suggest("bactrian.events.verify", "none");
        settings.suggest("bactrian.nats.create-stream", "true");
        settings.suggest("bactrian.nats.stream", STREAM);
        settings.suggest("bactrian.nats.subject", "events.{name}");
        Logging logging = Logging.start(settings);
        Optional<NatsChild> nats = nats(settings);
        try {
            nats.ifPresent(child -> settings.put("bactrian.nats.servers", child.url(), "dev"));
            Gateway gateway = new Gateway(settings, routes);
            gateway.add(new StreamReader());
            gateway.onStarted(() -> greet(settings, gateway, nats));
            gateway.onStopped(() -> nats.ifPresent(NatsChild::close));
            gateway.run();
        } finally {
            nats.ifPresent(NatsChild::close);
            logging.close();
        }
        return 0;
    }

    private Optional<NatsChild> nats(Settings settings) throws IOException, InterruptedException {
        if (settings.isGiven("bactrian.nats.servers")) {
            return Optional.empty();
        }
        Optional<Path> program = NatsChild.program();
        if (program.isEmpty()) {
            say("No nats-server on the PATH: install one with `apt-get install nats-server`. Going on without:"
                    + " events are accepted into the journal and delivered when a NATS is there.");
            return Optional.empty();
        }
        return Optional.of(NatsChild.start(program.get(), natsPort, DATA.resolve("nats")));
    }

    /** Prints lines that work when pasted: the id of an event's resource follows from its source and id. */
    private void greet(Settings settings, Gateway gateway, Optional<NatsChild> nats) {
        String base = gateway.scheme() + "://127.0.0.1:" + gateway.port();
        // a certificate is seldom one for this address
        String curl = gateway.scheme().equals("https") ? "curl -k" : "curl";
        String path = settings.get("bactrian.events.path");
        String id = "try-" + Instant.now().getEpochSecond();
        String status =
                JournalService.of(gateway.context()).statusIds().idOf(JournalService.keyOf(EventKey.of(SOURCE, id)));
        String health = "http://127.0.0.1:" + settings.get("camel.management.port") + "/observe/health";
        String token =
                settings.get("bactrian.events.verify").equals("none") ? "" : " -H \"Authorization: Bearer $TOKEN\"";
        say("""

            Bactrian listens on %s (health and metrics: %s)
            NATS: %s, stream %s

            send an event:
              %s -i %s%s%s -H 'ce-specversion: 1.0' -H 'ce-id: %s' -H 'ce-source: %s' -H 'ce-type: com.example.tried' -H 'Content-Type: application/json' -d '{"hello":"world"}'
            ask what became of it:
              %s -i %s%s/%s
            read the stream:
              %s -s %s%s

            Ctrl-C ends it all; the data stays in %s.
            """.formatted(
                base,
                health,
                nats.map(NatsChild::url).orElseGet(() -> Redaction.redact(settings.get("bactrian.nats.servers"))),
                settings.get("bactrian.nats.stream"),
                curl,
                base,
                path,
                token,
                id,
                SOURCE,
                curl,
                base,
                path,
                status,
                curl,
                base,
                StreamReader.PATH,
                DATA));
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
