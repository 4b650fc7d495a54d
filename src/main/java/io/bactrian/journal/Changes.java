package io.bactrian.journal;

/** What a durable change of state means in memory. Called with the lock held. */
final class Changes {
    private Changes() {}

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
                if (core.inFlight.remove(record.key()) != null
                        || (segment != null && core.segments.takeReady(segment, record.eventOffset()))) {
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
