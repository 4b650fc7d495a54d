package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A journal on a simulated disk, driven by a seed through appends, deliveries, crashes, power cuts and faults, beside a model
 * that knows what was promised. One thread, virtual time: a seed always does the same.
 */
final class Simulation {
    /** What went wrong, with the seed that shows it. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;

        Broken(long seed, String what, Throwable cause) {
            super("seed " + seed + ": " + what, cause);
        }
    }

    private static final Executor HERE = Runnable::run;
    private static final long SEGMENT = 64 * 1024;

    private final long seed;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private final Map<Key, KnownEvent> model = new LinkedHashMap<>();
    private final List<KnownEvent> known = new ArrayList<>();
    private final Map<Key, PendingEvent> inFlight = new LinkedHashMap<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final SplittableRandom turns;
    private boolean appending;
    private boolean keeping;
    /** Its turn ends when the tasks are run; answers come at once, so that the model knows when. */
    private final TurnExecutor loop = this::inTurn;

    private final SimulatedBroker broker;
    private final JournalConfig config;
    private final boolean faulty;
    private final boolean rotting;
    private final boolean roomy;
    private final SimulatedRot rot;
    private long nanos = 1;
    private long millis = 1_750_000_000_000L;
    private Journal journal;
    private Broken firstFailure;
    private boolean nested;
    private int forgettingAll;
    /** How many looks for the next event the disk has refused since the last start. */
    private int refusedReads;

    int crashes;
    int delivered;
    int heldChecks;

    Simulation(long seed, SimulatedDisk.Lie lie) {
        this(seed, lie, false);
    }

    /** A world in which nothing has to go before its time: a large journal, no faults, large events, and time in small steps. */
    static Simulation withRoom(long seed) {
        return new Simulation(seed, SimulatedDisk.Lie.NONE, true);
    }

    private Simulation(long seed, SimulatedDisk.Lie lie, boolean roomy) {
        this.seed = seed;
        this.roomy = roomy;
        random = new SplittableRandom(seed);
        turns = new SplittableRandom(~seed);
        disk = new SimulatedDisk(random.split());
        disk.lie = lie;
        broker = new SimulatedBroker(new SplittableRandom(seed));
        faulty = !roomy && random.nextInt(3) > 0;
        rotting = !roomy && random.nextInt(3) == 0;
        rot = new SimulatedRot(disk, random.split());
        Duration hold = !roomy && random.nextBoolean() ? Duration.ZERO : Duration.ofMinutes(random.nextInt(1, 10));
        config = new JournalConfig(
                Path.of("simulated"),
                SEGMENT * (roomy ? 1000 : random.nextInt(5, 14)),
                0,
                SEGMENT,
                hold,
                Duration.ofHours(random.nextInt(1, 24)),
                random.nextInt(4) == 0 ? 50 : 100_000,
                Duration.ofDays(random.nextInt(1, 30)),
                false,
                96 * 1024);
    }

    int forgotten() {
        return broker.forgotten;
    }

    int faults() {
        return disk.faults;
    }

    int failedReads() {
        return disk.failedReads;
    }

    int damaged() {
        return rot.all().size();
    }

    int operations() {
        return disk.operations;
    }

    void run() {
        try {
            open();
            int steps = roomy ? 600 : random.nextInt(20, 160);
            for (int i = 0; i < steps; i++) {
                guarded(this::step);
            }
            heal();
            drain();
            checkDisk();
            if (firstFailure != null) {
                throw firstFailure;
            }
        } catch (Broken e) {
            throw e;
        } catch (RuntimeException | AssertionError | IOException e) {
            throw new Broken(seed, e.toString(), e);
        }
    }

    private void checkDisk() {
        if (disk.violation != null) {
            throw disk.violation;
        }
    }

    private void guarded(Runnable action) throws IOException {
        try {
            action.run();
        } catch (SimulatedDisk.Crash e) {
            check(disk.isStopped(), "a crash while the disk runs");
        }
        checkDisk();
        if (firstFailure != null) {
            throw firstFailure;
        }
        // A future may have swallowed the crash.
        if (disk.isStopped()) {
            restart(random.nextInt(3) == 0);
        }
    }

    private void open() throws IOException {
        for (int attempt = 0; ; attempt++) {
            // A second crash while recovering, and faults, now and then.
            if (random.nextInt(4) == 0) {
                disk.crashIn = random.nextInt(12);
            }
            if (attempt > 5) {
                heal();
                disk.crashIn = -1;
            }
            int failedReads = disk.failedReads;
            try {
                journal = new Journal(config, disk.open(), clock(), tasks::add, random.split()::nextLong);
                disk.crashIn = -1;
                break;
            } catch (SimulatedDisk.Crash e) {
                crashes++;
                disk.restart(random.nextInt(3) == 0);
            } catch (IOException | SimulatedDisk.Unexpected e) {
                check(
                        disk.failOneIn > 0
                                || disk.unexpectedOneIn > 0
                                || disk.broken
                                || disk.capacity < Long.MAX_VALUE
                                || disk.failedReads > failedReads,
                        "cannot open: " + e);
                disk.restart(true);
            }
        }
        disk.between = this::between;
        checkDamage();
        for (SimulatedRot.Damaged damaged : rot.all()) {
            check(damaged.isKnown() || !isThere(damaged), "a start does not tell of the damage of an " + damaged);
        }
        checkAll();
    }

