package io.bactrian.journal;

import java.util.List;

/** Which changes of state may still be written, and what a durable one means in memory. Called with the lock held. */
final class Changes {
    private Changes() {}

    /**
     * Why a change is not written any more, or null when it is.
     *
     * @param before those that are written just before it
     */
    static JournalException objection(Core core, Urgent urgent, List<Urgent> before) {
        Key key = urgent.record().key();
        return switch (urgent.record().kind()) {
            case Location.FORGOTTEN ->
                isWanted(core, key, before)
                        ? new JournalException("event " + key + " has changed meanwhile: it is not forgotten")
                        : null;
            case Location.DEAD ->
                isOver(core, urgent.event(), before)
                        ? new JournalException(urgent.event() + " was discarded meanwhile")
                        : null;
            default -> null;
        };
    }

    /** Whether something has made an event pending or dead since it was decided to forget its key. */
    private static boolean isWanted(Core core, Key key, List<Urgent> before) {
        StateRecord unsaved = core.unsaved(key);
        int kind = unsaved == null ? Location.kind(core.index.get(key.high(), key.low())) : unsaved.kind();
        return Location.pending(kind)
                || kind == Location.DEAD
                || before.stream().anyMatch(urgent -> urgent.record().key().equals(key));
    }

    /** Whether an operator has discarded an event after it was decided that it is dead. */
    private static boolean isOver(Core core, PendingEvent event, List<Urgent> before) {
        return core.inFlight.get(event.key()) != event
                || before.stream()
                        .anyMatch(urgent -> urgent.record().kind() == Location.DISCARDED
                                && urgent.record().key().equals(event.key()));
    }

    static void apply(Core core, Urgent urgent, int kindBefore, Completions completions) {
        StateRecord record = urgent.record();
        core.forgetUnsaved(record.key());
        if (urgent.reservation() != null) {
            core.reservations.remove(record.key());
            urgent.reservation().succeed(completions);
        }
        Segment segment = core.segments.get(record.eventSegment());
        if (segment != null && (record.kind() == Location.RETRY || record.kind() == Location.DEAD)) {
            segment.revivals++;
        }
        switch (record.kind()) {
            case Location.RETRY -> {
                if (!Location.pending(kindBefore) && segment != null) {
                    core.segments.addPending(segment, record.eventOffset());
                }
            }
            case Location.DEAD, Location.DISCARDED -> {
                PendingEvent event = core.inFlight.remove(record.key());
                if (event != null) {
                    core.segments.removePending(event.segment);
                } else if (segment != null && core.segments.takeReady(segment, record.eventOffset())) {
                    core.segments.removePending(segment);
                }
                core.settle(record.key(), StateRecord.state(record.kind()), completions);
            }
            default -> {}
        }
        completions.add(succeeded(urgent.completion(), record, segment != null));
    }

    static void refuse(Core core, Urgent urgent, JournalException cause, Completions completions) {
        if (urgent.reservation() != null) {
            core.reservations.remove(urgent.record().key());
            urgent.reservation().fail(cause, completions);
        }
        if (urgent.event() != null) {
            urgent.event().ending = false;
        }
        completions.add(urgent.completion().failed(cause));
    }

    @SuppressWarnings("unchecked")
    private static Completion<?> succeeded(Completion<?> completion, StateRecord record, boolean payloadKept) {
        boolean wantsState = record.kind() == Location.RETRY || record.kind() == Location.DISCARDED;
        return wantsState
                ? ((Completion<EventState>) completion).succeeded(record.toEventState(payloadKept))
                : completion.succeeded(null);
    }
}
