package io.bactrian.camel.journal;

import java.time.Duration;
import java.time.Instant;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Recovered;
import org.apache.camel.Exchange;

/**
 * Says on an exchange when its event may have been published by an earlier process that did not live to write it down. Of an
 * event without a failed attempt on record that was at most as long before the newest record as an attempt takes.
 */
final class EarlierEmission {

    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Recovered recovered;
    private final Instant unrecorded;

    EarlierEmission(Recovered recovered, BactrianConfig config) {
        this.recovered = recovered;
        int redeliveries = config.integer("bactrian.delivery.redeliveries", 0, Integer.MAX_VALUE);
        Duration attempt = config.duration("bactrian.nats.publish-timeout").multipliedBy(redeliveries + 1L);
        Duration pauses = config.duration("bactrian.delivery.backoff-max").multipliedBy(redeliveries);
        this.unrecorded = recovered.lastRecordAt().minus(attempt).minus(pauses).minus(SLACK);
    }

    void mark(Exchange exchange, PendingEvent event) {
        if (event.sequence() > recovered.lastSequence()) {
            return;
        }
        boolean anyTime = event.attempts() > 0 || event.acceptedAt().isAfter(unrecorded);
        exchange.setProperty(EventProperties.SENT_AFTER, anyTime ? event.acceptedAt() : unrecorded);
        exchange.setProperty(EventProperties.SENT_BEFORE, recovered.at());
    }
}
