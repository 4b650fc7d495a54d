package io.bactrian.camel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.CamelContext;

/**
 * A thread that sends many exchanges one after the other says so, and whoever hands them to a network may hand over several in
 * one go. Safe for threads.
 */
public final class Bursts {

    private static final String NAME = "bactrianBursts";

    /** Who can send several things at once. Both methods are called by the thread that sends. */
    public interface Sender {
        void begin();

        /** Nothing may be kept back any longer. */
        void end();
    }

    private final List<Sender> senders = new CopyOnWriteArrayList<>();

    private Bursts() {}

    /** @return the one of this context */
    public static Bursts of(CamelContext context) {
        synchronized (context) {
            Bursts found = context.getRegistry().lookupByNameAndType(NAME, Bursts.class);
            if (found == null) {
                found = new Bursts();
                context.getRegistry().bind(NAME, found);
            }
            return found;
        }
    }

    public void add(Sender sender) {
        senders.add(sender);
    }

    /** What the task sends is one burst. */
    public void run(Runnable task) {
        senders.forEach(Sender::begin);
        try {
            task.run();
        } finally {
            senders.forEach(Sender::end);
        }
    }
}
