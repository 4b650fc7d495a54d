package io.bactrian.camel.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** Routes that would take a path, but do not run: that is for them to be started again, not for the sender to give up. */
final class StoppedRoutes {

    private StoppedRoutes() {}

    /** @return the path of such a route as its endpoint has it */
    static Optional<String> pathOf(CamelContext context, String requested) {
        return context.getRoutes().stream()
                .filter(route -> isStopped(context, route))
                .map(Route::getEndpoint)
                .filter(PlatformHttpEndpoint.class::isInstance)
                .map(endpoint -> ((PlatformHttpEndpoint) endpoint).getPath())
                .filter(path -> takes(path, requested))
                .findFirst();
    }

    private static boolean isStopped(CamelContext context, Route route) {
        ServiceStatus status = context.getRouteController().getRouteStatus(route.getRouteId());
        return status != null && !status.isStarted() && !status.isSuspended();
    }

    private static boolean takes(String path, String requested) {
        String slashed = path.startsWith("/") ? path : "/" + path;
        Matcher parameters = AsyncHttpConsumer.PATH_PARAMETER.matcher(slashed);
        StringBuilder regex = new StringBuilder();
        int end = 0;
        while (parameters.find()) {
            regex.append(Pattern.quote(slashed.substring(end, parameters.start())))
                    .append("[^/]+");
            end = parameters.end();
        }
        return requested.matches(
                regex.append(Pattern.quote(slashed.substring(end))).toString());
    }
}
