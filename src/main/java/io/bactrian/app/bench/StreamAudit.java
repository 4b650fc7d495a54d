package io.bactrian.app.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;

/** Reads what the stream holds, headers only, from where it stood when this was made. Not thread-safe. */
public final class StreamAudit implements AutoCloseable {

    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final String ID = "ce-id";

    private final Connection connection;
    private final String stream;
    private final String subject;
    private long nextSequence;

    private StreamAudit(Connection connection, String stream, String subject)
            throws IOException, JetStreamApiException {
        this.connection = connection;
        this.stream = stream;
        this.subject = subject;
        this.nextSequence = lastSequence() + 1;
    }

    /** One message that was found. */
    @FunctionalInterface
    interface Found {
        /** @param at when the stream stored it */
        void message(String id, ZonedDateTime at);
    }

    /**
     * @param server URL
     * @param subject one or a wildcard that a stream covers
     * @throws IOException when there is no server, or no stream
     */
    public static StreamAudit of(String server, String subject) throws IOException, InterruptedException {
        Connection connection = Nats.connect(new Options.Builder()
                .server(server)
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(100))
                .errorListener(new io.nats.client.ErrorListener() {})
                .build());
        try {
            List<String> streams = connection.jetStreamManagement().getStreamNames(subject);
            if (streams.isEmpty()) {
                throw new IOException("no stream of " + server + " covers " + subject);
            }
            return new StreamAudit(connection, streams.get(0), subject);
        } catch (IOException | JetStreamApiException e) {
            connection.close();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    private long lastSequence() throws IOException, JetStreamApiException {
        StreamInfo info = connection.jetStreamManagement().getStreamInfo(stream);
        return info.getStreamState().getLastSequence();
    }

    /** Shows what was stored since the last call, or since this was made, up to now. */
    void read(Found found) throws IOException, JetStreamApiException, InterruptedException {
        long last = lastSequence();
        if (last < nextSequence) {
            return;
        }
        JetStreamSubscription subscription = connection
                .jetStream()
                .subscribe(
                        subject,
                        PushSubscribeOptions.builder().stream(stream)
                                .ordered(true)
                                .configuration(ConsumerConfiguration.builder()
                                        .deliverPolicy(DeliverPolicy.ByStartSequence)
                                        .startSequence(nextSequence)
                                        .headersOnly(true)
                                        .build())
                                .build());
        try {
            for (Message message = subscription.nextMessage(SILENCE);
                    message != null;
                    message = subscription.nextMessage(SILENCE)) {
                var meta = message.metaData();
                nextSequence = meta.streamSequence() + 1;
                found.message(message.hasHeaders() ? message.getHeaders().getFirst(ID) : null, meta.timestamp());
                if (meta.pendingCount() == 0 || nextSequence > last) {
                    return;
                }
            }
        } finally {
            subscription.unsubscribe();
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
