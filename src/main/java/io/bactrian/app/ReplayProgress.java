package io.bactrian.app;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Begins a replay by filter and follows it, with a line that moves when on a terminal. */
final class ReplayProgress {

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
        while (!id.isEmpty() && isRunning(answer)) {
            show(answer);
            pause();
            answer = follow(id, answer);
        }
        if (terminal && !json) {
            System.err.print("\r\033[K");
        }
        if (json) {
            out.println(TerminalText.json(answer));
        } else if (dryRun) {
            long matched = count(answer, "matched");
            out.println(matched == 1 ? "1 event matches" : matched + " events match");
        } else {
            long skipped = count(answer, "skipped");
            out.printf(
                    "%s: %d of %d events replayed%s%n",
                    state(answer),
                    count(answer, "replayed"),
                    count(answer, "matched"),
                    skipped == 0 ? "" : ", " + skipped + " skipped since they have changed");
        }
        out.flush();
        return id.isEmpty() || state(answer).equals("done") ? 0 : 1;
    }

    /** A replay goes on after a restart of the gateway, and so does who follows it. */
    private String follow(String id, String before) {
        try {
            String answer = client.get("/api/replays/" + id);
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
