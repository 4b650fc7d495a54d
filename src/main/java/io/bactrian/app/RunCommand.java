package io.bactrian.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway for real: what is not configured is closed. */
@Command(
        name = "run",
        description = "Run the gateway.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bactrian run",
            "  bactrian run --config /etc/bactrian.properties --routes /etc/bactrian/routes",
            "  BACTRIAN_ADMIN_TOKEN=... bactrian run -Dbactrian.ack=processed"
        })
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private Configured configured;

    @Option(names = "--routes", paramLabel = "DIR", description = "folder with YAML routes of your own")
    private Path routes;

    @Option(
            names = "--accept-loss",
            description = "start although a journal segment is missing, giving up what it held")
    private boolean acceptLoss;

    @Override
    public Integer call() throws Exception {
        Settings settings = configured.settings();
        if (acceptLoss) {
            settings.put("bactrian.journal.accept-loss", "true", "--accept-loss");
        }
        Logging logging = Logging.start(settings);
        try {
            run(settings);
        } finally {
            logging.close();
        }
        return 0;
    }

    private void run(Settings settings) throws Exception {
        Gateway gateway = new Gateway(settings, routes);
        gateway.onStarted(() -> LOG.info(
                "Bactrian is ready: intake={}:{} management={}:{} journal={}",
                settings.get("camel.server.host"),
                gateway.port(),
                settings.get("camel.management.host"),
                settings.get("camel.management.port"),
                settings.get("bactrian.journal.directory")));
        gateway.run();
    }
}
