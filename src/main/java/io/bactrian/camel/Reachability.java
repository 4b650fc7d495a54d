package io.bactrian.camel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.CamelContext;

/** Tells who pauses for an outage that it may be over, so that nobody waits out a pause for nothing. Safe for threads. */
public final class Reachability {

    private static final String NAME = "bactrianReachability";

    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();

    private Reachability() {}

    /** @return the one of this context */
    public static Reachability of(CamelContext context) {
        synchronized (context) {
            Reachability found = context.getRegistry().lookupByNameAndType(NAME, Reachability.class);
            if (found == null) {
                found = new Reachability();
                context.getRegistry().bind(NAME, found);
            }
            return found;
        }
    }

    /** @param tryNow called each time, by a thread that must not be held up */
    public void onReachable(Runnable tryNow) {
        waiting.add(tryNow);
    }

    /** @param tryNow called no more */
    public void forget(Runnable tryNow) {
        waiting.remove(tryNow);
    }

    /** What was out of reach answers again. */
    public void reachable() {
        waiting.forEach(Runnable::run);
    }
}
