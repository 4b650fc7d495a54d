package io.bactrian.camel.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletionException;

import io.bactrian.camel.EventProperties;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalUnavailableException;
import io.bactrian.journal.Key;
import io.bactrian.journal.Reservation;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file-based {@link IdempotentRepository} on the journal: the record of an event is at once the memory of its key.
 * {@code add} reserves in memory and never blocks; the {@code journal:} step inside the block makes an event of that key and
 * the key durable as one record; {@code remove} frees the reservation and fails those who wait for it. Where no such event was
 * appended, {@code confirm} writes a record of the key alone, the one call that waits for the disk.
 *
 * <p>A key of 43 base64url characters is an event's identity ({@code EventKey}); any other text is hashed to one.
 * Stopping a route stops its repository: this one is a thin view, and the journal stays open for the others.
 */
@ManagedResource(description = "Idempotent repository on the journal")
public final class JournalRepository extends ServiceSupport implements IdempotentRepository, CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(JournalRepository.class);
    private static final int EVENT_KEY_LENGTH = 43;

    private CamelContext camelContext;

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    private Journal journal() {
        return JournalService.of(camelContext).journal();
    }

    @Override
    protected void doStart() {
        journal();
    }

    @Override
    public boolean add(Exchange exchange, String key) {
        Reservation reservation = journal().reserve(keyOf(key));
        if (reservation.isNew()) {
            Reservations.put(exchange, reservation);
            if (!key.equals(exchange.getProperty(EventProperties.EVENT_KEY))) {
                // the route "accept" ends its reservation in any case
                exchange.getExchangeExtension().addOnCompletion(new Leftover(reservation.key()));
            }
        }
        return reservation.isNew();
    }

    /** Keeps a key that was neither confirmed nor removed, as Camel leaves it after a failure with removeOnFailure=false. */
    private final class Leftover extends SynchronizationAdapter {

        private final Key key;

        Leftover(Key key) {
            this.key = key;
        }

        @Override
        public void onDone(Exchange exchange) {
            if (!Reservations.isEmpty(exchange) && Reservations.take(exchange, key) != null) {
                journal().remember(key, Runnable::run).whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("A key is not remembered, its message may come again: {}", failure.getMessage());
                    }
                });
            }
        }
    }

    @Override
    public boolean add(String key) {
        Reservation reservation = journal().reserve(keyOf(key));
        if (!reservation.isNew()) {
            return false;
        }
        await(key, reservation);
        return true;
    }

    @Override
    public boolean confirm(Exchange exchange, String key) {
        // the append of its event uses the reservation up; one that is left had none
        Reservation left = take(exchange, key);
        if (left != null) {
            await(key, left);
        }
        return true;
    }

    @Override
    public boolean confirm(String key) {
        return contains(key);
    }

    private void await(String key, Reservation reservation) {
        try {
            journal().remember(reservation.key(), Runnable::run).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("key not confirmed: " + key, e.getCause());
        }
    }

    @Override
    public boolean remove(Exchange exchange, String key) {
        Reservation left = take(exchange, key);
        if (left == null) {
            return false; // appended: what is on disk is not forgotten because a later step failed
        }
        Throwable cause = exchange.getException();
        journal().release(left, cause == null ? new IllegalStateException("the route failed") : cause);
        return true;
    }

    private static Reservation take(Exchange exchange, String key) {
        return Reservations.isEmpty(exchange) ? null : Reservations.take(exchange, keyOf(key));
    }

    /** Makes a key new again, durably, unless its event is pending or dead. Waits for the disk. */
    @Override
    @ManagedOperation(description = "Make a key new again, unless its event is pending or dead")
    public boolean remove(String key) {
        if (!contains(key)) {
            return false;
        }
        try {
            journal().forget(keyOf(key), Runnable::run).join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof JournalUnavailableException unavailable) {
                throw unavailable;
            }
            LOG.debug("a key stays: {}", e.getCause().getMessage());
            return false;
        }
    }

    @Override
    @ManagedOperation(description = "Does the journal know this key?")
    public boolean contains(String key) {
        return journal().contains(keyOf(key));
    }

    /** Makes all keys new again, durably, but those of pending and dead events. Waits for the disk. */
    @Override
    @ManagedOperation(description = "Make all keys new again but those of pending and dead events")
    public void clear() {
        try {
            journal().forgetAll(Runnable::run).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the keys were not cleared", e.getCause());
        }
    }

    @ManagedAttribute(description = "Keys remembered")
    public long getKeys() {
        return journal().stats().keys();
    }

    @ManagedAttribute(description = "Bytes of memory the keys take")
    public long getKeyBytes() {
        return journal().stats().keyBytes();
    }

    @ManagedAttribute(description = "How long keys are remembered now, in seconds")
    public long getWindowSeconds() {
        return journal().stats().dedupeWindow().toSeconds();
    }

    @ManagedAttribute(description = "Events accepted and not yet processed, dead or discarded")
    public long getPending() {
        return journal().stats().pending();
    }

    @ManagedAttribute(description = "Dead events kept")
    public long getDead() {
        return journal().stats().dead();
    }

    @ManagedAttribute(description = "Whether the journal accepts: OPEN, FULL or READ_ONLY")
    public String getJournalStatus() {
        return journal().stats().status().name();
    }

    static Key keyOf(String text) {
        byte[] digest = null;
        if (text.length() == EVENT_KEY_LENGTH) {
            try {
                digest = Base64.getUrlDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                // a text that happens to be as long
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(digest == null ? sha256(text) : digest);
        return new Key(bytes.getLong(), bytes.getLong());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
