package io.bactrian.camel.intake;

import io.bactrian.camel.config.BactrianConfig;

/** Where event resources live. */
final class EventPath {

    private EventPath() {}

    /** @return such as {@code /events/}, to which the id is added */
    static String of(BactrianConfig config) {
        String path = config.text("bactrian.events.path");
        return path.endsWith("/") ? path : path + "/";
    }
}
