package io.bactrian.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.bactrian.app.bench.ProgressLine;
import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.StreamExpectations;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything that can be known to be wrong before a gateway runs, or beside one that does. */
@Command(
        name = "check",
        description = {
            "Read configuration and routes, and ask NATS and the disk whether they will do.",
            "One line a finding, with the command that puts it right. Nothing is changed, no port is bound and no lock"
                    + " is taken: it may run beside a gateway."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no error", "1:an error, or with --strict a warning", "2:wrong usage"},
        footer = {
            "",
            "Examples:",
            "  bactrian check",
            "  bactrian check --config /etc/bactrian.properties --routes routes.d --strict",
            "  bactrian check --json | jq '.findings[] | select(.severity != \"ok\")'"
        })
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private Configured configured;

    @Option(names = "--routes", paramLabel = "DIR", description = "folder with YAML routes of your own")
    private Path routes;

    @Option(names = "--strict", description = "exit with 1 on warnings too")
    private boolean strict;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        // what is found is said once, below
        root.setLevel(Level.OFF);
        List<Finding> findings;
        try {
            findings = findings();
        } finally {
            root.setLevel(before);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? FindingText.json(findings) : FindingText.of(findings));
        out.flush();
        boolean failed = FindingText.count(findings, Finding.Severity.ERROR) > 0
                || (strict && FindingText.count(findings, Finding.Severity.WARNING) > 0);
        return failed ? 1 : 0;
    }

    private List<Finding> findings() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Settings settings =
                configured.settings(problem -> findings.add(Finding.error("configuration", problem.getMessage(), "")));
        try (ConfigurationCheck configuration = new ConfigurationCheck(settings, findings)) {
            configuration.run(routes);
            configuration.journal().ifPresent(journal -> {
                findings.addAll(DiskCheck.run(journal));
                ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
                findings.addAll(
                        JournalCheck.run(journal, (bytes, of) -> progress.show("%s", JournalCommand.bar(bytes, of))));
                progress.clear();
            });
            StreamExpectations expected = configuration.streams().orElse(null);
            var nats = configuration.nats();
            if (nats.isPresent() && expected != null) {
                findings.addAll(NatsCheck.run(nats.get(), expected, configuration.createsStream()));
            }
        }
        return findings;
    }
}
