package io.bactrian.app;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Exit codes: 0 done, 1 failed with one line that says why, 2 wrong usage. */
@Command(
        name = "bactrian",
        description = "A durable webhook and CloudEvents gateway to NATS JetStream.",
        mixinStandardHelpOptions = true,
        versionProvider = Bactrian.Version.class,
        footer = {
            "",
            "Examples:",
            "  bactrian dev",
            "  bactrian run --config /etc/bactrian.properties --routes routes.d",
            "  bactrian bench --scenario outage --rate 2000",
            "  bactrian check --routes routes.d",
            "  bactrian events list --state dead",
            "  bactrian journal verify --directory data/journal"
        })
public final class Bactrian implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(
            DevCommand.class,
            RunCommand.class,
            CheckCommand.class,
            EventsCommand.class,
            JournalCommand.class,
            BenchCommand.class,
            RehearseCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class);

    @Spec
    private CommandSpec spec;

    /** Version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Bactrian.class.getPackage().getImplementationVersion();
            return new String[] {"bactrian " + (version == null ? "(development)" : version)};
        }
    }

    public static void main(String[] args) {
        ShippedLogging.use();
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        int code = 1;
        try {
            code = execute(args);
        } catch (Throwable e) {
            // an Error passes picocli by; without an exit, threads that were started would keep a dead gateway alive
            System.err.println("bactrian: " + Causes.oneLine(e));
        }
        System.exit(code);
    }

    static int execute(String... args) {
        Optional<RunCommand> run = args.length > 0 && args[0].equals("run")
                ? RunCommand.plain(Arrays.asList(args).subList(1, args.length))
                : Optional.empty();
        return run.isPresent() ? call(run.get()) : written(commandLine(args).execute(args));
    }

    /** Whoever reads half of an output must not take it for all. */
    private static int written(int code) {
        try {
            Output.check();
            return code;
        } catch (UncheckedIOException e) {
            if (code == 0) {
                System.err.println("bactrian: " + Causes.oneLine(e));
            }
            return code == 0 ? 1 : code;
        }
    }

    private static int call(RunCommand run) {
        try {
            return run.call();
        } catch (Exception e) {
            System.err.println("bactrian: " + Causes.oneLine(e));
            return 1;
        }
    }

    /** @param args what will be parsed; nothing for all commands */
    static CommandLine commandLine(String... args) {
        CommandLine all = new CommandLine(new Bactrian());
        // picocli looks at every option of every command, which is a fifth of a start: the gateway goes without
        boolean run = args.length > 0 && args[0].equals("run");
        (run ? List.of(RunCommand.class) : COMMANDS).forEach(all::addSubcommand);
        CommandLine help = all.getSubcommands().get("help");
        if (help != null) {
            help.getCommandSpec().usageMessage().hidden(true); // --help says as much
        }
        all.setParameterExceptionHandler((failure, arguments) -> wrongUsage(failure));
        return all.setExecutionExceptionHandler((failure, commandLine, parsed) -> {
            PrintWriter err = commandLine.getErr();
            err.println("bactrian: " + Causes.oneLine(failure));
            err.flush();
            return 1;
        });
    }

    /** One line that says what is wrong, and how to get the help: all of it would push that line off the screen. */
    private static int wrongUsage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("bactrian: " + TerminalText.line(failure.getMessage()) + meant(failure));
        err.println(command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String meant(ParameterException failure) {
        List<String> near =
                failure instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
