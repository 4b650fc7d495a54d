package io.bactrian.camel.webhook;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
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
