package io.bactrian.camel.webhook;

import io.bactrian.camel.StepFailedException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;

/**
 * A step of a webhook's route: a bean of its template, whose parameters are its properties. What it needs of them it reads
 * when the route starts, so that a value that makes no sense stops the start.
 */
public abstract class WebhookStep extends ServiceSupport implements Processor, CamelContextAware {

    /** Of the webhook, for messages and metrics. */
    protected String name = "";

    private CamelContext camelContext;

    /** Does what the step is for; an error in it fails the exchange. */
    protected abstract void handle(Exchange exchange) throws Exception;

    @Override
    public final void process(Exchange exchange) throws Exception {
        try {
            handle(exchange);
        } catch (Error e) {
            throw StepFailedException.of(e);
        }
    }

    @Override
    public final CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public final void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    public final void setName(String name) {
        this.name = name;
    }
}
