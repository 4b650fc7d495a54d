package io.bactrian.camel.intake;

import java.util.Map;
import java.util.Optional;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.IntakePath;
import io.bactrian.camel.http.IntakePaths;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.observe.Meters;
import org.apache.camel.CamelContext;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.StringHelper;

/**
 * Finds the routes of a user's own that take requests into the journal: from {@code platform-http:}, with a step that sends to
 * {@code direct:bactrian-accept} or {@code journal:}. Their requests are counted under the name that their events have.
 */
public final class OwnIntake extends ModelLifecycleStrategySupport {

    private static final String HTTP = "platform-http:";
    private static final String READ_CLOUD_EVENT = "#bactrianReadCloudEvent";

    private final CamelContext context;

    public OwnIntake(CamelContext context) {
        this.context = context;
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (route.getInput() == null || !isOwnIntake(route)) {
            return;
        }
        path(route.getInput().getEndpointUri(), route.getTemplateParameters())
                .filter(path -> IntakePaths.of(context).find(path).isEmpty())
                .ifPresent(this::register);
    }

    private void register(String path) {
        long maxBody = BactrianConfig.of(context).bytes("bactrian.http.max-body", 1);
        IntakePaths.of(context).add(new IntakePath(path, JournalService.DEFAULT_NAME, maxBody));
        Meters.of(context).register(JournalService.DEFAULT_NAME);
    }

    private static boolean isOwnIntake(RouteDefinition route) {
        var steps = ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
        return steps.stream().anyMatch(OwnIntake::acceptsEvents)
                && steps.stream().noneMatch(OwnIntake::hasName);
    }

    private static boolean acceptsEvents(ProcessorDefinition<?> step) {
        String uri = step instanceof EndpointRequiredDefinition to ? to.getEndpointUri() : null;
        return uri != null
                && (uri.startsWith("journal:")
                        || withoutOptions(uri).replace("://", ":").equals("direct:bactrian-accept"));
    }

    /** The step that reads CloudEvents names them itself. */
    private static boolean hasName(ProcessorDefinition<?> step) {
        return step instanceof ProcessDefinition process && READ_CLOUD_EVENT.equals(process.getRef());
    }

    private Optional<String> path(String uri, Map<String, Object> templateParameters) {
        if (uri == null || !uri.startsWith(HTTP)) {
            return Optional.empty();
        }
        String path = withoutOptions(uri).substring(HTTP.length());
        if (templateParameters != null) {
            for (Map.Entry<String, Object> parameter : templateParameters.entrySet()) {
                path = path.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
            }
        }
        try {
            return Optional.of("/" + context.resolvePropertyPlaceholders(path).replaceFirst("^/+", ""));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Camel says so itself, and says where
        }
    }

    private static String withoutOptions(String uri) {
        return StringHelper.before(uri, "?", uri);
    }
}
