package io.bactrian.camel.jetstream;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Publishes the message body to a JetStream subject. Unlike {@code nats:} it never core-publishes and never does
 * request/reply, whatever the pattern of the exchange: it completes with the PubAck, as headers of the message, or with
 * a {@code PublishException}.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "jetstream",
        title = "NATS JetStream",
        syntax = "jetstream:subject",
        producerOnly = true,
        category = {Category.MESSAGING})
public final class JetStreamEndpoint extends DefaultEndpoint {

    @UriPath(description = "Subject, where the header CamelJetStreamSubject does not name one")
    private String subject;

    @UriParam(description = "Refuse when another stream than this one would store the message")
    private String expectedStream;

    @UriParam(
            defaultValue = "binary",
            description =
                    "Content mode of a CloudEvent, where the header CamelJetStreamMode does not say: binary or structured")
    private String mode = "binary";

    JetStreamEndpoint(String uri, JetStreamComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new JetStreamProducer(this, NatsService.of(getCamelContext()));
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("jetstream: only publishes; use nats: to consume");
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }

    public String getSubject() {
        return subject;
    }

    public void setSubject(String subject) {
        this.subject = subject;
    }

    public String getExpectedStream() {
        return expectedStream;
    }

    public void setExpectedStream(String expectedStream) {
        this.expectedStream = expectedStream;
    }

    public String getMode() {
        return mode;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }
}
