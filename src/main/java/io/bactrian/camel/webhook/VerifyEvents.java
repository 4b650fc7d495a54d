package io.bactrian.camel.webhook;

import java.util.Set;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Tokens;
import io.bactrian.camel.http.ServerTls;
import io.bactrian.camel.intake.ReadCloudEvent;
import org.apache.camel.CamelContext;

/** The verification step of the CloudEvents endpoint: a token by default, or none where that is written out. */
public final class VerifyEvents {

    private VerifyEvents() {}

    /** Reads {@code bactrian.events.verify}, {@code .token} and {@code .token-file}. */
    public static VerifyStep of(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        config.flag("bactrian.events.enabled"); // false leaves out the route, anything else is an error
        String verify = config.word("bactrian.events.verify", Set.of("token", "none"));
        String token = config.find("bactrian.events.token").orElse("");
        String file = config.find("bactrian.events.token-file").orElse("");
        if (verify.equals("token") && token.isEmpty() && file.isEmpty()) {
            throw new ConfigurationException(
                    "bactrian.events.token: a token is needed for " + config.text("bactrian.events.path")
                            + "; or set bactrian.events.enabled=false when there are only webhooks, or"
                            + " bactrian.events.verify=none to take events from anybody");
        }
        if (verify.equals("token") && !token.isEmpty()) {
            Tokens.separate("bactrian.events.token", token);
        }
        VerifyStep step = new VerifyStep();
        step.setCamelContext(context);
        step.setName(ReadCloudEvent.NAME);
        step.setVerify(verify);
        step.setAllowedClients(clients(config));
        if (verify.equals("token")) {
            step.setSecret(token);
            step.setSecretFile(file);
        }
        return step;
    }

    private static String clients(BactrianConfig config) {
        if (config.find("bactrian.events.allowed-clients").isEmpty()) {
            return "";
        }
        return config.parse("bactrian.events.allowed-clients", text -> {
            AllowedClients.parse(text);
            if (!ServerTls.asksClients(config)) {
                throw new IllegalArgumentException(AllowedClients.NEEDS);
            }
            return text;
        });
    }
}
