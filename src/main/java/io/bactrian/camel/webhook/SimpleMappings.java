package io.bactrian.camel.webhook;

import java.util.HashMap;
import java.util.Map;

import io.bactrian.camel.Complaints;
import io.bactrian.webhook.Expressions;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parameters of one webhook that say with Camel's Simple where an attribute comes from. One that fails for a request
 * has found nothing there: a sender that meets it would get the same answer for ever.
 */
final class SimpleMappings {

    private static final Logger LOG = LoggerFactory.getLogger(SimpleMappings.class);

    private final CamelContext context;
    private final String webhook;
    private final Map<String, Mapping> mappings = new HashMap<>();
    private final Complaints complaints = new Complaints();

    /** An expression and the parameter it was given for. */
    private record Mapping(String parameter, Expression expression) {}

    SimpleMappings(CamelContext context, String webhook) {
        this.context = context;
        this.webhook = webhook;
    }

    /** @param given the value of the parameter, which need not be an expression of this kind */
    void add(String parameter, String given) {
        if (given.trim().startsWith(SimpleText.PREFIX)) {
            String text = given.trim().substring(SimpleText.PREFIX.length());
            mappings.put(text, new Mapping(parameter, SimpleText.expression(context, webhook, parameter, text)));
        }
    }

    /** @return what they find in a request */
    Expressions of(Exchange exchange) {
        return (text, body) -> {
            exchange.getMessage().setBody(body);
            Mapping mapping = mappings.get(text);
            try {
                return mapping.expression().evaluate(exchange, String.class);
            } catch (RuntimeException e) {
                complain(mapping.parameter(), e);
                return null;
            }
        };
    }

    /** @return what they find where nothing is */
    Expressions ofNothing() {
        Exchange nothing = new DefaultExchange(context);
        return (text, body) -> {
            nothing.getMessage().setBody(body);
            try {
                return mappings.get(text).expression().evaluate(nothing, String.class);
            } catch (RuntimeException e) {
                return null;
            }
        };
    }

    private void complain(String parameter, RuntimeException failure) {
        if (complaints.isDue(parameter)) {
            // its message may quote the payload
            LOG.error(
                    "Parameter cannot be evaluated, so it counts as missing: webhook={} parameter={} reason={}",
                    webhook,
                    parameter,
                    SimpleText.reason(failure));
        }
    }
}
