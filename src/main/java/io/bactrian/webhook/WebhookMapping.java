package io.bactrian.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.HeaderValues;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.MediaType;

/** Makes the CloudEvent of a webhook's request: the body is its data, byte for byte. Thread-safe. */
public final class WebhookMapping {

    /** A timestamp of RFC 3339 has four digits for the year. */
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final String webhook;
    private final Preset preset;
    private final AttributeMapping id;

    /** What the id's expression makes of a request in which none of its parts is: two dashes, say. */
    private final String idOfNothing;

    private final AttributeMapping source;
    private final AttributeMapping type;
    private final AttributeMapping subject;
    private final MappingOptions given;
    private final KeptHeaders keptHeaders;

    private WebhookMapping(String webhook, Preset preset, MappingOptions options, Expressions nothing) {
        this.webhook = webhook;
        this.preset = preset;
        this.given = options;
        this.id = options.id().isBlank()
                ? AttributeMapping.ofRequest(preset.id())
                : AttributeMapping.parseId(options.id().trim());
        this.idOfNothing = id.resolveNothing(nothing);
        this.source = mapping("source", options.source(), preset.source());
        this.type = mapping("type", options.type(), preset.type());
        this.subject = mapping("eventSubject", options.eventSubject(), preset.subject());
        this.keptHeaders = new KeptHeaders(
                options.keepHeaders().isEmpty() ? preset.keepHeaders() : options.keepHeaders(),
                options.credentialHeader());
    }

    /**
     * @param webhook its name
     * @param scheme the verifier's, which brings a preset
     * @param nothing finds what the expressions make of a request with nothing in it
     * @throws IllegalArgumentException for an expression that cannot work
     */
    public static WebhookMapping of(String webhook, String scheme, MappingOptions options, Expressions nothing) {
        return new WebhookMapping(webhook, Preset.of(scheme), options, nothing);
    }

    private static AttributeMapping mapping(String parameter, String given, Finder otherwise) {
        return given.isBlank()
                ? AttributeMapping.ofRequest(otherwise)
                : AttributeMapping.parse(parameter, given.trim());
    }

    /** @return whether all events get one id, so that all but the first are duplicates */
    public boolean hasOneId() {
        return id.isLiteral();
    }

    /** @return the status that the provider wants for a success, or 0 */
    public int successStatus() {
        return preset.successStatus();
    }

    /** @return the body that the provider wants for a success, or null */
    public String successBody() {
        return preset.successBody();
    }

    /** @return whether each element of a body may bring an id of its own */
    public boolean elementsHaveIds() {
        return id.mayDiffer();
    }

    /**
     * What the events of one request share.
     *
     * @param id of the delivery, which is the event's id unless there are several
     * @param idFromIdempotencyKey the id is the sender's own {@code Idempotency-Key}
     * @param keptHeaders to be passed on, names as sent
     * @param source as found in the request, or null
     * @param type as found in the request, or null
     * @param subject as found in the request, or null
     * @param time when it happened
     */
    public record Delivery(
            String id,
            boolean idFromIdempotencyKey,
            List<Map.Entry<String, String>> keptHeaders,
            String source,
            String type,
            String subject,
            Instant time) {}

    /** Reads what a request with one event says of it. */
    public Delivery delivery(WebhookRequest request, Expressions expressions) {
        byte[] body = request.body();
        return delivery(
                request,
                id(request, body, expressions),
                source.resolve(request, body, expressions),
                type.resolve(request, body, expressions),
                subject.resolve(request, body, expressions));
    }

    /**
     * Reads what the elements of a body share, which nothing is that is looked for in each of them: what stands around
     * them at the same place is about something else.
     */
    public Delivery deliveryOfElements(WebhookRequest request) {
        return delivery(
                request, shared(id, request), shared(source, request), shared(type, request), shared(subject, request));
    }

    private static String shared(AttributeMapping mapping, WebhookRequest request) {
        return mapping.mayDiffer() ? null : mapping.resolve(request, request.body(), null);
    }

    private String id(WebhookRequest request, byte[] body, Expressions expressions) {
        String found = id.resolve(request, body, expressions);
        return found == null || found.equals(idOfNothing) ? null : found;
    }

