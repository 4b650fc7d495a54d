package io.bactrian.camel.webhook;

import java.util.Map;

import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.StringHelper;

/**
 * A step of a webhook's route: a bean of its template, whose parameters are its properties. What it needs of them it reads
 * when the route starts, so that a value that makes no sense stops the start.
 */
public abstract class WebhookStep extends ServiceSupport implements Processor, CamelContextAware {

    /** Camel takes a backslash away that is one of the last two characters of what it has resolved. */
    private static final String GUARD = "  ";

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

    /**
     * A secret as it was written, with its placeholders resolved. As a property of a bean it would be Camel's to read:
     * {@code #class:…} names a class there, and a backslash is an escape.
     *
     * @return the parameter of this webhook, or an empty text
     */
    protected final String secret(String parameter) {
        RouteDefinition route = camelContext
                .getCamelContextExtension()
                .getContextPlugin(Model.class)
                .getRouteDefinition(name);
        if (route == null || !WebhookNaming.isWebhook(route)) {
            return "";
        }
        for (Map.Entry<String, Object> given : route.getTemplateParameters().entrySet()) {
            if (StringHelper.dashToCamelCase(given.getKey()).equals(parameter)) {
                return resolved(parameter, String.valueOf(given.getValue()));
            }
        }
        return "";
    }

    /** Not by the context's own method, which logs the value. */
    private String resolved(String parameter, String text) {
        if (!text.contains("{{")) {
            return text;
        }
        try {
            String resolved = camelContext.getPropertiesComponent().parseUri(text + GUARD);
            return resolved.substring(0, resolved.length() - GUARD.length());
        } catch (RuntimeException e) {
            // not even as the cause: its message may quote the value
            throw new ConfigurationException(
                    "webhook " + name + ": " + parameter + ": " + BactrianConfig.unresolved(e));
        }
    }

    public final void setName(String name) {
        this.name = name;
    }
}