    /** What counts as damaged is damaged. */
    private void checkDamage() {
        check(journal.stats().corruptRecords() == 0 || damaged() > 0, "damage where none is");
        String falseAlarm = rot.falseAlarm();
        check(falseAlarm == null, "put aside without damage: " + falseAlarm);
    }

    /** Whether a damaged record is in a file of the journal. */
    private boolean isThere(SimulatedRot.Damaged damaged) {
        Segment segment = journal.core.segments.get(damaged.ordinal);
        return segment != null && damaged.offset < segment.end;
    }

    /** A bit flips. */
    private void rot() {
        SimulatedRot.Damaged damaged = rotting ? rot.strike(journal.core.segments) : null;
        KnownEvent event = damaged == null ? null : model.get(damaged.key);
        if (event == null) {
            return;
        }
        note(event, "damage of its " + damaged);
        if (damaged.event) {
            event.damaged = true;
        } else {
            event.damagedState(damaged.tellsOfPending(), damaged.isAgeless());
        }
    }

    /** A crash: what was not durable is uncertain now. */
    private void restart(boolean process) throws IOException {
        crashes++;
        nested = false;
        known.forEach(event -> note(event, process ? "killed" : "power cut"));
        disk.restart(process);
        inFlight.clear();
        reservations.clear();
        tasks.clear();
        for (int bits = random.nextInt(6); bits > 3; bits--) {
            rot();
        }
        // What was asked of the process that died may have been done.
        known.forEach(this::maybeForgotten);
        known.forEach(KnownEvent::restarted);
        forgettingAll = 0;
        refusedReads = 0;
        open();
    }

    private void closeAndOpen() {
        // The waiting outcomes are written by a close unless the disk refuses.
        boolean faultless = disk.failOneIn == 0 && disk.unexpectedOneIn == 0 && !disk.broken;
        disk.between = () -> {};
        journal.close();
        if (faultless && journal.stats().unsavedStates() == 0) {
            known.forEach(this::sure);
        }
        try {
            crashes--;
            restart(!(random.nextBoolean() && faultless));
        } catch (IOException e) {
            throw new Broken(seed, "reopen", e);
        }
    }

    private void sure(KnownEvent event) {
        if (event.settledInMemory && !event.replaying) {
            event.settledForSure = true;
            event.possible.remove(State.ACCEPTED);
        }
    }

    /** Other things happen between two operations of the disk. */
    private void between() {
        if (!nested && random.nextInt(8) == 0) {
            nested = true;
            try {
                if (random.nextInt(10) == 0) {
                    rot();
                } else {
                    client();
                }
                if (keeping && random.nextBoolean()) {
                    nanos += 100_000_000;
                    journal.flushStep();
                }
            } finally {
                nested = false;
            }
        }
    }

    /** There are many more of them. */
    private void betweenReads() {
        if (random.nextInt(8) == 0) {
            between();
        }
    }

    private void step() {
        if (random.nextInt(30) == 0) {
            rot();
        }
        if (random.nextInt(25) == 0) {
            readFault();
        }
        int choice = random.nextInt(100);
        if (choice < 45) {
            client();
        } else if (choice < 65) {
            journal.flushStep();
        } else if (choice < 80) {
            upkeep();
        } else if (choice < 88) {
            runTasks();
        } else if (choice < 93) {
            passTime();
        } else if (choice < 95) {
            disk.crashIn = random.nextInt(20);
        } else if (choice < 96) {
            closeAndOpen();
        } else if (choice < 98) {
            fault();
        } else if (choice < 99) {
            broker.forget();
            repair();
        } else {
            confirmOutcomes();
        }
    }

    /** Segments may go now, and what the broker has lost of them cannot be published again. */
    private void upkeep() {
        missing().forEach(event -> event.gone = true);
        List<SimulatedRot.Damaged> before =
                rot.all().stream().filter(this::isThere).toList();
        keeping = true;
        disk.beforeRead = this::betweenReads;
        try {
            journal.upkeepStep();
        } finally {
            keeping = false;
            disk.beforeRead = () -> {};
        }
        checkDamage();
        for (SimulatedRot.Damaged damaged : before) {
            check(damaged.isKnown() || isThere(damaged), "nobody told of an " + damaged + ", and now it is gone");
        }
        if (littleRoom()) {
            known.forEach(event -> event.holdShortened = true);
        }
        checkHeld();
    }

