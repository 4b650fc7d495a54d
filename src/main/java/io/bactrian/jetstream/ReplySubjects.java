package io.bactrian.jetstream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;

/**
 * The subscription to the PubAcks of one connection: a reply subject of its own for each publish, whose last token is a number.
 * jnats has the same for requests, with a future, a map entry and a JSON tree for each.
 */
final class ReplySubjects implements AutoCloseable {
    private static final int RADIX = 36;

    /** Of a burst so many are handed over at once. */
    private static final int MOST = 64;

    /** Understands an answer. */
    @FunctionalInterface
    interface Reader {
        /**
         * Called on a thread of the connection; must not block.
         *
         * @return what follows from it, or null
         */
        Runnable read(Message answer, long number);
    }

    private final Connection connection;
    private final Reader reader;
    private final Executor executor;
    private final Dispatcher dispatcher;
    private final String prefix;
    private List<Runnable> kept = new ArrayList<>();

    /** @param executor runs what follows from answers: what has come together in one go, since each hand-over may be a switch of threads */
    ReplySubjects(Connection connection, Reader reader, Executor executor) {
        this.connection = connection;
        this.reader = reader;
        this.executor = executor;
        this.prefix = connection.createInbox() + '.';
        this.dispatcher = connection.createDispatcher();
        dispatcher.subscribe(prefix + '*', this::answered);
    }

    private void answered(Message answer) {
        long number = number(answer.getSubject());
        Runnable follows = number < 0 ? null : reader.read(answer, number);
        // jnats counts a message after it has put it into its queue, so that there may be fewer than none
        if (keep(follows) >= MOST || dispatcher.getPendingMessageCount() <= 0) {
            handOver();
        }
    }

    private synchronized int keep(Runnable follows) {
        if (follows != null) {
            kept.add(follows);
        }
        return kept.size();
    }

    /** Hands over what is kept for answers that were to come behind it. From any thread. */
    void handOver() {
        List<Runnable> all = take();
        if (!all.isEmpty()) {
            executor.execute(() -> all.forEach(Runnable::run));
        }
    }

    private synchronized List<Runnable> take() {
        if (kept.isEmpty()) {
            return List.of();
        }
        List<Runnable> all = kept;
        kept = new ArrayList<>(all.size());
        return all;
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
        } finally {
            handOver();
        }
    }
}
