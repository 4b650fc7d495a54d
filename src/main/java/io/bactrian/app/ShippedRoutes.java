package io.bactrian.app;

import java.util.Collection;
import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.DefaultRoutesCollector;
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
