package io.bactrian.camel.intake;

import java.util.ArrayList;
import java.util.List;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.IntakePath;
import io.bactrian.camel.http.IntakePaths;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.jetstream.EventSubjects;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.BatchElement;
import io.bactrian.cloudevents.BatchTooLargeException;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.ContentMode;
import io.bactrian.cloudevents.HttpBinding;
import io.bactrian.cloudevents.HttpHeaders;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonFormat;
import io.bactrian.cloudevents.UnsupportedEventFormatException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads the request of the CloudEvents endpoint, in any content mode. The body of the exchange becomes a
 * {@link CloudEvent}, or a list of them for a batch.
 */
public final class ReadCloudEvent implements Processor {

    /** {@code {name}} of the CloudEvents endpoint. */
    public static final String NAME = "cloudevents";

    static final String ACCEPT_POST = "application/cloudevents+json, application/cloudevents-batch+json, */*";

    private final EventOrigin origin;
    private final AnswerSettings answer;
    private final int maxBatch;

    /** Reads {@code bactrian.events.*}, {@code bactrian.ack*} and {@code bactrian.nats.*}; registers the path. */
    public ReadCloudEvent(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        this.origin = new EventOrigin(NAME, JournalService.subject(config), JournalService.structured(config));
        this.answer = new AnswerSettings(
                config.parse("bactrian.ack", AckMode::of), config.duration("bactrian.ack-timeout"), 0, null);
        this.maxBatch = maxBatch(config);
        IntakePaths.of(context)
                .add(new IntakePath(EventPath.endpoint(config), NAME, config.bytes("bactrian.http.max-body", 1)));
        Meters.of(context).register(NAME);
        Meters.of(context).register(IntakeServer.UNKNOWN);
        EventSubjects.of(context).add(NAME, origin.subject());
    }

    /** @return events a batch may have */
    public static int maxBatch(BactrianConfig config) {
        return config.integer("bactrian.events.max-batch", 1, 100_000);
    }

    @Override
    public void process(Exchange exchange)
            throws ProblemException, InvalidCloudEventException, UnsupportedEventFormatException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        byte[] content = request.content();
        exchange.setProperty(EventProperties.ORIGIN, origin);
        exchange.setProperty(EventProperties.ANSWER, answer);
        exchange.setProperty(EventProperties.COMPLETE_ON, request.eventLoop());
        switch (ContentMode.of(request.header("Content-Type"))) {
            case BINARY -> exchange.getMessage().setBody(HttpBinding.readBinary(headers(request), content));
            case STRUCTURED -> exchange.getMessage().setBody(JsonFormat.read(content));
            case BATCH -> {
                if (Preferences.of(request.headers("Prefer")).lenient()) {
                    lenientBatch(exchange, content);
                } else {
                    batch(exchange, content);
                }
            }
        }
    }

    private static HttpHeaders headers(IntakeRequest request) {
        return request::eachHeader;
    }

    private void batch(Exchange exchange, byte[] body) throws ProblemException, InvalidCloudEventException {
        try {
            Batches.accept(exchange, JsonFormat.readBatch(body, maxBatch));
        } catch (BatchTooLargeException e) {
            throw Batches.tooLarge(maxBatch);
        }
    }

    private void lenientBatch(Exchange exchange, byte[] body) throws ProblemException, InvalidCloudEventException {
        LenientBatch lenient = new LenientBatch();
        List<CloudEvent> events = new ArrayList<>();
        try {
            for (BatchElement element : JsonFormat.readBatchLenient(body, maxBatch)) {
                if (element.event() == null) {
                    lenient.refuse(element.index(), IntakeProblems.invalid(element.violations()));
                } else {
                    lenient.keep(element.index());
                    events.add(element.event());
                }
            }
        } catch (BatchTooLargeException e) {
            throw Batches.tooLarge(maxBatch);
        }
        if (!lenient.refused().isEmpty() || !events.isEmpty()) {
            exchange.setProperty(EventProperties.LENIENT_BATCH, lenient);
            exchange.getMessage().setBody(events);
        } else {
            Batches.accept(exchange, events);
        }
    }
}