    private boolean littleRoom() {
        JournalStats stats = journal.stats();
        return stats.aboveSoftLimit()
                || stats.bytes() + SEGMENT > config.maxSize()
                || disk.capacity < Long.MAX_VALUE
                || disk.broken
                || disk.failOneIn > 0;
    }

    /** What was processed not long ago can be published again. */
    private void checkHeld() {
        Set<Key> held = new HashSet<>();
        List<EventState> walked = held();
        if (walked == null) {
            return;
        }
        walked.forEach(event -> held.add(event.key()));
        for (KnownEvent event : known) {
            boolean expected = event.acknowledged
                    && event.isSurely(State.PROCESSED)
                    && !event.remembered
                    && !event.holdShortened
                    && !event.damaged
                    && !event.stateDamaged
                    && !event.replaying
                    && !maybeForgotten(event)
                    && now() - event.changedAt < config.hold().toMillis();
            check(!expected || held.contains(event.key), "a held event is not walked by: " + describe(event));
            heldChecks += expected ? 1 : 0;
        }
    }

    /** What can be published again, or null when the disk does not give it out; a read that fails is tried again. */
    private List<EventState> held() {
        List<EventState> held = new ArrayList<>();
        ProcessedWalk walk = journal.processedEvents();
        for (int refused = 0; refused < 3; ) {
            int before = disk.failedReads;
            EventState event = ask(walk::next);
            if (event != null) {
                held.add(event);
            } else if (disk.failedReads == before) {
                return held;
            } else {
                refused++;
            }
        }
        return null;
    }

    /** An answer, or null when the disk has not given out what it takes or that is damaged. */
    private <T> T ask(Supplier<T> question) {
        int before = disk.failedReads;
        try {
            return question.get();
        } catch (JournalDamagedException e) {
            check(damaged() > 0, "damage where none is: " + e);
        } catch (JournalException e) {
            check(disk.failedReads > before, "refused without a reason: " + e);
        }
        return null;
    }

    /** A read that fails is no answer: whoever asked may ask again. */
    private void checkRefusal(Throwable refused) {
        check(
                refused == null
                        || refused instanceof JournalUnavailableException
                        || !(refused.getCause() instanceof IOException),
                "refused for good because of a read: " + refused);
    }

    private List<KnownEvent> missing() {
        return known.stream()
                .filter(event ->
                        event.possible.contains(State.PROCESSED) && !event.remembered && broker.copies(event.key) == 0)
                .toList();
    }

    /** Every processed event that is held and not in the broker becomes pending again; returns how many. */
    private int repair() {
        int lost = 0;
        for (EventState held : Objects.requireNonNullElse(held(), List.<EventState>of())) {
            KnownEvent event = model.get(held.key());
            check(event != null && event.sequence == held.sequence(), "an unknown event is walked by");
            if (!broker.has(held)) {
                lost++;
                if (mayRepublish(event)) {
                    republish(event, held);
                }
            }
        }
        return lost;
    }

    /** Whether no operator is at it: of two changes at once either may be the last, and the model would have to know which. */
    private static boolean mayRepublish(KnownEvent event) {
        return !event.replaying && !event.discarding && !event.possible.contains(State.DISCARDED);
    }

    private int heldButLost() {
        int lost = 0;
        for (EventState held : held()) {
            lost += broker.has(held) || !mayRepublish(model.get(held.key())) ? 0 : 1;
        }
        return lost;
    }

    private void republish(KnownEvent event, EventState held) {
        note(event, "republish asked");
        event.mayBe(State.ACCEPTED);
        event.replayed = true;
        event.epoch++;
        event.replaying = true;
        CompletableFuture<Void> unused = journal.replay(held, HERE).handle((state, refused) -> {
            checkRefusal(refused);
            event.replaying = refused instanceof JournalUnavailableException;
            note(event, refused == null ? "republished" : "republish refused");
            if (refused == null) {
                event.replayedAs = state.epoch();
                event.possible.remove(State.PROCESSED);
                event.settledForSure = false;
                event.settledInMemory = false;
                event.changedAt = millis;
            }
            return null;
        });
    }

    private void client() {
        switch (random.nextInt(18)) {
            case 17 -> resume();
            case 15, 16 -> nextDeferred();
            case 14 -> resumeDeferred();
            case 0, 1, 2 -> append();
            case 3 -> appendAll();
            case 4 -> duplicate();
            case 5 -> reserve();
            case 6 -> useReservation();
            case 7, 8, 9 -> next();
            case 10, 11 -> settle();
            case 12 -> operator();
            default -> ask();
        }
    }

    private void fault() {
        if (!faulty) {
            return;
        }
        switch (random.nextInt(7)) {
            case 0 -> disk.failOneIn = random.nextInt(2, 30);
            case 1 -> disk.broken = true;
            case 2 -> disk.capacity = disk.used() + random.nextInt(100_000);
            case 3 -> disk.unexpectedOneIn = random.nextInt(2, 30);
            default -> heal();
        }
    }

