package io.bactrian.app;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
    private Configured configured = new Configured();

    @Option(names = "--routes", paramLabel = "DIR", description = "folder with YAML routes of your own")
    private Path routes;

    @Option(
            names = "--accept-loss",
            description = "start although a journal segment is missing, giving up what it held")
    private boolean acceptLoss;

    /**
     * Reads options without picocli, which takes a sixth of a start.
     *
     * @return nothing unless each is plainly {@code -DKEY=VALUE}, {@code --config FILE}, {@code --routes DIR} or {@code
     *     --accept-loss}; other spellings, quotes and whatever is wrong are left to picocli
     */
    static Optional<RunCommand> plain(List<String> options) {
        RunCommand run = new RunCommand();
        Iterator<String> rest = options.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            boolean taken = option.startsWith("-D") ? run.define(option.substring(2)) : run.take(option, rest);
            if (!taken) {
                return Optional.empty();
            }
        }
        return Optional.of(run);
    }

    private boolean define(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0 || equals == pair.length() - 1 || !isPlain(pair)) {
            return false;
        }
        configured.override(pair.substring(0, equals), pair.substring(equals + 1));
        return true;
    }

    private boolean take(String option, Iterator<String> rest) {
        if (option.equals("--accept-loss") && !acceptLoss) {
            acceptLoss = true;
            return true;
        }
        String value = rest.hasNext() ? rest.next() : "";
        if (option.equals("--config") && isPlain(value)) {
            configured.file(Path.of(value));
            return true;
        }
        if (option.equals("--routes") && routes == null && isPlain(value)) {
            routes = Path.of(value);
            return true;
        }
        return false;
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && (Character.isLetterOrDigit(text.charAt(0)) || "/._".indexOf(text.charAt(0)) >= 0)
                && text.chars().noneMatch(c -> c == '"' || c == '\'' || c == '\\');
    }

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
