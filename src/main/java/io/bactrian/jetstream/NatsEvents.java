package io.bactrian.jetstream;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what jnats reports. Called by jnats' callback thread. */
final class NatsEvents implements ConnectionListener, ErrorListener {
    private static final Logger LOG = LoggerFactory.getLogger(NatsEvents.class);

    private final NatsConnection nats;

    NatsEvents(NatsConnection nats) {
        this.nats = nats;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract there
    public void connectionEvent(Connection connection, Events type) {
        nats.connectionEvent(connection, type);
    }

    @Override
    public void errorOccurred(Connection connection, String error) {
        LOG.debug("nats error={}", error);
        nats.serverError(Redaction.redact(error));
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception exception) {
        LOG.debug("nats exception", exception);
        nats.problem(Redaction.redact(describe(exception)));
    }

    @Override
    public void socketWriteTimeout(Connection connection) {
        nats.problem("the server does not read what is sent");
    }

    private static String describe(Exception exception) {
        String message = exception.getMessage();
        return message == null ? exception.getClass().getSimpleName() : message;
    }
}
