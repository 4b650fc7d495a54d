package io.bactrian.app;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.bactrian.camel.config.Values;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The management API from a terminal. */
@Command(
        name = "events",
        description = "Look at events of a running gateway, replay and discard them.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The token comes from bactrian.admin.token, such as BACTRIAN_ADMIN_TOKEN.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "",
            "Examples:",
            "  bactrian events list --state dead",
            "  bactrian events list --webhook github --since 15m --json",
            "  bactrian events show ID",
            "  bactrian events data ID > payload.json",
            "  bactrian events replay ID --reason \"consumer was broken\"",
            "  bactrian events replay --state dead --webhook github --dry-run",
            "  bactrian events replay --cancel REPLAY",
            "  bactrian events discard ID --reason \"test data\""
        })
final class EventsCommand implements Runnable {

    private static final int PAGE = 1000;
    private static final List<String> STATES = List.of("accepted", "processed", "dead", "discarded");

    @Spec
    private CommandSpec spec;

    /** Which gateway. */
    static class Where {
        @Mixin
        private Configured configured;

        @Option(names = "--url", paramLabel = "URL", description = "default: the configured management address")
        private String url;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        ManagementClient client() {
            if (url != null && !ManagementClient.isAddress(url)) {
                throw usage("--url " + url + ": expected a URL such as http://127.0.0.1:8081");
            }
            return ManagementClient.of(configured.settings(), url);
        }

        /** @return the end of a command that cannot be meant, with how it is used */
        ParameterException usage(String message) {
            return new ParameterException(spec.commandLine(), TerminalText.line(message));
        }

        /** @return an id as a part of a path: without one it would be the path of the list */
        String id(String id) {
            if (id.isBlank()) {
                throw usage("expected an id, and it is empty");
            }
            return URLEncoder.encode(id, StandardCharsets.UTF_8);
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    /** Which gateway, and how to print. */
    static final class Shown extends Where {
        @Option(names = "--json", description = "print what the API answers")
        private boolean json;
    }

    /** What a shell offers. */
    static final class States implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return STATES.iterator();
        }
    }

    /** Which events. */
    static final class Filter {
        @Option(
                names = "--state",
                completionCandidates = States.class,
                description = "accepted, processed, dead or discarded; several with commas")
        private String state;

        @Option(names = "--webhook", description = "name of the webhook; cloudevents for /events")
        private String webhook;

        @Option(names = "--type", description = "type of the CloudEvent")
        private String type;

        @Option(names = "--source", description = "source of the CloudEvent")
        private String source;

        @Option(
                names = "--since",
                description = "accepted then or later: a time (RFC 3339), or so long ago (15m, 2h, 7d)")
        private String since;

        @Option(names = "--until", description = "accepted before then: likewise")
        private String until;

        @Option(names = "--error", paramLabel = "CLASS", description = "class of the last error")
        private String error;

        Map<String, String> members(Where where) {
            Map<String, String> members = new LinkedHashMap<>();
            put(members, where, "state", "--state", state);
            put(members, where, "webhook", "--webhook", webhook);
            put(members, where, "type", "--type", type);
            put(members, where, "source", "--source", source);
            put(members, where, "since", "--since", since);
            put(members, where, "until", "--until", until);
            put(members, where, "reason", "--error", error);
            members.computeIfPresent("state", (name, text) -> states(where, text));
            members.computeIfPresent("since", (name, text) -> time(where, "--since", text));
            members.computeIfPresent("until", (name, text) -> time(where, "--until", text));
            return members;
        }

        /** To the API an empty value is an absent one: a variable that is not set would mean every event. */
        private static void put(Map<String, String> members, Where where, String name, String option, String value) {
            if (value == null) {
                return;
            }
            if (value.isBlank()) {
                throw where.usage(option + ": expected a value, and it is empty; leave the option out to mean any");
            }
            members.put(name, value);
        }

        private static String states(Where where, String text) {
            if (!STATES.containsAll(List.of(text.strip().split("\\s*,\\s*", -1)))) {
                throw where.usage("--state " + text + ": expected accepted, processed, dead or discarded, or several of"
                        + " them with commas");
            }
            return text;
        }

        private static String time(Where where, String option, String text) {
            try {
                return text.contains("T")
                        ? OffsetDateTime.parse(text).toInstant().toString()
                        : Instant.now().minus(Values.duration(text)).toString();
            } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
                throw where.usage(
                        option + " " + text + ": expected a time such as 2026-01-02T03:04:05Z, or 15m, 2h, 7d");
            }
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: list, show, data, replay or discard");
    }

