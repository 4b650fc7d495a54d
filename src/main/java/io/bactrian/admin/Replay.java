package io.bactrian.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.journal.State;

/** What is known of a replay by filter: what was asked, by whom, and how far it is. Safe for threads. */
final class Replay {

    private static final String FILTER = "filter.";

    /** What it is doing. */
    enum Phase {
        COUNTING,
        REPLAYING,
        DONE,
        CANCELLED,
        FAILED
    }

    private final String id;
    private final EventFilter filter;
    private final boolean dryRun;
    private final String who;
    private final String reason;
    private final Instant startedAt;
    private final Instant mark;

    private Phase phase;
    private long matched;
    private long replayed;
    private long skipped;
    private long reached = Long.MIN_VALUE;
    private long plannedUpTo;
    private int planned;
    private String error;
    private Instant finishedAt;

    /**
     * @param mark of the journal: only what has not changed since is meant
     * @param reason or null
     */
    Replay(String id, EventFilter filter, boolean dryRun, String who, String reason, Instant mark) {
        this.id = id;
        this.filter = filter;
        this.dryRun = dryRun;
        this.who = who;
        this.reason = reason;
        this.startedAt = Instant.now();
        this.mark = mark;
        this.phase = Phase.COUNTING;
    }

    /** Reads what {@link #toProperties} wrote. */
    Replay(Properties written) {
        Map<String, String> members = new TreeMap<>();
        for (String name : written.stringPropertyNames()) {
            if (name.startsWith(FILTER)) {
                members.put(name.substring(FILTER.length()), written.getProperty(name));
            }
        }
        id = given(written, "id");
        filter = EventFilter.of(members, null);
        dryRun = false;
        who = given(written, "who");
        reason = written.getProperty("reason");
        startedAt = Instant.parse(given(written, "startedAt"));
        mark = Instant.parse(given(written, "mark"));
        phase = Phase.valueOf(given(written, "phase"));
        matched = Long.parseLong(given(written, "matched"));
        replayed = Long.parseLong(given(written, "replayed"));
        skipped = Long.parseLong(given(written, "skipped"));
        reached = Long.parseLong(given(written, "reached"));
        plannedUpTo = Long.parseLong(given(written, "plannedUpTo"));
        planned = Integer.parseInt(given(written, "planned"));
        error = written.getProperty("error");
        String finished = written.getProperty("finishedAt");
        finishedAt = finished == null ? null : Instant.parse(finished);
    }

    private static String given(Properties written, String name) {
        String value = written.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    synchronized Properties toProperties() {
        Properties all = new Properties();
        filter.members().forEach((name, value) -> all.setProperty(FILTER + name, value));
        all.setProperty("id", id);
        all.setProperty("who", who);
        all.setProperty("startedAt", startedAt.toString());
        all.setProperty("mark", mark.toString());
        all.setProperty("phase", phase.name());
        all.setProperty("matched", String.valueOf(matched));
        all.setProperty("replayed", String.valueOf(replayed));
        all.setProperty("skipped", String.valueOf(skipped));
        all.setProperty("reached", String.valueOf(reached));
        all.setProperty("plannedUpTo", String.valueOf(plannedUpTo));
        all.setProperty("planned", String.valueOf(planned));
        put(all, "reason", reason);
        put(all, "error", error);
        put(all, "finishedAt", finishedAt == null ? null : finishedAt.toString());
        return all;
    }

    private static void put(Properties all, String name, String value) {
        if (value != null) {
            all.setProperty(name, value);
        }
    }

    String id() {
        return id;
    }

    EventFilter filter() {
        return filter;
    }

    boolean isDryRun() {
        return dryRun;
    }

    String who() {
        return who;
    }

    String reason() {
        return reason;
    }

    Instant startedAt() {
        return startedAt;
    }

    Instant mark() {
        return mark;
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized boolean isOver() {
        return phase != Phase.COUNTING && phase != Phase.REPLAYING;
    }

    synchronized long matched() {
        return matched;
    }

    /** Everything up to this place in the order of acceptance was replayed. */
    synchronized long reached() {
        return reached;
    }

    /** The last place of what was about to be replayed when this was written. */
    synchronized long plannedUpTo() {
        return plannedUpTo;
    }

    synchronized void countAnew() {
        matched = 0;
    }

    synchronized void counted(long more) {
        matched += more;
    }

    synchronized void countedAll() {
        if (phase == Phase.COUNTING) {
            phase = Phase.REPLAYING;
        }
    }

    /** So many events up to this place are replayed next. */
    synchronized void plan(int events, long upTo) {
        planned = events;
        plannedUpTo = upTo;
    }

    /** A plan whose end this process has not seen: so many of its events are found replayed. */
    synchronized void recounted(long found) {
        addReplayed(Math.min(planned, found));
        plan(0, 0);
    }

    synchronized void add(long moreReplayed, long moreSkipped) {
        addReplayed(moreReplayed);
        skipped += moreSkipped;
    }

    /** After a kill what somebody else has replayed may be taken for ours. */
    private void addReplayed(long more) {
        replayed = Math.min(replayed + more, matched - skipped);
    }

    /** Whether it means processed events, which are not kept for long. */
    boolean needsHold() {
        return !dryRun && filter.states().contains(State.PROCESSED);
    }

    synchronized void reached(long place) {
        reached = place;
        plan(0, 0);
    }

    /** @return false when it is over already */
    synchronized boolean end(Phase how, String why) {
        if (isOver()) {
            return false;
        }
        if (how == Phase.DONE && !dryRun) {
            skipped = Math.max(skipped, matched - replayed); // with those that the walk has not met any more
        }
        phase = how;
        error = why;
        finishedAt = Instant.now();
        return true;
    }

    synchronized void writeTo(JsonGenerator json) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("state", phase.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("matched", matched);
        json.writeNumberField("replayed", replayed);
        json.writeNumberField("skipped", skipped);
        json.writeBooleanField("dryRun", dryRun);
        json.writeObjectFieldStart("filter");
        for (Map.Entry<String, String> member : filter.members().entrySet()) {
            json.writeStringField(member.getKey(), member.getValue());
        }
        json.writeEndObject();
        json.writeStringField("who", who);
        json.writeStringField("reason", reason);
        json.writeStringField("startedAt", Json.time(startedAt));
        json.writeStringField("finishedAt", Json.time(finishedAt));
        json.writeStringField("error", error);
    }

    @Override
    public synchronized String toString() {
        return "replay=" + id + " matched=" + matched + " replayed=" + replayed + " skipped=" + skipped;
    }
}
