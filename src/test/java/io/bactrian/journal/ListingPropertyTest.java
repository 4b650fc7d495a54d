package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

import static io.bactrian.journal.SimulatedJournal.HERE;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Lists, cursors and filters say what a plain model says, after any history: deliveries, replays, retention, restarts. */
class ListingPropertyTest {
    private static final int STEPS = 120;
    private static final Comparator<Known> OLDEST_FIRST = Comparator.comparingLong(Known::sequence);

    /** What the model knows of an event. */
    private record Known(String id, long sequence, Instant acceptedAt, State state, String errorClass, int epoch) {
        Known now(State state, String errorClass) {
            return new Known(id, sequence, acceptedAt, state, errorClass, epoch);
        }

        Known replayed() {
            return new Known(id, sequence, acceptedAt, State.ACCEPTED, errorClass, epoch + 1);
        }
    }

    private static final class World {
        final SimulatedJournal journal =
                new SimulatedJournal(SimulatedJournal.config(400 * SimulatedJournal.SEGMENT, 1000));
        final Map<String, Known> model = new LinkedHashMap<>();
        final Random random;
        final Set<String> changedSinceMark = new HashSet<>();
        Instant mark = Instant.EPOCH;
        int ids;

        World(long seed) {
            random = new Random(seed);
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> append();
                case 4, 5, 6 -> deliver();
                case 7 -> replay();
                case 8 -> discard();
                case 9 -> journal.pass(Duration.ofMinutes(random.nextInt(8)));
                case 10 -> mark();
                default -> restart();
            }
        }

        void put(String id, Known known) {
            model.put(id, known);
            changedSinceMark.add(id);
        }

        void mark() {
            journal.pass(Duration.ofMillis(random.nextInt(2) * 1000L));
            mark = journal.journal.mark();
            journal.work(); // a mark takes a millisecond, which can be the one that ends what is kept
            changedSinceMark.clear();
        }