    /** Reads fail for a moment, for a while, now and then, or of one place. */
    private void readFault() {
        if (!faulty) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> disk.failReads = random.nextInt(1, 20);
            case 2 -> disk.failReads = -1;
            case 3 -> disk.failReadOneIn = random.nextInt(2, 10);
            case 4 -> badSector();
            default -> healReads();
        }
    }

    private void badSector() {
        List<Segment> segments = List.copyOf(journal.core.segments.inOrder());
        if (segments.isEmpty()) {
            return;
        }
        Segment segment = segments.get(random.nextInt(segments.size()));
        disk.badFile = segment.name();
        disk.badAt = random.nextLong(segment.end);
    }

    private void healReads() {
        disk.failReads = 0;
        disk.failReadOneIn = 0;
        disk.badFile = null;
    }

    private void heal() {
        healReads();
        disk.failOneIn = 0;
        disk.unexpectedOneIn = 0;
        disk.broken = false;
        disk.capacity = Long.MAX_VALUE;
    }

    private void passTime() {
        long ahead =
                switch (random.nextInt(6)) {
                    case 0 -> 1;
                    case 1 -> 60_000;
                    case 2 -> random.nextLong(roomy ? 60_000L * 15 : 3_600_000L * 30);
                    case 3 -> -random.nextLong(3_600_000L);
                    default -> random.nextLong(2_000);
                };
        millis += ahead;
        now();
        nanos += Math.max(1, ahead) * 1_000_000;
    }

    private KnownEvent fresh() {
        byte[] payload =
                new byte[random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(roomy ? 5_000 : 600)];
        Arrays.fill(payload, (byte) random.nextInt());
        KnownEvent event = new KnownEvent(new Key(random.nextLong(), random.nextLong()), payload);
        model.put(event.key, event);
        known.add(event);
        return event;
    }

    private void append() {
        KnownEvent event = fresh();
        watch(event, appending(executor -> journal.append(event.key, event.payload, executor)));
    }

    private void inTurn(Runnable task) {
        if (appending) {
            tasks.add(task);
        } else {
            task.run();
        }
    }

    private CompletableFuture<Appended> appending(Function<Executor, CompletableFuture<Appended>> append) {
        appending = true;
        try {
            return append.apply(turns.nextBoolean() ? loop : HERE);
        } finally {
            appending = false;
        }
    }

    private void watch(KnownEvent event, CompletableFuture<Appended> answer) {
        event.attempted = true;
        Journal incarnation = journal;
        CompletableFuture<Void> unused = answer.handle((appended, refused) -> {
            check(incarnation == journal, "an answer of a dead process");
            if (refused == null) {
                check(!appended.duplicate(), "a new event is a duplicate");
                acknowledged(event, appended);
            }
            return null;
        });
    }

    private void acknowledged(KnownEvent event, Appended appended) {
        note(event, "acknowledged");
        event.acknowledged = true;
        event.sequence = appended.sequence();
        event.changedAt = millis;
    }

    private void appendAll() {
        List<KnownEvent> events = new ArrayList<>();
        List<NewEvent> batch = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            KnownEvent event = fresh();
            event.attempted = true;
            events.add(event);
            batch.add(new NewEvent(event.key, event.payload));
        }
        batch.add(batch.get(0));
        CompletableFuture<Void> unused = journal.appendAll(batch, HERE).handle((answers, refused) -> {
            if (refused == null) {
                check(answers.get(batch.size() - 1).duplicate(), "a repeat in a batch is not a duplicate");
                for (int i = 0; i < events.size(); i++) {
                    acknowledged(events.get(i), answers.get(i));
                }
            }
            return null;
        });
    }

    private void duplicate() {
        KnownEvent event = any();
        if (event == null || !event.acknowledged || maybeForgotten(event)) {
            return;
        }
        if (event.damaged || event.stateDamaged) {
            sendAgain(event);
            return;
        }
        CompletableFuture<Void> unused = journal.append(event.key, new byte[1], HERE)
                .handle((appended, refused) -> {
                    checkRefusal(refused);
                    if (refused == null) {
                        check(appended.duplicate(), "a known key is new again");
                        check(appended.sequence() == event.sequence, "a duplicate has another sequence");
                    }
                    return null;
                });
    }

    /** The sender of an event that is given up may send it again, as a new one. */
    private void sendAgain(KnownEvent event) {
        // What an operator has asked for without an answer so far may be done to the new one.
        if (journal.contains(event.key) || event.replaying || event.forgetting > 0) {
            return;
        }
        checkUnknown(event);
        KnownEvent again = new KnownEvent(event.key, event.payload);
        note(again, "sent again");
        again.copied = true;
        again.gone = true;
        if (event.discarding) {
            again.discarding = true;
            again.mayBe(State.DISCARDED);
        }
        model.put(event.key, again);
        known.set(known.indexOf(event), again);
        watch(again, journal.append(again.key, again.payload, HERE));
    }

    private void reserve() {
        KnownEvent event = fresh();
        if (journal.stats().status() == JournalStats.Status.READ_ONLY) {
            return;
        }
        Reservation reservation = journal.reserve(event.key);
        check(reservation.isNew(), "a fresh key is taken");
        check(!journal.reserve(event.key).isNew(), "a reserved key is free");
        reservations.add(reservation);
    }

    private void useReservation() {
        if (reservations.isEmpty()) {
            return;
        }
        Reservation reservation = reservations.remove(random.nextInt(reservations.size()));
        KnownEvent event = model.get(reservation.key());
        if (random.nextBoolean()) {
            watch(event, appending(executor -> journal.append(reservation, event.payload, executor)));
        } else if (random.nextBoolean()) {
            event.become(State.PROCESSED);
            event.remembered = true;
            CompletableFuture<Void> unused = journal.remember(event.key, HERE).thenRun(() -> {
                event.acknowledged = true;
                event.settledForSure = true;
                event.changedAt = millis;
            });
        } else {
            journal.release(reservation, new IllegalStateException("released"));
            check(!journal.contains(event.key), "a released key is taken");
        }
    }

    private void resumeDeferred() {
        journal.resumeDeferred();
        known.forEach(event -> event.deferred = null);
    }

    private void resume() {
        long group = random.nextInt(3);
        journal.resume(group);
        known.stream()
                .filter(event -> event.deferred != null && event.deferred == group)
                .forEach(event -> event.deferred = null);
    }

    private void nextDeferred() {
        long group = random.nextInt(3);
        PendingEvent event = take(() -> journal.next(group));
        if (event != null) {
            KnownEvent expected = model.get(event.key());
            check(
                    expected.replayed || (expected.deferred != null && expected.deferred == group),
                    "an event that is not of the group");
            delivered(event, group);
        }
    }

    private void next() {
        PendingEvent event = take(journal::next);
        if (event != null) {
            KnownEvent expected = model.get(event.key());
            check(
                    expected == null || expected.replayed || expected.late || expected.deferred == null,
                    "a deferred event");
            delivered(event, null);
        }
    }

    /** An event to deliver, or null when there is none or the disk does not give it out. */
    private PendingEvent take(Supplier<PendingEvent> next) {
        int before = disk.failedReads;
        PendingEvent event = ask(next);
        refusedReads += disk.failedReads > before ? 1 : 0;
        if (refusedReads >= Unreadable.TRIES) {
            known.forEach(waiting -> waiting.late = true);
        }
        return event;
    }

    private void delivered(PendingEvent event, Long group) {
        delivered++;
        KnownEvent expected = model.get(event.key());
        check(expected != null, "an event that was never appended");
        check(expected.attempted, "an event that was never appended is delivered");
        check(Arrays.equals(expected.payload, event.payload()), "another payload");
        check(!expected.acknowledged || expected.sequence == event.sequence(), "another sequence");
        check(!inFlight.containsKey(event.key()), "an event is in flight twice");
        check(
                expected.possible.contains(State.ACCEPTED),
                "an event that is settled is delivered again: " + describe(expected));
        check(
                event.epoch() <= expected.epoch || (expected.stateDamaged && event.epoch() > 1_000_000),
                "an epoch that nobody asked for");
        check(event.epoch() >= expected.replayedAs, "an epoch of before a replay: " + describe(expected));
        checkOrder(event, expected, group);
        note(expected, "delivered");
        expected.deferred = null;
        expected.acknowledged = true;
        expected.sequence = event.sequence();
        expected.epoch = Math.max(expected.epoch, event.epoch());
        inFlight.put(event.key(), event);
    }

    private void checkOrder(PendingEvent event, KnownEvent delivered, Long group) {
        if (delivered.replayed || delivered.late) {
            return;
        }
        for (KnownEvent other : known) {
            boolean before = other.acknowledged
                    && !other.replayed
                    && !other.remembered
                    && !other.late
                    && !other.damaged
                    && Objects.equals(other.deferred, group)
                    && other.sequence < event.sequence()
                    && other.isSurely(State.ACCEPTED)
                    && !inFlight.containsKey(other.key);
            check(
                    !before,
                    "event " + event.sequence() + " comes before " + other.sequence + ": " + describe(delivered)
                            + describe(other));
        }
    }

    private void settle() {
        if (inFlight.isEmpty()) {
            return;
        }
        List<PendingEvent> events = new ArrayList<>(inFlight.values());
        events.removeIf(event -> model.get(event.key()).dying);
        if (events.isEmpty()) {
            return;
        }
        PendingEvent event = events.get(random.nextInt(events.size()));
        KnownEvent expected = model.get(event.key());
        switch (random.nextInt(10)) {
            case 0 -> {
                inFlight.remove(event.key());
                note(expected, "released");
                journal.release(event);
            }
            case 8 -> {
                inFlight.remove(event.key());
                note(expected, "deferred");
                expected.deferred = (long) random.nextInt(3);
                journal.defer(event, expected.deferred);
            }
            case 9 -> {
                inFlight.remove(event.key());
                note(expected, "failed and deferred");
                expected.deferred = (long) random.nextInt(3);
                journal.failed(event, failure(), null, expected.deferred);
            }
            case 1 -> {
                inFlight.remove(event.key());
                note(expected, "failed");
                journal.failed(event, failure(), null);
            }
            case 2 -> {
                note(expected, "dead asked");
                expected.mayBe(State.DEAD);
                expected.dying = true;
                CompletableFuture<Void> unused = journal.dead(event, failure(), HERE)
                        .handle((nothing, refused) -> {
                            expected.dying = false;
                            if (refused == null) {
                                settledForSure(expected, State.DEAD);
                            }
                            return null;
                        });
            }
            default -> {
                inFlight.remove(event.key());
                SimulatedBroker.Answer answer = broker.publish(event.key(), event.epoch());
                if (answer == null) {
                    note(expected, "unanswered");
                    journal.failed(event, failure(), null);
                    return;
                }
                if (expected.possible.contains(State.DISCARDED) || expected.possible.contains(State.DEAD)) {
                    // It was settled, or is being settled, in another way.
                    expected.mayBe(State.PROCESSED);
                    note(expected, "processed");
                    journal.processed(event, published(answer));
                    return;
                }
                expected.become(State.PROCESSED);
                expected.settledInMemory = true;
                expected.settledForSure = false;
                expected.changedAt = millis;
                note(expected, "processed");
                journal.processed(event, published(answer));
            }
        }
    }

    private void settledForSure(KnownEvent event, State state) {
        note(event, "surely " + state);
        inFlight.remove(event.key);
        event.become(state);
        if (event.discarding) {
            event.mayBe(State.DISCARDED);
        }
        if (event.dying) {
            event.mayBe(State.DEAD);
        }
        event.settledForSure = true;
        event.settledInMemory = false;
        event.changedAt = millis;
    }

    private void operator() {
        KnownEvent event = any();
        if (event == null || !event.acknowledged || event.remembered || maybeForgotten(event)) {
            return;
        }
        if (random.nextInt(4) == 0) {
            forget(event);
            return;
        }
        boolean pending = event.possible.contains(State.ACCEPTED);
        boolean certain = event.possible.size() == 1;
        if (!certain) {
            return;
        }
        if (pending && random.nextBoolean()) {
            note(event, "discard asked");
            event.mayBe(State.DISCARDED);
            event.discarding = true;
            CompletableFuture<Void> unused = journal.discard(event.key, "simulated", HERE)
                    .handle((state, refused) -> {
                        KnownEvent discarded = model.get(event.key);
                        discarded.discarding = false;
                        checkRefusal(refused);
                        if (refused == null) {
                            check(state.state() == State.DISCARDED, "a discarded event is " + state.state());
                            settledForSure(discarded, State.DISCARDED);
                        }
                        return null;
                    });
        } else if (!pending && !event.possible.contains(State.DISCARDED)) {
            event.mayBe(State.ACCEPTED);
            event.replayed = true;
            event.epoch++;
            event.replaying = true;
            event.copied = true;
            note(event, "replay asked");
            CompletableFuture<Void> unused = journal.replay(event.key, HERE).handle((state, refused) -> {
                checkRefusal(refused);
                // What could not be written may still be read after a kill.
                event.replaying = refused instanceof JournalUnavailableException;
                note(event, refused == null ? "replayed" : "replay refused");
                if (refused == null) {
                    event.replayedAs = state.epoch();
                    event.become(State.ACCEPTED);
                    event.settledForSure = false;
                    event.settledInMemory = false;
                    event.changedAt = millis;
                }
                return null;
            });
        }
    }

    private void forget(KnownEvent event) {
        if (random.nextInt(4) == 0) {
            forgettingAll++;
            Journal incarnation = journal;
            CompletableFuture<Void> unused = journal.forgetAll(HERE).handle((nothing, refused) -> {
                check(incarnation == journal, "an answer of a dead process");
                // Whoever is settled by now may have been forgotten.
                known.forEach(this::maybeForgotten);
                forgettingAll--;
                return null;
            });
            return;
        }
        note(event, "forget asked");
        boolean pending = event.isSurely(State.ACCEPTED) && !event.discarding && !event.dying;
        event.forgetting++;
        CompletableFuture<Void> unused = journal.forget(event.key, HERE).handle((nothing, refused) -> {
            maybeForgotten(event);
            event.forgetting--;
            checkRefusal(refused);
            check(refused != null || !pending || event.isSettled(), "a pending event is forgotten");
            event.mayBeForgotten |= refused == null;
            return null;
        });
    }

    private void ask() {
        KnownEvent event = any();
        if (event != null) {
            check(event);
        }
        if (random.nextInt(8) == 0) {
            list();
        }
    }

    /** Whatever waits, and is known to, is in a list of what waits. */
    private void list() {
        boolean oldestFirst = random.nextBoolean();
        long begin = oldestFirst ? Long.MIN_VALUE : Long.MAX_VALUE;
        EventQuery query = new EventQuery(
                Set.of(State.ACCEPTED), null, null, null, oldestFirst, begin, random.nextInt(1, 50), 100_000);
        Set<Key> listed = new HashSet<>();
        for (long from = begin; from != 0; ) {
            EventQuery next = query.from(from);
            EventPage<byte[]> page = ask(() -> journal.list(next, Simulation::bytes));
            if (page == null) {
                return;
            }
            for (EventPage.Item<byte[]> item : page.items()) {
                KnownEvent event = model.get(item.state().key());
                check(event != null && Arrays.equals(event.payload, item.event()), "another event is listed");
                listed.add(event.key);
            }
            from = page.next();
        }
        for (KnownEvent event : known) {
            boolean expected = event.acknowledged
                    && event.isSurely(State.ACCEPTED)
                    && !event.damaged
                    && !event.stateDamaged
                    && !event.settledInMemory;
            check(!expected || listed.contains(event.key), "a pending event is not listed: " + describe(event));
        }
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    /** When nothing waits to be written, all outcomes are on disk. */
    private void confirmOutcomes() {
        passTime();
        for (int i = 0; i < 5 && journal.stats().unsavedStates() > 0; i++) {
            nanos += 100_000_000;
            journal.flushStep();
        }
        if (journal.stats().unsavedStates() == 0) {
            known.forEach(this::sure);
        }
    }

    private void checkAll() {
        known.forEach(this::check);
    }

    private void check(KnownEvent event) {
        Optional<EventState> found = ask(() -> journal.find(event.key));
        if (found == null) {
            return;
        }
        if (found.isEmpty()) {
            checkUnknown(event);
            return;
        }
        State state = found.get().state();
        check(event.attempted || event.remembered, "an event that was never appended is known");
        check(
                event.possible.contains(state) || (event.settledInMemory && state == State.PROCESSED),
                "an event is " + state + ": " + describe(event));
        check(!event.acknowledged || event.remembered || found.get().sequence() == event.sequence, "another sequence");
        if (state == State.ACCEPTED || (state == State.DEAD && !maybeForgotten(event))) {
            checkPayload(event, found.get());
        }
    }

    private void checkUnknown(KnownEvent event) {
        checkDamage();
        check(
                !event.acknowledged || maybeForgotten(event) || event.damaged,
                "an accepted event is not known: " + describe(event));
        check(
                !event.acknowledged || maybeForgotten(event) || rot.isKnown(event.key),
                "an event is given up in silence: " + describe(event));
    }

    private void checkPayload(KnownEvent event, EventState found) {
        check(event.damaged || found.payloadKept(), "the payload is lost: " + describe(event));
        Optional<byte[]> payload = ask(() -> journal.payload(event.key));
        if (payload != null) {
            check(event.damaged || payload.isPresent(), "the payload cannot be read: " + describe(event));
            check(
                    payload.isEmpty() || Arrays.equals(event.payload, payload.get()),
                    "the payload is another one: " + describe(event));
        }
    }

    private boolean maybeForgotten(KnownEvent event) {
        if (event.isSurely(State.ACCEPTED)) {
            return false;
        }
        long age = now() - event.changedAt;
        boolean processedOver = age > config.dedupeWindow().toMillis()
                || (config.dedupeMaxKeys() < 1000 && age > config.hold().toMillis());
        boolean deadOver = age > config.deadRetention().toMillis();
        event.mayBeForgotten |= forgettingAll + event.forgetting > 0 && event.isSettled();
        // Once its time was up it may be gone for good.
        event.mayBeForgotten |= event.possible.contains(State.DEAD) && deadOver;
        event.mayBeForgotten |= processedOver && event.isSettled();
        return event.mayBeForgotten;
    }

    private long highest;

    private long now() {
        highest = Math.max(highest, millis);
        return highest;
    }

    /** With a disk that works everything is delivered, and the journal accepts again, without a restart. */
    private void drain() throws IOException {
        if (random.nextBoolean()) {
            guarded(() -> {
                disk.crashIn = random.nextInt(30);
                for (int i = 0; i < 30; i++) {
                    append();
                    journal.flushStep();
                }
            });
        }
        disk.crashIn = -1;
        disk.between = () -> {};
        for (int i = 0; i < 5; i++) {
            nanos += 6_000_000_000L;
            journal.flushStep();
            journal.upkeepStep();
            runTasks();
        }
        inFlight.values().forEach(journal::release);
        inFlight.clear();
        resumeDeferred();
        KnownEvent last = null;
        for (int round = 0; round < 400; round++) {
            for (PendingEvent ignored = null; ; ) {
                int before = inFlight.size();
                next();
                if (inFlight.size() == before) {
                    break;
                }
            }
            for (PendingEvent event : List.copyOf(inFlight.values())) {
                KnownEvent expected = model.get(event.key());
                inFlight.remove(event.key());
                if (!expected.possible.contains(State.DISCARDED) && !expected.possible.contains(State.DEAD)) {
                    expected.become(State.PROCESSED);
                } else {
                    expected.mayBe(State.PROCESSED);
                }
                expected.settledInMemory = true;
                expected.changedAt = millis;
                note(expected, "processed");
                journal.processed(event, published(broker.store(event.key(), event.epoch())));
            }
            if (repair() > 0) {
                runTasks();
                journal.flushStep();
                runTasks();
            }
            check(
                    known.stream().anyMatch(event -> event.replaying) || heldButLost() == 0,
                    "a repair leaves lost events: "
                            + missing().stream().map(this::describe).toList() + journal.stats());
            missing().forEach(event -> event.gone = true);
            nanos += 6_000_000_000L;
            millis += config.hold().toMillis() + 6_000;
            journal.flushStep();
            for (int steps = 0; journal.upkeepStep(); steps++) {
                check(steps < 1_000, "upkeep does not end: " + journal.stats());
                journal.flushStep();
            }
            runTasks();
            if (last == null || !last.acknowledged) {
                last = fresh();
                watch(last, journal.append(last.key, last.payload, HERE));
            } else if (journal.stats().pending() == 0
                    && journal.stats().unsavedStates() == 0
                    && !(roomy && known.stream().anyMatch(event -> event.replaying))
                    && journal.stats().status() == JournalStats.Status.OPEN) {
                break;
            }
        }
        check(journal.stats().pending() == 0, "events stay pending: " + journal.stats());
        check(last.acknowledged, "the journal does not accept again: " + journal.stats());
        checkDamage();
        for (KnownEvent event : known) {
            if (event.acknowledged && !maybeForgotten(event)) {
                check(
                        !event.isSurely(State.ACCEPTED) || rot.isKnown(event.key),
                        "an accepted event was not delivered: " + describe(event));
            }
            if (event.isSurely(State.PROCESSED) && !event.remembered && event.acknowledged) {
                long copies = broker.copies(event.key);
                check(copies > 0 || event.gone, "the broker does not have a processed event: " + describe(event));
                check(copies <= 1 || event.copied, copies + " copies of an event: " + describe(event));
            }
        }
        check(journal.stats().status() == JournalStats.Status.OPEN, "not open: " + journal.stats());
        heal();
        closeAndOpen();
        check(
                journal.stats().pending() == 0 || known.stream().anyMatch(event -> event.stateDamaged),
                "events are pending again: " + journal.stats());
    }

    private void note(KnownEvent event, String what) {
        event.history.add(what + "@" + operation());
    }

    private int operation() {
        return disk.operations;
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    private KnownEvent any() {
        return known.isEmpty() ? null : known.get(random.nextInt(known.size()));
    }

    private Failure failure() {
        return new Failure("timeout", "x".repeat(random.nextInt(200)), Instant.ofEpochMilli(millis));
    }

    private Published published(SimulatedBroker.Answer answer) {
        return new Published("EVENTS", answer.sequence(), answer.duplicate(), Instant.ofEpochMilli(millis));
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long millis() {
                return millis;
            }

            @Override
            public long nanos() {
                return nanos;
            }
        };
    }

    /** Futures swallow what is thrown in their callbacks, so the first failure is kept. */
    private Broken broken(String what) {
        if (firstFailure == null) {
            firstFailure = new Broken(seed, what, null);
        }
        return firstFailure;
    }

    private void check(boolean ok, String what) {
        if (!ok) {
            throw broken(what);
        }
    }

    private String describe(KnownEvent event) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("sequence", event.sequence);
        facts.put("possible", event.possible);
        facts.put("acknowledged", event.acknowledged);
        facts.put("settledForSure", event.settledForSure);
        facts.put("settledInMemory", event.settledInMemory);
        facts.put("epoch", event.epoch);
        facts.put("damaged", event.damaged);
        facts.put("stateDamaged", event.stateDamaged);
        facts.put("copies", broker.copies(event.key));
        facts.put("history", event.history);
        facts.put("ageMillis", now() - event.changedAt);
        facts.put("dedupeWindow", config.dedupeWindow());
        facts.put("deadRetention", config.deadRetention());
        return facts.toString();
    }
}
