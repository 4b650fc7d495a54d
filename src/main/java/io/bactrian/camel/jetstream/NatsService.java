package io.bactrian.camel.jetstream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.bactrian.camel.Bursts;
import io.bactrian.camel.Reachability;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.SubjectTemplate;
import io.bactrian.jetstream.EarlierPublishes;
import io.bactrian.jetstream.JetStreamPublisher;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.PublisherOptions;
import io.bactrian.jetstream.StreamExpectations;
import io.bactrian.jetstream.Subjects;
import io.nats.client.Connection;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The one NATS connection of a Camel context and the publisher on it. It is opened by the first step that needs it, in
 * the background, and closed after all routes. An application that has a {@link Connection} bean keeps its own.
 */
public final class NatsService extends ServiceSupport {

    private static final String DEFAULT_STREAM = "EVENTS";
    private static final String DEAD_LETTER_SUBJECT = "bactrian.delivery.dead-letter-subject";
    private static final Pattern EXPRESSION = Pattern.compile("\\$(simple)?\\{[^{}]*}");
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final NatsConnection connection;
    private final JetStreamPublisher publisher;
    private final EarlierPublishes earlier;
    private final String expectedStream;
    private final ExecutorService background;
    private final StreamWatch streams;

    private NatsService(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        NatsOptions options = options(config);
        deadLetterSubject(config);
        Connection own = CamelContextHelper.findSingleByType(context, Connection.class);
        this.connection = own == null ? NatsConnection.open(options) : NatsConnection.wrap(own);
        this.publisher = new JetStreamPublisher(
                connection, PublisherOptions.of(options, config.bytes("bactrian.nats.max-in-flight-bytes", 1)));
        this.earlier = new EarlierPublishes(
                connection, options.publishTimeout(), config.integer("bactrian.nats.tail-limit", 0, 10_000_000));
        this.expectedStream = config.find("bactrian.nats.stream").orElse(null);
        Meters meters = Meters.of(context);
        meters.gauge(
                "bactrian.nats.connected",
                "1 while NATS is connected",
                connection,
                c -> c.status().connected() ? 1 : 0);
        meters.gauge(
                "bactrian.publish.in.flight",
                "Publishes without an answer yet",
                publisher,
                JetStreamPublisher::inFlight);
        certificate(meters, config, "bactrian.nats.tls.cert", "nats-client");
        certificate(meters, config, "bactrian.nats.tls.ca", "nats-ca");
        meters.gauge(
                "bactrian.publish.in.flight.bytes",
                "Bytes of these, headers and payload",
                publisher,
                JetStreamPublisher::inFlightBytes);
        Reachability reachability = Reachability.of(context);
        AtomicBoolean connected = new AtomicBoolean();
        connection.onChange(status -> {
            if (connected.getAndSet(status.connected()) != status.connected() && status.connected()) {
                reachability.reachable();
            }
        });
        Bursts.of(context).add(new Bursts.Sender() {
            @Override
            public void begin() {
                publisher.beginBurst();
            }

            @Override
            public void end() {
                publisher.endBurst();
            }
        });
        this.background = context.getExecutorServiceManager().newSingleThreadExecutor(this, "bactrian-streams");
        this.streams = watch(context, config);
        try {
            // before that, not all webhooks have said what they publish to
            context.addStartupListener((started, already) -> streams.start());
        } catch (Exception e) {
            throw new IllegalStateException("the Camel context takes no listener", e);
        }
        HealthCheckRegistry health = HealthCheckRegistry.get(context);
        if (health != null) {
            health.register(new NatsHealthCheck(connection));
        }
    }

    /** Said here with its key: the route, which uses it, would only fail for each dead letter. */
    private static void deadLetterSubject(BactrianConfig config) {
        if (config.find(DEAD_LETTER_SUBJECT).isPresent()) {
            config.parse(DEAD_LETTER_SUBJECT, text -> {
                String problem = Subjects.problem(EXPRESSION.matcher(text).replaceAll("x"));
                if (problem != null) {
                    throw new IllegalArgumentException(
                            "expected a NATS subject, which may hold ${…} of Camel's simple language; " + problem);
                }
                return text;
            });
        }
    }

    private static void certificate(Meters meters, BactrianConfig config, String key, String use) {
        Path file = file(config, key);
        if (file != null) {
            meters.certificate(use, file);
        }
    }

    /** @return the service of this context; begins to connect on the first call */
    public static NatsService of(CamelContext context) {
        synchronized (context) {
            NatsService found = context.hasService(NatsService.class);
            if (found == null) {
                found = new NatsService(context);
                try {
                    context.addService(found, true, true);
                } catch (Exception e) {
                    found.connection.close(Duration.ZERO);
                    throw new IllegalStateException("the NATS connection could not be added to the Camel context", e);
                }
            }
            return found;
        }
    }