        void append() {
            List<CompletableFuture<Appended>> all = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                String id = random.nextInt(10) == 0 && ids > 0 ? "e-" + random.nextInt(ids) : "e-" + ids++;
                names.add(id);
                int length = random.nextInt(20) == 0 ? random.nextInt(30_000) : random.nextInt(700);
                all.add(journal.begin(id, length));
                if (i % 8 == 0 || length > 3_000) {
                    journal.work(); // before too much is in flight
                }
            }
            journal.work();
            for (int i = 0; i < names.size(); i++) {
                Appended appended = all.get(i).join();
                if (!appended.duplicate()) {
                    String id = names.get(i);
                    put(id, new Known(id, appended.sequence(), appended.acceptedAt(), State.ACCEPTED, null, 0));
                }
            }
        }

        void deliver() {
            for (int i = random.nextInt(60); i >= 0; i--) {
                PendingEvent event = journal.journal.next();
                if (event == null) {
                    return;
                }
                String id = text(event.payload());
                Known known = model.get(id);
                assertThat(event.sequence()).isEqualTo(known.sequence());
                String error = random.nextBoolean() ? "event" : "timeout";
                switch (random.nextInt(8)) {
                    case 0 -> {
                        CompletableFuture<Void> dead =
                                journal.journal.dead(event, new Failure(error, "no", Instant.EPOCH), HERE);
                        journal.work();
                        dead.join();
                        put(id, known.now(State.DEAD, error));
                    }
                    case 1 -> {
                        journal.journal.failed(event, new Failure(error, "not yet", Instant.EPOCH), null);
                        put(id, known.now(State.ACCEPTED, error));
                        return;
                    }
                    default -> {
                        journal.process(event);
                        put(id, known.now(State.PROCESSED, known.errorClass()));
                    }
                }
            }
            if (random.nextBoolean()) {
                journal.work(); // else outcomes still wait in memory
            }
        }

        private Known any(Set<State> states) {
            List<Known> found = model.values().stream()
                    .filter(known -> states.contains(known.state()) && isKept(known))
                    .toList();
            return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
        }

        void replay() {
            Known known = any(EnumSet.of(State.DEAD, State.PROCESSED, State.DISCARDED));
            if (known != null) {
                CompletableFuture<EventState> replayed = journal.journal.replay(key(known.id()), HERE);
                journal.work();
                assertThat(replayed.join().epoch()).isEqualTo(known.epoch() + 1);
                put(known.id(), known.replayed());
            }
        }

        void discard() {
            Known known = any(EnumSet.of(State.DEAD, State.ACCEPTED));
            if (known != null) {
                CompletableFuture<EventState> discarded = journal.journal.discard(key(known.id()), "why", HERE);
                journal.work();
                discarded.join();
                put(known.id(), known.now(State.DISCARDED, "discarded"));
            }
        }

        void restart() {
            journal.work(); // outcomes that are not on disk may be lost: another model's business
            if (random.nextInt(4) == 0) {
                journal.pass(Duration.ofMinutes(-1)); // somebody sets the computer's clock back
            }
            if (random.nextBoolean()) {
                journal.kill();
            } else {
                journal.cutPower();
            }
            journal.journal.keepMark(mark);
            journal.work();
        }

        /** Asked by key, which goes another way than lists. */
        boolean isKept(Known known) {
            return journal.journal.find(key(known.id())).isPresent()
                    && journal.journal.payload(key(known.id())).isPresent();
        }

        List<String> expected(EventQuery query, Function<String, Boolean> wanted) {
            return model.values().stream()
                    .filter(known -> query.states().contains(known.state()))
                    .filter(known ->
                            query.errorClass() == null || query.errorClass().equals(known.errorClass()))
                    .filter(known ->
                            query.since() == null || !known.acceptedAt().isBefore(query.since()))
                    .filter(known -> query.until() == null || known.acceptedAt().isBefore(query.until()))
                    .filter(known -> wanted.apply(known.id()))
                    .filter(this::isKept)
                    .sorted(query.oldestFirst() ? OLDEST_FIRST : OLDEST_FIRST.reversed())
                    .map(Known::id)
                    .toList();
        }

        EventQuery query() {
            Set<State> states = EnumSet.noneOf(State.class);
            for (State state : State.values()) {
                if (random.nextInt(3) > 0) {
                    states.add(state);
                }
            }
            if (states.isEmpty()) {
                states.add(random.nextBoolean() ? State.DEAD : State.ACCEPTED);
            }
            String errorClass = random.nextInt(4) == 0 ? "event" : null;
            List<Instant> times = model.values().stream().map(Known::acceptedAt).toList();
            Instant since = times.isEmpty() || random.nextInt(3) > 0 ? null : times.get(random.nextInt(times.size()));
            Instant until = times.isEmpty() || random.nextInt(3) > 0 ? null : times.get(random.nextInt(times.size()));
            long maxBytes = random.nextInt(3) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(200_000);
            boolean oldestFirst = random.nextBoolean();
            return new EventQuery(
                    states,
                    errorClass,
                    since,
                    until,
                    oldestFirst,
                    oldestFirst ? Long.MIN_VALUE : Long.MAX_VALUE,
                    1 + random.nextInt(40),
                    maxBytes);
        }

        void check() {
            EventQuery query = query();
            boolean even = random.nextInt(3) == 0;
            Function<String, Boolean> wanted = id -> !even || id.hashCode() % 2 == 0;
            List<String> expected = expected(query, wanted);
            List<String> listed = new ArrayList<>();
            for (long from = query.from(); from != 0; ) {
                EventPage<String> page = journal.journal.list(query.from(from), payload -> {
                    String id = text(payload);
                    return wanted.apply(id) ? id : null;
                });
                assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
                for (EventPage.Item<String> item : page.items()) {
                    Known known = model.get(item.event());
                    assertThat(item.state().state()).isEqualTo(known.state());
                    assertThat(item.state().sequence()).isEqualTo(known.sequence());
                    assertThat(item.state().epoch()).isEqualTo(known.epoch());
                    assertThat(item.state().key()).isEqualTo(key(known.id()));
                    assertThat(item.state().changedAt().isAfter(mark))
                            .as("%s changed since %s", item.state(), mark)
                            .isEqualTo(changedSinceMark.contains(known.id()));
                    listed.add(item.event());
                }
                if (page.next() != 0) {
                    assertThat(page.next() > from).as("a cursor goes on").isEqualTo(query.oldestFirst());
                }
                from = page.next();
            }
            assertThat(listed).as(query.toString()).isEqualTo(expected);
        }
    }

    private static String text(byte[] payload) {
        int end = 0;
        while (end < payload.length && payload[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOf(payload, end), StandardCharsets.US_ASCII);
    }

    private static String text(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return text(bytes);
    }

    @BeforeContainer
    static void quiet() {
        ((Logger) LoggerFactory.getLogger(Journal.class)).setLevel(Level.OFF);
    }

    @Property(tries = 60)
    void lists_agree_with_a_model_after_any_history(@ForAll long seed) {
        World world = new World(seed);
        for (int step = 0; step < STEPS; step++) {
            world.step();
            if (step % 10 == 9) {
                world.check();
            }
        }
    }
}