    private Delivery delivery(
            WebhookRequest request, String foundId, String foundSource, String foundType, String foundSubject) {
        String deliveryId = foundId;
        boolean own = false;
        if (deliveryId == null) {
            deliveryId = ownKey(request);
            own = deliveryId != null;
        }
        return new Delivery(
                deliveryId == null ? UUID.randomUUID().toString() : deliveryId,
                own,
                keptHeaders.of(request),
                foundSource,
                foundType,
                foundSubject,
                time(request));
    }

    /** What was found for one event; null where there is nothing. */
    private record Attributes(String id, String source, String type, String subject) {}

    /**
     * The whole request as one event.
     *
     * @throws InvalidCloudEventException when a mapped value cannot be an attribute
     */
    public CloudEvent toEvent(WebhookRequest request, Delivery delivery) throws InvalidCloudEventException {
        return toEvent(
                request,
                request.body(),
                delivery,
                new Attributes(delivery.id(), delivery.source(), delivery.type(), delivery.subject()));
    }

    /**
     * One element of the request's body as an event. What a provider brings with it is read from the request, what a
     * parameter says from the element. An id that is not the element's own is told apart by its index: without that
     * all others would be taken for repeats of the first.
     *
     * @throws InvalidCloudEventException when a mapped value cannot be an attribute
     */
    public CloudEvent toEvent(
            WebhookRequest request, Delivery delivery, byte[] element, int index, Expressions expressions)
            throws InvalidCloudEventException {
        String found = id.mayDiffer() ? id(request, element, expressions) : null;
        String eventId = found == null ? delivery.id() : found;
        return toEvent(
                request,
                element,
                delivery,
                new Attributes(
                        found != null && id.isOfElement() ? found : eventId + "-" + index,
                        of(element, source, delivery.source(), request, expressions),
                        of(element, type, delivery.type(), request, expressions),
                        of(element, subject, delivery.subject(), request, expressions)));
    }

    private static String of(
            byte[] element, AttributeMapping mapping, String shared, WebhookRequest request, Expressions expressions) {
        return mapping.mayDiffer() ? mapping.resolve(request, element, expressions) : shared;
    }

    private CloudEvent toEvent(WebhookRequest request, byte[] data, Delivery delivery, Attributes found)
            throws InvalidCloudEventException {
        try {
            return build(request, data, delivery, found);
        } catch (InvalidCloudEventException e) {
            // what a preset found in the body may be no attribute; that is no reason to refuse a provider's event
            return build(
                    request,
                    data,
                    delivery,
                    new Attributes(
                            found.id(),
                            given.source().isBlank() ? null : found.source(),
                            given.type().isBlank() ? null : found.type(),
                            given.eventSubject().isBlank() ? null : found.subject()));
        }
    }

    private CloudEvent build(WebhookRequest request, byte[] data, Delivery delivery, Attributes found)
            throws InvalidCloudEventException {
        CloudEvent.Builder event = CloudEvent.builder()
                .id(found.id())
                .source(found.source() == null ? "/hooks/" + webhook : found.source())
                .type(found.type() == null ? "webhook." + webhook : found.type())
                .subject(found.subject())
                .time(delivery.time())
                .dataContentType(contentType(request));
        if (data.length > 0) {
            event.data(data);
        }
        return event.build();
    }

    /** One that is no media type is left out: a provider's sloppiness is no reason to refuse its event. */
    private static String contentType(WebhookRequest request) {
        String type = HeaderValues.text(request.header("Content-Type"));
        return type == null || MediaType.parse(type) == null ? null : type;
    }

    /** When it happened, where the provider says it in a form that is understood, else when it came. */
    private Instant time(WebhookRequest request) {
        Instant happened = SignedTime.parse(preset.time().find(request));
        return happened == null || happened.isBefore(EARLIEST) || happened.isAfter(LATEST)
                ? request.receivedAt()
                : happened;
    }

    /** The draft writes the key as a quoted string; most senders do not. */
    private static String ownKey(WebhookRequest request) {
        String key = HeaderValues.text(request.header("Idempotency-Key"));
        if (key != null && key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        return key == null || key.isEmpty() ? null : key;
    }
}
