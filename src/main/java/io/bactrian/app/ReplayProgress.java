package io.bactrian.app;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Begins a replay by filter and follows it, with a line that moves when on a terminal; or follows or ends one that runs. */
final class ReplayProgress {

    private static final String PATH = "/api/replays/";
    private static final int WIDTH = 30;
    private static final long POLL_MILLIS = 250;
    /** How often nobody answers before this gives up: a minute, in which a gateway restarts. */
    private static final int PATIENCE = 240;

    private final ManagementClient client;
    private final PrintWriter out;
    private final boolean json;
    private final boolean terminal = isTerminal();
    private int unanswered;

    ReplayProgress(ManagementClient client, PrintWriter out, boolean json) {
        this.client = client;
        this.out = out;
        this.json = json;
    }

    /** From Java 22 on there is a console always, so that this asks for a terminal's name too. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        return System.console() != null && System.getenv("TERM") != null;
    }

    /** @return exit code */
    int run(Map<String, String> filter, boolean dryRun, String reason) {
        String answer = client.post("/api/replays", ManagementClient.object(body -> {
            body.writeObjectFieldStart("filter");
            for (Map.Entry<String, String> member : filter.entrySet()) {
                body.writeStringField(member.getKey(), member.getValue());
            }
            body.writeEndObject();
            body.writeBooleanField("dryRun", dryRun);
            if (reason != null) {
                body.writeStringField("reason", reason);
            }
        }));
        String id = ManagementClient.member(answer, "id", "");
        if (dryRun) {
            String counted = await(id, answer);
            long matched = count(counted, "matched");
            print(counted, matched == 1 ? "1 event matches" : matched + " events match");
            return id.isEmpty() || state(counted).equals("done") ? 0 : 1;
        }
        return told(id, answer, true);
    }

    /** @return exit code: 0 when everything is replayed */
    int follow(String id) {
        return told(id, client.get(PATH + id), false);
    }

    /** @return exit code: 0 when the replay is cancelled, now or before */
    int cancel(String id) {
        String answer = client.delete(PATH + id);
        print(answer, summary(answer));
        return state(answer).equals("cancelled") ? 0 : 1;
    }

    /** Whoever ends this command, with Ctrl-C, does not end the replay, and wants to know how to. */
    private int told(String id, String begun, boolean isNew) {
        Thread goodbye = new Thread(() -> sayHowToGoOn(id), "bactrian-goodbye");
        try {
            Runtime.getRuntime().addShutdownHook(goodbye);
        } catch (IllegalStateException e) {
            // Ctrl-C came before the answer
            sayHowToGoOn(id);
            return 1;
        }
        if (isNew) {
            System.err.println("replay " + id + " has begun");
        }
        String answer = await(id, begun);
        try {
            Runtime.getRuntime().removeShutdownHook(goodbye);
        } catch (IllegalStateException e) {
            // Ctrl-C came in this moment
        }
        print(answer, summary(answer));
        return state(answer).equals("done") && count(answer, "skipped") == 0 ? 0 : 1;
    }

    private static void sayHowToGoOn(String id) {
        System.err.printf(
                "%nThe replay goes on. To see it: bactrian events replay --follow %s; to end it:"
                        + " bactrian events replay --cancel %s%n",
                id, id);
    }

    private String await(String id, String begun) {
        String answer = begun;
        while (!id.isEmpty() && isRunning(answer)) {
            show(answer);
            pause();
            answer = look(id, answer);
        }
        if (terminal && !json) {
            System.err.print("\r\033[K");
        }
        return answer;
    }

    private void print(String answer, String text) {
        out.println(json ? TerminalText.json(answer) : text);
        out.flush();
    }

    private static String summary(String answer) {
        long skipped = count(answer, "skipped");
        return String.format(
                "%s: %d of %d events replayed%s",
                state(answer),
                count(answer, "replayed"),
                count(answer, "matched"),
                skipped == 0 ? "" : ", " + skipped + " skipped: they have changed since, or are not kept any more");
    }

    /** A replay goes on after a restart of the gateway, and so does who follows it. */
    private String look(String id, String before) {
        try {
            String answer = client.get(PATH + id);
            unanswered = 0;
            return answer;
        } catch (ManagementClient.RefusedException e) {
            if (e.isForNow() && ++unanswered < PATIENCE) {
                return before;
            }
            throw e;
        }
    }

    private static String state(String answer) {
        return ManagementClient.member(answer, "state", "done");
    }

    private static long count(String answer, String name) {
        return Long.parseLong(ManagementClient.member(answer, name, "0"));
    }

    private static boolean isRunning(String answer) {
        return state(answer).equals("counting") || state(answer).equals("replaying");
    }

    private void show(String answer) {
        if (!terminal || json) {
            return;
        }
        long matched = count(answer, "matched");
        long replayed = count(answer, "replayed");
        int filled = matched == 0 ? 0 : (int) (WIDTH * Math.min(matched, replayed) / matched);
        System.err.printf(
                "\r\033[K%-9s [%s%s] %d/%d",
                state(answer), "#".repeat(filled), ".".repeat(WIDTH - filled), replayed, matched);
        System.err.flush();
    }

    private static void pause() {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, POLL_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }
}