    private StreamWatch watch(CamelContext context, BactrianConfig config) {
        EventSubjects subjects = EventSubjects.of(context);
        String broad = broad(config.parse("bactrian.nats.subject", SubjectTemplate::parse));
        StreamExpectations anySubject = expectations(config, List.of());
        Supplier<StreamExpectations> expected = () -> {
            List<String> patterns = subjects.patterns();
            return patterns.isEmpty() ? anySubject : anySubject.of(patterns);
        };
        StreamWatch.StreamToCreate toCreate = null;
        if (config.flag("bactrian.nats.create-stream")) {
            toCreate = new StreamWatch.StreamToCreate(expectedStream == null ? DEFAULT_STREAM : expectedStream, broad);
        }
        StreamWatch watch = new StreamWatch(connection, expected, toCreate, background);
        subjects.onChange(watch::lookAgain);
        return watch;
    }

    /**
     * Reads what streams have to fit: the sizes and how long one event may be tried again.
     *
     * @param subjects that are published to; when empty, all that {@code bactrian.nats.subject} may stand for
     */
    public static StreamExpectations expectations(BactrianConfig config, List<String> subjects) {
        int tries = 1 + config.integer("bactrian.delivery.redeliveries", 0, 1_000_000);
        Duration retrySpan = config.duration("bactrian.nats.publish-timeout")
                .plus(config.duration("bactrian.delivery.backoff-max"))
                .multipliedBy(tries);
        return new StreamExpectations(
                subjects.isEmpty()
                        ? List.of(broad(config.parse("bactrian.nats.subject", SubjectTemplate::parse)))
                        : subjects,
                retrySpan,
                config.bytes("bactrian.http.max-body", 1),
                config.find("bactrian.nats.stream").orElse(null));
    }

    /** @return everything from the first placeholder on as a wildcard */
    private static String broad(SubjectTemplate template) {
        String text = template.toString();
        int placeholder = text.indexOf('{');
        return placeholder < 0 ? text : text.substring(0, text.lastIndexOf('.', placeholder) + 1) + ">";
    }

    /** Reads {@code bactrian.nats.*}. */
    public static NatsOptions options(BactrianConfig config) {
        try {
            return NatsOptions.builder()
                    .servers(config.list("bactrian.nats.servers"))
                    .credentialsFile(file(config, "bactrian.nats.credentials-file"))
                    .nkeyFile(file(config, "bactrian.nats.nkey-file"))
                    .user(
                            config.find("bactrian.nats.user").orElse(null),
                            config.find("bactrian.nats.password").orElse(null))
                    .token(config.find("bactrian.nats.token").orElse(null))
                    .tlsCa(file(config, "bactrian.nats.tls.ca"))
                    .tlsCert(file(config, "bactrian.nats.tls.cert"), file(config, "bactrian.nats.tls.key"))
                    .tlsFirst(config.flag("bactrian.nats.tls.first"))
                    .publishTimeout(config.duration("bactrian.nats.publish-timeout", "10ms", "1h"))
                    .maxInFlight(config.integer("bactrian.nats.max-in-flight", 1, 65_536))
                    .build();
        } catch (IllegalArgumentException e) {
            throw e instanceof ConfigurationException
                    ? e
                    : new ConfigurationException("bactrian.nats: " + e.getMessage(), e);
        }
    }

    private static Path file(BactrianConfig config, String key) {
        return config.find(key)
                .map(text -> {
                    Path path = Path.of(text);
                    if (!Files.isReadable(path)) {
                        throw new ConfigurationException(key + "=" + text + ": expected a readable file");
                    }
                    return path;
                })
                .orElse(null);
    }

    public NatsConnection connection() {
        return connection;
    }

    public JetStreamPublisher publisher() {
        return publisher;
    }

    /** @return finds what was stored although no PubAck came */
    public EarlierPublishes earlier() {
        return earlier;
    }

    /**
     * @return bytes of the largest message, with its headers, that a subject takes: the least of the server's {@code
     *     max_payload} and the stream's {@code max_msg_size} as they were last seen; -1 when nothing is known
     */
    public long maxMessageSize(String subject) {
        return streams.maxMessageSize(subject);
    }

    /** @return {@code bactrian.nats.stream}, or null when any stream that covers the subject will do */
    public String expectedStream() {
        return expectedStream;
    }

    @Override
    protected void doShutdown() {
        earlier.close();
        publisher.close(DRAIN);
        connection.close(DRAIN);
        background.shutdownNow();
    }
}
