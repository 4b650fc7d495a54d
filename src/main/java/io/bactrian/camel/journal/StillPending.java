package io.bactrian.camel.journal;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.journal.Journal;
import io.bactrian.journal.PendingEvent;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Looks before each redelivery whether the event is still to be published: an operator may have discarded it while its exchange
 * waited. The exchange of one that is not ends with the failure that it waited for. What has no pending event goes on.
 */
public final class StillPending implements Processor {

    private final Journal journal;

    private StillPending(Journal journal) {
        this.journal = journal;
    }

    /** @return the {@code onRedeliveryRef} of routes that start from {@code journal:} */
    public static StillPending of(CamelContext context) {
        return new StillPending(JournalService.of(context).journal());
    }

    @Override
    public void process(Exchange exchange) {
        try {
            PendingEvent event = exchange.getProperty(EventProperties.PENDING_EVENT, PendingEvent.class);
            if (event != null && !journal.isInFlight(event)) {
                exchange.setException(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
                exchange.setRouteStop(true);
            }
        } catch (Error e) {
            StepFailedException.fail(exchange, e);
            exchange.setRouteStop(true);
        }
    }
}
