package io.bactrian.camel.intake;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.IntakeServer;

/** Where event resources live. */
final class EventPath {

    private EventPath() {}

    /** @return the path of the CloudEvents endpoint, which leaves those of webhooks alone: event resources are below it */
    static String endpoint(BactrianConfig config) {
        return config.parse("bactrian.events.path", path -> {
            if (!path.startsWith("/") || (path + "/").startsWith(IntakeServer.WEBHOOK_PREFIX)) {
                throw new IllegalArgumentException("expected a path that starts with / and is not below "
                        + IntakeServer.WEBHOOK_PREFIX + ", where the webhooks are");
            }
            return path;
        });
    }

    /** @return such as {@code /events/}, to which the id is added */
    static String of(BactrianConfig config) {
        String path = endpoint(config);
        return path.endsWith("/") ? path : path + "/";
    }
}
