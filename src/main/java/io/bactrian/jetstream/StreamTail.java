package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message ids that a stream has stored since a moment, read once and then onwards, and from the beginning again when the
 * stream may have lost some of them since. For one thread.
 */
final class StreamTail {
    private static final Logger LOG = LoggerFactory.getLogger(StreamTail.class);

    /** Questions at a time. */
    private static final int PAGE = 128;

    /** By how much the clocks of servers may differ from ours. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private static final long PATIENCE_SECONDS = 30;

    private final StreamMessages messages;
    private final String stream;
    private final Instant from;
    private final int limit;
    private final Map<String, Long> sequences = new HashMap<>();
    /** When it was read last; null before. */
    private StreamPicture seen;

    private long next;
    private long read;
    private Instant readUntil = Instant.MIN;

    StreamTail(StreamMessages messages, String stream, Instant from, int limit) {
        this.messages = messages;
        this.stream = stream;
        this.from = from;
        this.limit = limit;
    }

    boolean beginsAfter(Instant moment) {
        return from.isAfter(moment);
    }

    /**
     * Whether everything that was stored until a moment has been read, or as much as is allowed, and is still there as far as
     * that shows: the stream was not made again, the server not started again, and no sequence taken back.
     */
    boolean isReadAfter(Instant moment, StreamPicture now) {
        return isOf(now) && (!readUntil.isBefore(moment) || read >= limit);
    }

    private boolean isOf(StreamPicture now) {
        return seen != null
                && now.created().equals(seen.created())
                && now.server().equals(seen.server())
                && now.last() >= next - 1;
    }

    Optional<Long> sequenceOf(String messageId) {
        return Optional.ofNullable(sequences.get(messageId));
    }

    /** Reads what was stored until a moment, which may be all there is now. */
    void read(Instant until) throws IOException, InterruptedException {
        Instant began = Instant.now();
        StreamPicture picture =
                messages.picture(stream).orElseThrow(() -> new IOException("there is no stream " + stream));
        if (!isOf(picture)) {
            forget();
            next = firstSince(from.minus(SKEW), picture);
            seen = picture;
        }
        boolean beyond = false;
        while (next <= picture.last() && read < limit && !beyond) {
            List<CompletableFuture<Optional<StoredAs>>> page = new ArrayList<>(PAGE);
            long end = Math.min(Math.min(picture.last(), next + PAGE - 1), next + limit - read - 1);
            for (long sequence = next; sequence <= end; sequence++) {
                page.add(messages.at(stream, sequence));
            }
            for (CompletableFuture<Optional<StoredAs>> answer : page) {
                Optional<StoredAs> message = await(answer);
                if (message.isPresent()) {
                    beyond |= message.get().at().isAfter(until.plus(SKEW));
                    remember(message.get());
                }
            }
            read += page.size();
            next = end + 1;
        }
        if (next > picture.last()) {
            readUntil = began;
        } else if (beyond) {
            readUntil = until;
        } else {
            LOG.warn(
                    "The tail of a stream is longer than is read, so an event may be stored twice: stream={} from={} limit={}",
                    stream,
                    next - read,
                    limit);
        }
    }

    private void forget() {
        seen = null;
        sequences.clear();
        read = 0;
        readUntil = Instant.MIN;
    }

    private void remember(StoredAs message) {
        if (message.messageId() != null) {
            sequences.put(message.messageId(), message.sequence());
        }
    }

    /** The first sequence whose message was stored at a moment or later; times grow with sequences. */
    private long firstSince(Instant moment, StreamPicture picture) throws IOException, InterruptedException {
        long low = Math.max(1, picture.first());
        long high = picture.last() + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            Optional<StoredAs> message = await(messages.from(stream, middle));
            if (message.isEmpty() || !message.get().at().isBefore(moment)) {
                high = middle;
            } else {
                low = message.get().sequence() + 1;
            }
        }
        return low;
    }

    private static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer in " + PATIENCE_SECONDS + " s", e);
        }
    }
}
