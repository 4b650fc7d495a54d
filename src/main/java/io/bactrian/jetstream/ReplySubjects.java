package io.bactrian.jetstream;

import java.util.function.ObjLongConsumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;

/**
 * The subscription to the PubAcks of one connection: a reply subject of its own for each publish, whose last token is a number.
 * jnats has the same for requests, with a future, a map entry and a JSON tree for each.
 */
final class ReplySubjects implements AutoCloseable {
    private static final int RADIX = 36;

    private final Connection connection;
    private final Dispatcher dispatcher;
    private final String prefix;

    /** @param answered called on a thread of the connection; must not block */
    ReplySubjects(Connection connection, ObjLongConsumer<Message> answered) {
        this.connection = connection;
        this.prefix = connection.createInbox() + '.';
        this.dispatcher = connection.createDispatcher();
        dispatcher.subscribe(prefix + '*', message -> {
            long number = number(message.getSubject());
            if (number >= 0) {
                answered.accept(message, number);
            }
        });
    }

    boolean isOf(Connection other) {
        return connection == other;
    }

    String subject(long number) {
        return prefix + Long.toString(number, RADIX);
    }

    private long number(String subject) {
        try {
            return Long.parseLong(subject, prefix.length(), subject.length(), RADIX);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            connection.closeDispatcher(dispatcher);
        } catch (IllegalStateException | IllegalArgumentException e) {
            // the connection is closed, and the subscription with it
        }
    }
}
