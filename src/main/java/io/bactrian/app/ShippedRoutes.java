package io.bactrian.app;

import java.util.Collection;
import java.util.List;

import io.bactrian.camel.webhook.ReservedNames;
import io.bactrian.camel.webhook.WebhookNaming;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The routes of the jar, before a user's own. Camel reads each file of its include pattern twice, the first time for
 * beans, of which these have none.
 */
final class ShippedRoutes extends DefaultRoutesCollector {

    /** Named one by one: a wildcard makes Camel unpack the whole jar at every start. */
    static final List<String> FILES = List.of(
            "classpath:camel-template/webhook.yaml",
            "classpath:bactrian/ingest.yaml",
            "classpath:bactrian/accept.yaml",
            "classpath:bactrian/forward.yaml",
            "classpath:bactrian/deliver.yaml",
            "classpath:bactrian/status.yaml",
            "classpath:bactrian/describe.yaml",
            "classpath:bactrian/dead-letter.yaml",
            "classpath:bactrian/admin.yaml");

    /** A route of a user's own template is refused by us: Camel looks for ids that are taken among other routes only. */
    static void guard(CamelContext context) {
        context.getCamelContextExtension()
                .getContextPlugin(Model.class)
                .addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
                    @Override
                    public void onAddRouteDefinition(RouteDefinition route) {
                        if (route.getTemplateParameters() != null && !WebhookNaming.isWebhook(route)) {
                            ReservedNames.refuseShipped("route", route.getId());
                        }
                    }
                });
    }

    @Override
    protected Collection<RoutesBuilder> collectAdditionalRoutesFromRegistry(
            CamelContext context, String excludePattern, String includePattern) {
        try {
            return PluginHelper.getRoutesLoader(context)
                    .findRoutesBuilders(
                            FILES.stream()
                                    .map(file -> ResourceHelper.resolveResource(context, file))
                                    .toList(),
                            false);
        } catch (Exception e) {
            throw new IllegalStateException("a shipped route cannot be read: " + e.getMessage(), e);
        }
    }
}
