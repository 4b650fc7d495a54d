package io.bactrian.camel.webhook;

import java.util.List;
import java.util.function.Function;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.intake.AckMode;
import io.bactrian.camel.intake.AnswerSettings;
import io.bactrian.camel.intake.Batches;
import io.bactrian.camel.intake.ReadCloudEvent;
import io.bactrian.camel.jetstream.EventSubjects;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.SubjectTemplate;
import io.bactrian.webhook.Expressions;
import io.bactrian.webhook.MappingOptions;
import io.bactrian.webhook.WebhookMapping;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the CloudEvent of a webhook's request, configured by the parameters of its template. */
public final class NormaliseStep extends WebhookStep {
    private static final Logger LOG = LoggerFactory.getLogger(NormaliseStep.class);

    private String verify = "";
    private String id = "";
    private String source = "";
    private String type = "";
    private String eventSubject = "";
    private String subject = "";
    private String mode = "";
    private String ack = "";
    private String ackTimeout = "";
    private String successStatus = "";
    private String successBody = "";
    private String keepHeaders = "";
    private String header = "";
    private String split = "";
    private WebhookMapping mapping;
    private ArraySplit elements;
    private EventOrigin origin;
    private AnswerSettings answer;
    private SimpleMappings simple;

    @Override
    protected void doInit() {
        BactrianConfig config = BactrianConfig.of(getCamelContext());
        simple = new SimpleMappings(getCamelContext(), name);
        simple.add("id", id);
        simple.add("source", source);
        simple.add("type", type);
        simple.add("eventSubject", eventSubject);
        mapping = mapping();
        if (mapping.hasOneId()) {
            LOG.warn("Every event of a webhook but the first is a duplicate: webhook={} id={}", name, id.trim());
        }
        elements = split.isBlank()
                ? null
                : parse("split", split.trim(), text -> ArraySplit.parse(text, ReadCloudEvent.maxBatch(config)));
        origin = new EventOrigin(
                name,
                subject.isBlank() ? JournalService.subject(config) : parse("subject", subject, SubjectTemplate::parse),
                mode.isBlank() ? JournalService.structured(config) : parse("mode", mode, NormaliseStep::structured));
        EventSubjects.of(getCamelContext()).add(name, origin.subject());
        answer = new AnswerSettings(
                ack.isBlank() ? config.parse("bactrian.ack", AckMode::of) : parse("ack", ack, AckMode::of),
                ackTimeout.isBlank()
                        ? config.duration("bactrian.ack-timeout")
                        : parse("ackTimeout", ackTimeout, Values::duration),
                successStatus.isBlank()
                        ? mapping.successStatus()
                        : parse("successStatus", successStatus, NormaliseStep::status),
                successBody.isEmpty() ? mapping.successBody() : successBody);
    }

    private WebhookMapping mapping() {
        try {
            return WebhookMapping.of(
                    name,
                    verify,
                    new MappingOptions(id, source, type, eventSubject, Values.list(keepHeaders), header.trim()),
                    simple.ofNothing());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("webhook " + name + ": " + e.getMessage(), e);
        }
    }

    private static boolean structured(String text) {
        return switch (text) {
            case "binary" -> false;
            case "structured" -> true;
            default -> throw new IllegalArgumentException("expected binary or structured");
        };
    }

    private static int status(String text) {
        if (!text.matches("2\\d\\d")) {
            throw new IllegalArgumentException("expected 200 to 299");
        }
        return Integer.parseInt(text);
    }

    private <T> T parse(String parameter, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "webhook " + name + ": " + parameter + "=" + text + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void handle(Exchange exchange) throws InvalidCloudEventException, ProblemException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        RequestView view = new RequestView(request, request.content());
        Expressions found = simple.of(exchange);
        WebhookMapping.Delivery delivery =
                elements == null ? mapping.delivery(view, found) : mapping.deliveryOfElements(view);
        exchange.setProperty(EventProperties.ORIGIN, origin);
        exchange.setProperty(EventProperties.ANSWER, answer);
        exchange.setProperty(EventProperties.COMPLETE_ON, request.eventLoop());
        exchange.setProperty(EventProperties.KEPT_HEADERS, delivery.keptHeaders());
        if (delivery.idFromIdempotencyKey() && (elements == null || !mapping.elementsHaveIds())) {
            exchange.setProperty(EventProperties.OWN_KEY, true);
        }
        if (elements == null) {
            exchange.getMessage().setBody(mapping.toEvent(view, delivery));
        } else {
            List<CloudEvent> events = elements.events(
                    view.body(), (element, index) -> mapping.toEvent(view, delivery, element, index, found));
            exchange.setProperty(EventProperties.BATCH_POINTERS, elements.pointers(events.size()));
            Batches.accept(exchange, events);
        }
    }

    public void setVerify(String verify) {
        this.verify = verify;
    }

    public void setId(String id) {
        this.id = id;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public void setType(String type) {
        this.type = type;
    }

    public void setEventSubject(String eventSubject) {
        this.eventSubject = eventSubject;
    }

    public void setSubject(String subject) {
        this.subject = subject;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }

    public void setAck(String ack) {
        this.ack = ack;
    }

    public void setAckTimeout(String ackTimeout) {
        this.ackTimeout = ackTimeout;
    }

    public void setSuccessStatus(String successStatus) {
        this.successStatus = successStatus;
    }

    public void setSuccessBody(String successBody) {
        this.successBody = successBody;
    }

    public void setKeepHeaders(String keepHeaders) {
        this.keepHeaders = keepHeaders;
    }

    public void setSplit(String split) {
        this.split = split;
    }

    public void setHeader(String header) {
        this.header = header;
    }
}
