package io.bactrian.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import io.bactrian.app.bench.ProgressLine;
import io.bactrian.journal.JournalInspector;
import io.bactrian.journal.JournalReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at a journal's directory, of a stopped gateway or of a running one, and changes nothing. */
@Command(
        name = "journal",
        description = "Look at a journal directory, of a stopped gateway or a running one; nothing is changed.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bactrian journal stat",
            "  bactrian journal verify --directory data/journal",
            "  bactrian journal dump --json | jq 'select(.kind == \"dead\")'"
        })
final class JournalCommand implements Runnable {

    private static final int BAR = 30;
    private static final long MIB = 1 << 20;

    @Spec
    private CommandSpec spec;

    /** Which journal, and how to print. */
    static final class Where {
        @Mixin
        private Configured configured;

        @Option(names = "--directory", paramLabel = "DIR", description = "default: bactrian.journal.directory")
        private Path directory;

        @Option(names = "--json", description = "print JSON")
        private boolean json;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        JournalInspector inspector() {
            return new JournalInspector(directory());
        }

        JournalReport inspect() {
            ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
            JournalReport report = inspector().inspect((bytes, of) -> progress.show("%s", bar(bytes, of)));
            progress.clear();
            return report;
        }

        Path directory() {
            return directory != null ? directory : Path.of(configured.settings().get("bactrian.journal.directory"));
        }

        boolean json() {
            return json;
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    static String bar(long bytes, long of) {
        int filled = (int) (BAR * bytes / Math.max(1, of));
        return "reading [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + bytes / MIB + " of " + of / MIB
                + " MiB";
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: stat, verify or dump");
    }

    @Command(
            name = "stat",
            description = "Count what is in it.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian journal stat --directory data/journal --json"})
    int stat(@Mixin Where where) {
        JournalReport report = where.inspect();
        PrintWriter out = where.out();
        if (where.json()) {
            out.println(JournalJson.of(report));
            out.flush();
            return 0;
        }
        out.printf("directory   %s%n", where.directory());
        out.printf("format      %d%n", report.version());
        out.printf("in use by   %s%n", report.owner() == 0 ? "nobody" : "process " + report.owner());
        out.printf("pending     %d%n", report.pending());
        if (report.oldestPendingAt() != null) {
            out.printf("oldest      accepted at %s%n", report.oldestPendingAt());
        }
        out.printf("processed   %d%n", report.processed());
        out.printf("dead        %d%n", report.dead());
        out.printf("discarded   %d%n", report.discarded());
        out.printf("sequence    %d%n", report.lastSequence());
        files(report)
                .forEach((kind, files) -> out.printf(
                        "%-11s %d files, %d bytes, %d used, %d events, %d pending%n",
                        kind, files[0], files[1], files[2], files[3], files[4]));
        report.damage().forEach(damage -> out.println("DAMAGE      " + JournalText.line(damage)));
        out.flush();
        return 0;
    }

    @Command(
            name = "verify",
            description = "Read every record; exit code 1 when something that was durable is missing or damaged.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian journal verify --directory data/journal"})
    int verify(@Mixin Where where) {
        JournalReport report = where.inspect();
        PrintWriter out = where.out();
        if (where.json()) {
            out.println(JournalJson.of(report));
        } else {
            report.damage().forEach(damage -> out.println(JournalText.line(damage)));
            out.printf(
                    "%s: %d files, %d pending, %d dead, %s%n",
                    where.directory(),
                    report.segments().size(),
                    report.pending(),
                    report.dead(),
                    damaged(report.damage().size()));
        }
        out.flush();
        return report.damage().isEmpty() ? 0 : 1;
    }

    private static String damaged(int places) {
        return places == 0 ? "no damage" : places + (places == 1 ? " damaged place" : " damaged places");
    }

    @Command(
            name = "dump",
            description = "Print every record, one a line; copies that outlive their segment come first.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian journal dump --json --data | jq 'select(.kind == \"event\")'"})
    int dump(
            @Mixin Where where,
            @Option(names = "--data", description = "with --json: the events' data too, as base64") boolean data) {
        PrintWriter out = where.out();
        where.inspector().dump(found -> {
            out.println(where.json() ? JournalJson.of(found, data) : JournalText.line(found));
            Output.check(out); // nobody reads on
        });
        return 0;
    }

    private static Map<String, long[]> files(JournalReport report) {
        Map<String, long[]> kinds = new TreeMap<>();
        for (JournalReport.SegmentReport segment : report.segments()) {
            long[] sums = kinds.computeIfAbsent(segment.kind() + " files", kind -> new long[5]);
            sums[0]++;
            sums[1] += segment.bytes();
            sums[2] += segment.used();
            sums[3] += segment.events();
            sums[4] += segment.pending();
        }
        return kinds;
    }
}
