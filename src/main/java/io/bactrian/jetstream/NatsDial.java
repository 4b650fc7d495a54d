package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;

import io.nats.client.Nats;
import io.nats.client.Options;

/** Our options as those of jnats. */
final class NatsDial {
    /** How long a publish may wait for room in jnats' queue. */
    private static final Duration QUEUE_TIMEOUT = Duration.ofMillis(100);

    private static final Duration SOCKET_WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final int LEAST_QUEUE = 5000;

    private NatsDial() {}

    /** Reads the files of TLS once to see that they will do; all files are read again at each connect. */
    static Options options(NatsOptions options, NatsEvents events) throws IOException {
        Options.Builder builder = new Options.Builder()
                .servers(options.servers().toArray(new String[0]))
                .connectionName("bactrian")
                .connectionTimeout(options.connectTimeout())
                .maxReconnects(-1)
                .reconnectWait(options.reconnectWait())
                .reconnectJitter(options.reconnectWait())
                .reconnectJitterTls(options.reconnectWait())
                // the journal is the buffer; what jnats keeps it would send a second time
                .reconnectBufferSize(0)
                .pingInterval(options.pingInterval())
                .maxPingsOut(2)
                .socketWriteTimeout(SOCKET_WRITE_TIMEOUT)
                // after a lost connection the window's messages are still queued there while new ones come
                .maxMessagesInOutgoingQueue(Math.max(LEAST_QUEUE, 4 * options.maxInFlight()))
                .writeQueuePushTimeout(QUEUE_TIMEOUT)
                // a flush for each request would undo the pipelining
                .dontForceFlushOnRequest()
                // only tidies up: publishes are no requests, and others have a deadline of their own
                .requestCleanupInterval(options.publishTimeout().plusSeconds(1))
                .connectionListener(events)
                .errorListener(events);
        if (options.credentialsFile() != null) {
            builder.authHandler(Nats.credentials(options.credentialsFile().toString()));
        } else if (options.nkeyFile() != null) {
            builder.authHandler(Nats.credentials(null, options.nkeyFile().toString()));
        } else if (options.user() != null) {
            builder.userInfo(options.user(), options.password());
        } else if (options.token() != null) {
            builder.token(options.token().toCharArray());
        }
        if (options.tls()) {
            builder.sslContext(FreshTls.context(options.tlsCa(), options.tlsCert(), options.tlsKey()));
        }
        if (options.tlsFirst()) {
            builder.tlsFirst();
        }
        return builder.build();
    }
}