    @Command(
            name = "list",
            description = "List events, the newest first.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  bactrian events list --state dead --error event --limit 20",
                "  bactrian events list --webhook github --since 15m --json | jq -r '.items[].id'"
            })
    int list(
            @Mixin Shown where,
            @Mixin Filter filter,
            @Option(names = "--limit", defaultValue = "100", description = "how many, at most (default: 100)")
                    int limit) {
        if (limit < 1) {
            throw where.usage("--limit " + limit + ": expected at least 1");
        }
        String query = query(filter.members(where));
        ManagementClient client = where.client();
        EventsText table = new EventsText(where.out(), where.json);
        String cursor = "";
        int left = limit;
        while (left > 0 && cursor != null) {
            String answer = client.get("/api/events?limit=" + Math.min(left, PAGE) + query
                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            left -= table.page(answer);
            Output.check(where.out());
            cursor = table.next();
        }
        table.end();
        return 0;
    }

    private static String query(Map<String, String> members) {
        StringBuilder query = new StringBuilder();
        members.forEach((name, value) ->
                query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    @Command(
            name = "show",
            description = "Everything known of one event.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian events show CT0v5PceDemJI6PxJZz_vw"},
            preprocessor = HyphenIds.class)
    int show(
            @Mixin Shown where,
            @Parameters(paramLabel = "ID", description = "of the event, as in its Location") String id) {
        String answer = where.client().get("/api/events/" + where.id(id));
        where.out().println(where.json ? TerminalText.json(answer) : EventsText.tree(answer));
        where.out().flush();
        return 0;
    }

    @Command(
            name = "data",
            description = "The data of an event, byte for byte.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian events data CT0v5PceDemJI6PxJZz_vw > payload.json"},
            preprocessor = HyphenIds.class)
    int data(
            @Mixin Where where,
            @Parameters(paramLabel = "ID", description = "of the event, as in its Location") String id) {
        byte[] data = where.client().bytes("/api/events/" + where.id(id) + "/data");
        System.out.writeBytes(data);
        Output.check();
        return 0;
    }

    @Command(
            name = "replay",
            description = {
                "Publish one event again, or all that a filter means; without --state these are dead and processed ones.",
                "Ctrl-C ends this command and not the replay: --follow shows it again, --cancel ends it."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  bactrian events replay CT0v5PceDemJI6PxJZz_vw --reason \"consumer was broken\"",
                "  bactrian events replay --state dead --error event --dry-run",
                "  bactrian events replay --state dead --error event --reason \"limit was raised\"",
                "  bactrian events replay --cancel REPLAY"
            },
            preprocessor = HyphenIds.class)
    int replay(
            @Mixin Shown where,
            @Mixin Filter filter,
            @Parameters(paramLabel = "ID", arity = "0..1", description = "of one event, as in its Location") String id,
            @Option(names = "--dry-run", description = "only count") boolean dryRun,
            @Option(names = "--reason", description = "why; for the audit log") String reason,
            @Option(names = "--follow", paramLabel = "REPLAY", description = "follow one that was begun before")
                    String followed,
            @Option(names = "--cancel", paramLabel = "REPLAY", description = "end one; what it has replayed stays so")
                    String cancelled) {
        Map<String, String> members = filter.members(where);
        long asked = Stream.of(id, followed, cancelled).filter(Objects::nonNull).count();
        if (asked + (members.isEmpty() ? 0 : 1) != 1) {
            throw where.usage("replay: expected one of an ID, a filter such as --state dead, --follow and --cancel");
        }
        if (followed != null || cancelled != null) {
            ReplayProgress replay = new ReplayProgress(where.client(), where.out(), where.json);
            return followed != null ? replay.follow(where.id(followed)) : replay.cancel(where.id(cancelled));
        }
        if (id != null && dryRun) {
            throw where.usage("--dry-run: counts what a filter means, and an ID is one event");
        }
        ManagementClient client = where.client();
        if (id == null) {
            return new ReplayProgress(client, where.out(), where.json).run(members, dryRun, reason);
        }
        String answer = client.post("/api/events/" + where.id(id) + "/replay", ManagementClient.reason(reason));
        where.out().println(where.json ? TerminalText.json(answer) : id + " is pending again");
        where.out().flush();
        return 0;
    }

    @Command(
            name = "discard",
            description = "Give an accepted or dead event up.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  bactrian events discard CT0v5PceDemJI6PxJZz_vw --reason \"test data\""},
            preprocessor = HyphenIds.class)
    int discard(
            @Mixin Shown where,
            @Parameters(paramLabel = "ID", description = "of the event, as in its Location") String id,
            @Option(names = "--reason", description = "why; for the audit log") String reason) {
        String answer =
                where.client().post("/api/events/" + where.id(id) + "/discard", ManagementClient.reason(reason));
        where.out().println(where.json ? TerminalText.json(answer) : id + " is discarded");
        where.out().flush();
        return 0;
    }
}
