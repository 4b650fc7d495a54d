package io.bactrian.camel.webhook;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.intake.ReadCloudEvent;
import io.bactrian.webhook.Origins;
import io.bactrian.webhook.Rate;
import org.apache.camel.CamelContext;

/** The access steps of the CloudEvents endpoint, configured by {@code bactrian.events.allowed-*}. */
public final class EventsAccess {

    private EventsAccess() {}

    /** @throws ConfigurationException for a value that cannot be used, naming its key */
    public static HandshakeStep handshake(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        HandshakeStep step = new HandshakeStep();
        step.setCamelContext(context);
        step.setName(ReadCloudEvent.NAME);
        step.setAllowedOrigins(origins(config));
        step.setAllowedRate(rate(config));
        return step;
    }

    /** @throws ConfigurationException for a value that cannot be used, naming its key */
    public static AdmitStep admit(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        AdmitStep step = new AdmitStep();
        step.setName(ReadCloudEvent.NAME);
        step.setAllowedOrigins(origins(config));
        step.setAllowedRate(rate(config));
        step.setAllowedSources(String.join(" ", config.list("bactrian.events.allowed-sources")));
        return step;
    }

    private static String origins(BactrianConfig config) {
        return config.parse("bactrian.events.allowed-origins", text -> {
            Origins.of(Values.list(text));
            return text;
        });
    }

    private static String rate(BactrianConfig config) {
        return config.parse("bactrian.events.allowed-rate", text -> {
            if (!text.equals("*")) {
                Rate.perMinute(text);
            }
            return text;
        });
    }
}
