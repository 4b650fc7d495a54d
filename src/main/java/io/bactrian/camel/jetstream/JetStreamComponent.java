package io.bactrian.camel.jetstream;

import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code jetstream:subject}: publishes to NATS JetStream and waits for the PubAck without holding a thread. */
@Component("jetstream")
public final class JetStreamComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        JetStreamEndpoint endpoint = new JetStreamEndpoint(uri, this);
        endpoint.setSubject(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
