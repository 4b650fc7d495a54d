package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * Looks at what streams have, without a consumer: nothing is taken, and an interest or work-queue stream is not changed. Messages
 * are asked of the stream's leader ({@code STREAM.MSG.GET}), since a replica that answers direct gets may be behind. Safe for
 * many threads.
 */
public final class StreamMessages {
    private static final int STREAM_NOT_FOUND = 10059;
    private static final int NO_MESSAGE_FOUND = 10037;
    private static final String MESSAGE_ID = "Nats-Msg-Id";

    private final NatsConnection nats;
    private final Duration timeout;

    /** @param timeout of each question for a message */
    public StreamMessages(NatsConnection nats, Duration timeout) {
        this.nats = nats;
        this.timeout = timeout;
    }

    /**
     * Asks for the state of a stream; blocks for a few seconds at most.
     *
     * @return empty when there is no such stream
     * @throws IOException when there is no answer, as without permission for {@code $JS.API.STREAM.INFO}
     */
    public Optional<StreamPicture> picture(String stream) throws IOException {
        Connection connection = connection();
        try {
            StreamInfo info = connection.jetStreamManagement().getStreamInfo(stream);
            StreamConfiguration configuration = info.getConfiguration();
            return Optional.of(new StreamPicture(
                    stream,
                    configuration.getSubjects(),
                    info.getCreateTime().toInstant(),
                    info.getStreamState().getFirstSequence(),
                    info.getStreamState().getLastSequence(),
                    info.getStreamState().getDeletedCount(),
                    removesSingly(configuration),
                    configuration.getReplicas(),
                    configuration.getDuplicateWindow(),
                    connection.getServerInfo().getServerId()));
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
                return Optional.empty();
            }
            throw new IOException("stream " + stream + ": " + e.getErrorDescription(), e);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The stream that takes a subject; blocks for a few seconds at most.
     *
     * @return empty when there is none
     * @throws IOException when there is no answer, as without permission for {@code $JS.API.STREAM.NAMES}
     */
    public Optional<String> streamOf(String subject) throws IOException {
        try {
            List<String> names = connection().jetStreamManagement().getStreamNames(subject);
            return names.stream().findFirst();
        } catch (JetStreamApiException e) {
            throw new IOException("stream of " + subject + ": " + e.getErrorDescription(), e);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The message with this sequence; empty when there is none, an {@link IOException} when nobody says so. Does not block. */
    public CompletableFuture<Optional<StoredAs>> at(String stream, long sequence) {
        return get(stream, "{\"seq\":" + sequence + "}");
    }

    /** The first message from a sequence on. Does not block. */
    public CompletableFuture<Optional<StoredAs>> from(String stream, long sequence) {
        return get(stream, "{\"seq\":" + sequence + ",\"next_by_subj\":\">\"}");
    }

    private CompletableFuture<Optional<StoredAs>> get(String stream, String request) {
        Connection connection = nats.connection();
        if (connection == null) {
            return CompletableFuture.failedFuture(new IOException("not connected yet"));
        }
        try {
            return connection
                    .requestWithTimeout(
                            "$JS.API.STREAM.MSG.GET." + stream, request.getBytes(StandardCharsets.UTF_8), timeout)
                    .thenCompose(answer -> read(stream, answer));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
        }
    }

    private static CompletableFuture<Optional<StoredAs>> read(String stream, Message answer) {
        if (answer.isStatusMessage()) {
            return CompletableFuture.failedFuture(
                    new IOException("stream " + stream + " does not answer: " + answer.getStatus()));
        }
        MessageInfo message = new MessageInfo(answer, stream, false);
        if (!message.hasError()) {
            String id =
                    message.getHeaders() == null ? null : message.getHeaders().getFirst(MESSAGE_ID);
            return CompletableFuture.completedFuture(Optional.of(
                    new StoredAs(message.getSeq(), id, message.getTime().toInstant())));
        }
        return message.getApiErrorCode() == NO_MESSAGE_FOUND
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(new IOException("stream " + stream + ": " + message.getDescription()));
    }

    /** The id of the server that we are connected to now, as in {@link StreamPicture#server}. */
    String server() throws IOException {
        return connection().getServerInfo().getServerId();
    }

    private Connection connection() throws IOException {
        Connection connection = nats.connection();
        if (connection == null) {
            throw new IOException("not connected yet");
        }
        return connection;
    }

    private static boolean removesSingly(StreamConfiguration configuration) {
        return configuration.getRetentionPolicy() != RetentionPolicy.Limits
                || configuration.getMaxMsgsPerSubject() > 0
                || configuration.getAllowRollup()
                || configuration.getAllowMessageTtl();
    }
}
