package io.bactrian.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A broker that loses publishes and acknowledgements, knows message ids also of messages that it has lost, and now and then
 * forgets everything behind some message. Which of the events in flight it answers first is up to the simulation.
 */
final class SimulatedBroker {
    /** What it may answer. */
    record Answer(long sequence, boolean duplicate) {}

    private record Id(Key key, int epoch) {}

    private final SplittableRandom random;
    private final List<Id> stream = new ArrayList<>();
    private final Map<Id, Long> ids = new HashMap<>();
    int forgotten;

    SimulatedBroker(SplittableRandom random) {
        this.random = random;
    }

    /** Null when no answer comes, whether the message is stored or not. */
    Answer publish(Key key, int epoch) {
        int fault = random.nextInt(10);
        if (fault == 0) {
            return null;
        }
        Answer answer = store(key, epoch);
        return fault == 1 ? null : answer;
    }

    Answer store(Key key, int epoch) {
        Id id = new Id(key, epoch);
        Long known = ids.get(id);
        if (known != null) {
            return new Answer(known, true);
        }
        stream.add(id);
        ids.put(id, (long) stream.size());
        return new Answer(stream.size(), false);
    }

    /** An older copy of its store comes back; the ids it knew may be known still. */
    void forget() {
        int kept = stream.isEmpty() ? 0 : random.nextInt(stream.size());
        List<Id> lost = stream.subList(kept, stream.size());
        if (random.nextBoolean()) {
            ids.keySet().removeAll(List.copyOf(lost));
        }
        forgotten += lost.size();
        lost.clear();
    }

    boolean has(EventState event) {
        long sequence = event.published().sequence();
        return sequence <= stream.size() && stream.get((int) sequence - 1).equals(new Id(event.key(), event.epoch()));
    }

    /** How many copies of an event it has. */
    long copies(Key key) {
        return stream.stream().filter(id -> id.key().equals(key)).count();
    }
}
