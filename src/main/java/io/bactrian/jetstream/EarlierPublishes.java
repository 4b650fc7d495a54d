package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what was stored although nobody could say so. While the server knows a message id, inside the stream's duplicate window,
 * it finds the first copy itself. For a message that is published again later than that, this class reads the tail of the stream
 * once, from the time of the earlier publish on, and tells the sequence of the copy that is there. The tail serves all messages
 * of an outage. Safe for many threads; questions are asked on a thread of its own.
 */
public final class EarlierPublishes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierPublishes.class);

    /** As many as publishes may be in flight. */
    private static final int MAX_UNRESOLVED = 65_536;

    private static final int MAX_SUBJECTS = 1024;
    private static final int TRIES = 3;
    private static final Duration STREAM_KNOWN_FOR = Duration.ofSeconds(30);
    /** What was read of a stream is not relied on for longer without asking whether it is still the same. */
    private static final Duration TAIL_TRUSTED_FOR = Duration.ofSeconds(1);

    private static final Duration BLIND_FOR = Duration.ofMinutes(1);
    private static final Duration TAIL_KEPT_FOR = Duration.ofMinutes(2);

    private final NatsConnection nats;
    private final StreamMessages messages;
    private final Duration publishTimeout;
    private final int limit;
    private final ScheduledExecutorService executor =
            new ScheduledThreadPoolExecutor(1, NatsConnection.threads("jetstream-earlier"));
    /** Message ids whose publish ended without a word of the stream. */
    private final Map<String, Earlier> unresolved = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Earlier> eldest) {
            return size() > MAX_UNRESOLVED;
        }
    };

    private final Map<String, String> streams = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, StreamTail> tails = new ConcurrentHashMap<>();
    private volatile boolean anyUnresolved;
    private volatile Instant blindUntil = Instant.MIN;

    private record Known(StreamPicture picture, Instant at) {
        boolean isFresh() {
            return isYoungerThan(STREAM_KNOWN_FOR);
        }

        boolean isYoungerThan(Duration age) {
            return at.plus(age).isAfter(Instant.now());
        }
    }

    /**
     * @param publishTimeout how long a publish may be on its way
     * @param limit messages of one tail, at most
     */
    public EarlierPublishes(NatsConnection nats, Duration publishTimeout, int limit) {
        this.nats = nats;
        this.messages = new StreamMessages(nats, publishTimeout);
        this.publishTimeout = publishTimeout;
        this.limit = limit;
    }

    /** A publish ended, and the message may be stored all the same. */
    public void unresolved(String messageId, Earlier publish) {
        synchronized (unresolved) {
            unresolved.merge(messageId, publish, Earlier::union);
            anyUnresolved = true;
        }
    }

    /** The stream has said something about the message. */
    public void resolved(String messageId) {
        if (anyUnresolved) {
            synchronized (unresolved) {
                unresolved.remove(messageId);
                anyUnresolved = !unresolved.isEmpty();
            }
        }
    }

    /**
     * Asks whether a message is stored already, when that is possible and the server would not notice by itself. When there is no
     * answer although there is a connection, as without permission, the message counts as not stored.
     *
     * @param earlier when it may have been published before this process began, or null
     * @return what the stream has of it; at once empty when there is nothing to ask; fails with a {@link PublishException} without
     *     a connection
     */
    public CompletableFuture<Optional<PubAck>> find(OutboundMessage message, Earlier earlier) {
        Earlier whole = earlier;
        if (anyUnresolved) {
            synchronized (unresolved) {
                whole = Earlier.union(earlier, unresolved.get(message.messageId()));
            }
        }
        if (whole == null || isKnownToServer(message, whole) || isBlind()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<PubAck>> answer = new CompletableFuture<>();
        Earlier asked = whole;
        try {
            executor.execute(() -> answer(answer, message, asked));
        } catch (RejectedExecutionException e) {
            answer.complete(Optional.empty());
        }
        return answer;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Without asking anybody. */
    private boolean isKnownToServer(OutboundMessage message, Earlier earlier) {
        String stream = knownStream(message);
        Known last = stream == null ? null : known.get(stream);
        return last != null && last.isFresh() && isKnownToServer(last.picture(), earlier);
    }

    private boolean isKnownToServer(StreamPicture stream, Earlier earlier) {
        return earlier.from()
                .plus(stream.duplicateWindow())
                .minus(publishTimeout)
                .isAfter(Instant.now());
    }

    private void answer(CompletableFuture<Optional<PubAck>> answer, OutboundMessage message, Earlier earlier) {
        try {
            answer.complete(ask(message, earlier));
        } catch (PublishException e) {
            answer.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.complete(Optional.empty());
        } catch (RuntimeException | Error e) {
            LOG.error("Looking for an earlier publish failed: subject={}", message.subject(), e);
            answer.complete(Optional.empty());
        }
    }

    private Optional<PubAck> ask(OutboundMessage message, Earlier earlier)
            throws PublishException, InterruptedException {
        for (int attempt = 1; attempt <= TRIES && !isBlind(); attempt++) {
            NatsStatus before = nats.status();
            if (!before.connected()) {
                throw nats.unusable();
            }
            try {
                return find(stream(message), message.messageId(), earlier);
            } catch (IOException e) {
                NatsStatus after = nats.status();
                if (!after.connected() || !after.since().equals(before.since())) {
                    throw PublishException.of(
                            ErrorClass.TRANSPORT, 0, "the connection was lost before the stream said what it has", e);
                }
                if (attempt == TRIES) {
                    LOG.warn(
                            "A stream cannot be asked for what it has, so an event may be stored twice: subject={} {}",
                            message.subject(),
                            e.getMessage());
                    blindUntil = Instant.now().plus(BLIND_FOR);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isBlind() {
        return blindUntil.isAfter(Instant.now());
    }

    private Optional<PubAck> find(String stream, String messageId, Earlier earlier)
            throws IOException, InterruptedException {
        if (stream == null) {
            return Optional.empty();
        }
        StreamPicture now = picture(stream);
        if (isKnownToServer(now, earlier)) {
            return Optional.empty();
        }
        StreamTail tail = tails.get(stream);
        if (tail == null || tail.beginsAfter(earlier.from())) {
            tail = new StreamTail(messages, stream, earlier.from(), limit);
            tails.put(stream, tail);
            forgetLater(stream, tail);
        }
        if (!tail.isReadAfter(earlier.to(), now)) {
            tail.read(earlier.to());
        }
        if (!messages.server().equals(now.server())) {
            throw new IOException("the server is another one since");
        }
        return tail.sequenceOf(messageId).map(sequence -> new PubAck(stream, sequence, true));
    }

    private String stream(OutboundMessage message) throws IOException {
        String stream = knownStream(message);
        if (stream == null) {
            stream = messages.streamOf(message.subject()).orElse(null);
            if (stream != null) {
                if (streams.size() >= MAX_SUBJECTS) {
                    streams.clear();
                }
                streams.put(message.subject(), stream);
            }
        }
        return stream;
    }

    /** The stream of a message as far as it is known without asking, or null; every subject may be another one. */
    private String knownStream(OutboundMessage message) {
        if (message.expectedStream() != null) {
            return message.expectedStream();
        }
        for (Known stream : known.values()) {
            if (stream.isFresh() && stream.picture().takes(message.subject())) {
                return stream.picture().name();
            }
        }
        return streams.get(message.subject());
    }

    private StreamPicture picture(String stream) throws IOException {
        Known last = known.get(stream);
        if (last == null
                || !last.isYoungerThan(TAIL_TRUSTED_FOR)
                || !last.picture().server().equals(messages.server())) {
            StreamPicture picture = messages.picture(stream).orElse(null);
            if (picture == null) {
                streams.clear();
                throw new IOException("there is no stream " + stream);
            }
            last = new Known(picture, Instant.now());
            known.put(stream, last);
        }
        return last.picture();
    }

    private void forgetLater(String stream, StreamTail tail) {
        var unused = executor.schedule(() -> tails.remove(stream, tail), TAIL_KEPT_FOR.toSeconds(), TimeUnit.SECONDS);
    }
}
