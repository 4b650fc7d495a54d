package io.bactrian.camel.journal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Takes what a pump emits, for a test to answer it. */
final class Emissions implements DeliveryPump.Target {
    private final BlockingQueue<Emission> emitted = new LinkedBlockingQueue<>();

    @Override
    public void emit(Emission emission, EventEnvelope envelope) {
        emitted.add(emission);
    }

    @Override
    public void unreadable(Emission emission, String reason) {
        throw new AssertionError(reason);
    }

    /** The next one, which comes within ten seconds. */
    Emission next() throws InterruptedException {
        Emission emission = emitted.poll(10, TimeUnit.SECONDS);
        assertThat(emission).isNotNull();
        return emission;
    }
}
