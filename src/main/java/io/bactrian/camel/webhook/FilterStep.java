package io.bactrian.camel.webhook;

import java.time.Clock;

import io.bactrian.camel.Complaints;
import io.bactrian.camel.cloudevents.CamelHeaders;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.TextPatterns;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.intake.FilteredEvents;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the events that a webhook does not want, and never in silence: they are answered as filtered, counted, and the
 * newest are kept for an operator. A predicate that fails drops nothing: an event too many is no loss.
 */
public final class FilterStep extends WebhookStep {

    private static final Logger LOG = LoggerFactory.getLogger(FilterStep.class);

    private final Complaints complaints = new Complaints();
    private String onlyTypes = "";
    private String filter = "";
    private TextPatterns types;
    private Predicate predicate;
    private Meters meters;
    private LatestFiltered latest;

    @Override
    protected void doInit() {
        types = onlyTypes.isBlank() ? null : new TextPatterns(Values.list(onlyTypes));
        String given = filter.trim();
        if (!given.isEmpty()) {
            if (!given.startsWith(SimpleText.PREFIX)) {
                throw new ConfigurationException("webhook " + name + ": filter=" + filter + ": expected "
                        + SimpleText.PREFIX + " and a predicate");
            }
            predicate = SimpleText.predicate(
                    getCamelContext(), name, "filter", given.substring(SimpleText.PREFIX.length()));
        }
        meters = Meters.of(getCamelContext());
        latest = LatestFiltered.of(getCamelContext());
    }

    @Override
    protected void handle(Exchange exchange) {
        if (types != null || predicate != null) {
            FilteredEvents.takeOut(exchange, event -> isWanted(exchange, event));
        }
    }

    private boolean isWanted(Exchange exchange, CloudEvent event) {
        if (types != null && !types.match(event.type())) {
            drop(event, "onlyTypes");
            return false;
        }
        if (predicate != null && !matches(exchange, event)) {
            drop(event, "filter");
            return false;
        }
        return true;
    }

    private void drop(CloudEvent event, String parameter) {
        meters.filtered(name);
        latest.add(FilteredEvent.of(Clock.systemUTC().instant(), name, parameter, event));
        LOG.debug("Event is filtered: webhook={} by={} type={}", name, parameter, event.type());
    }

    /** Shows the predicate the event as camel-cloudevents would: data as the body, attributes as headers. */
    private boolean matches(Exchange exchange, CloudEvent event) {
        Message message = exchange.getMessage();
        Message shown = message.copy();
        shown.setBody(event.data() == null ? new byte[0] : event.data());
        CamelHeaders.write(event, shown);
        exchange.setMessage(shown);
        try {
            return predicate.matches(exchange);
        } catch (RuntimeException e) {
            if (complaints.isDue(name)) {
                // its message may quote the payload
                LOG.error(
                        "Filter cannot be evaluated, so the event is accepted: webhook={} filter={} reason={}",
                        name,
                        filter,
                        SimpleText.reason(e));
            }
            return true;
        } finally {
            exchange.setMessage(message);
        }
    }

    public void setOnlyTypes(String onlyTypes) {
        this.onlyTypes = onlyTypes;
    }

    public void setFilter(String filter) {
        this.filter = filter;
    }
}
