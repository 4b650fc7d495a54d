package io.bactrian.camel.intake;

import java.util.List;

import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Exchange;

/** What the batches of all intake routes have in common. */
public final class Batches {

    private static final int NO_CONTENT = 204;

    private Batches() {}

    /** Makes the events the body of the exchange. Without any there is nothing to keep: answered, and the route ends. */
    public static void accept(Exchange exchange, List<CloudEvent> events) {
        exchange.getMessage().setBody(events);
        if (events.isEmpty()) {
            Responses.success(exchange, NO_CONTENT, EventResource.batch(List.of()));
            exchange.setRouteStop(true);
        }
    }

    /** @return the refusal of a batch with more events than {@code bactrian.events.max-batch} */
    public static ProblemException tooLarge(int maxBatch) {
        return new ProblemException(
                ProblemKind.PAYLOAD_TOO_LARGE,
                "The batch has more than the " + maxBatch + " events of bactrian.events.max-batch.");
    }
}
