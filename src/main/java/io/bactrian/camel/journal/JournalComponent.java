package io.bactrian.camel.journal;

import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code journal:name}: a SEDA that survives crashes. There is one journal in a Camel context, {@code journal:events}. */
@Component("journal")
public final class JournalComponent extends DefaultComponent {

    private static final String ONLY_NAME = "events";

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (!ONLY_NAME.equals(remaining)) {
            throw new IllegalArgumentException(
                    "journal:" + remaining + ": there is one journal in a Camel context, journal:" + ONLY_NAME);
        }
        JournalEndpoint endpoint = new JournalEndpoint(uri, this);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
