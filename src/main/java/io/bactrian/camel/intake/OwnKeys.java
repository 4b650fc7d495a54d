package io.bactrian.camel.intake;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.camel.journal.Fingerprint;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.journal.Appended;
import io.bactrian.journal.EventState;
import org.apache.camel.Exchange;

/**
 * Tells a repeat from a mistake where a sender gave an event its id by {@code Idempotency-Key}: the same key with other
 * data is refused (draft-ietf-httpapi-idempotency-key-header, 2.7). The data is compared while it is kept, and its
 * fingerprint afterwards; where neither is left, as of a discarded event, nobody can tell, and it is a repeat.
 */
final class OwnKeys {

    private final Waiting waiting;

    OwnKeys(Waiting waiting) {
        this.waiting = waiting;
    }

    /** @return the same, or fails with {@code idempotency-key-reused} */
    CompletableFuture<Appended> check(Exchange exchange, CloudEvent event, Appended known) {
        if (!known.duplicate() || exchange.getProperty(EventProperties.OWN_KEY) == null) {
            return CompletableFuture.completedFuture(known);
        }
        return waiting.payload(known.key()).thenCombine(waiting.find(known.key()), (payload, state) -> {
            if (isAnother(event, payload, state)) {
                throw new CompletionException(new ProblemException(
                        ProblemKind.IDEMPOTENCY_KEY_REUSED,
                        "This Idempotency-Key came before with other data. Take a new key for a new event."));
            }
            return known;
        });
    }

    private static boolean isAnother(CloudEvent event, Optional<byte[]> payload, Optional<EventState> state) {
        if (payload.isPresent()) {
            CloudEvent original = EventEnvelope.decode(payload.get()).event();
            return !sameData(original, event);
        }
        return state.map(EventState::published)
                .map(published -> published.fingerprint() != 0 && published.fingerprint() != Fingerprint.of(event))
                .orElse(false);
    }

    static boolean sameData(CloudEvent a, CloudEvent b) {
        return Arrays.equals(bytes(a), bytes(b));
    }

    private static byte[] bytes(CloudEvent event) {
        return event.data() == null ? new byte[0] : event.data();
    }
}
