package io.bactrian.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;

/** Makes the CloudEvent of a webhook's request: the body is its data, byte for byte. Thread-safe. */
public final class WebhookMapping {

    private static final List<String> NEVER_KEPT = List.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "nats-*",
            "camel*",
            "x-hub-signature*",
            "x-shopify-hmac-*",
            "x-gitlab-token",
            "x-slack-signature",
            "x-twilio-signature",
            "stripe-signature",
            "webhook-signature",
            "svix-signature");

    private final String webhook;
    private final Preset preset;
    private final AttributeMapping id;
    private final AttributeMapping source;
    private final AttributeMapping type;
    private final AttributeMapping subject;
    private final MappingOptions given;
    private final List<String> keepHeaders;

    private WebhookMapping(String webhook, Preset preset, MappingOptions options) {
        this.webhook = webhook;
        this.preset = preset;
        this.given = options;
        this.id = mapping("id", options.id(), preset.id());
        this.source = mapping("source", options.source(), preset.source());
        this.type = mapping("type", options.type(), preset.type());
        this.subject = mapping("eventSubject", options.eventSubject(), preset.subject());
        this.keepHeaders = options.keepHeaders().isEmpty() ? preset.keepHeaders() : options.keepHeaders();
    }

    /**
     * @param webhook its name
     * @param scheme the verifier's, which brings a preset
     * @throws IllegalArgumentException for an expression that cannot work
     */
    public static WebhookMapping of(String webhook, String scheme, MappingOptions options) {
        return new WebhookMapping(webhook, Preset.of(scheme), options);
    }

    private static AttributeMapping mapping(String parameter, String given, Finder otherwise) {
        return given.isBlank() ? AttributeMapping.of(otherwise) : AttributeMapping.parse(parameter, given.trim());
    }

    /** @return the status that the provider wants for a success, or 0 */
    public int successStatus() {
        return preset.successStatus();
    }

    /** @return the body that the provider wants for a success, or null */
    public String successBody() {
        return preset.successBody();
    }

    /**
     * What became of a request.
     *
     * @param keptHeaders to be passed on, names as sent
     * @param idFromIdempotencyKey the id is the sender's own {@code Idempotency-Key}
     */
    public record Mapped(CloudEvent event, List<Map.Entry<String, String>> keptHeaders, boolean idFromIdempotencyKey) {}

    /**
     * @param simple evaluates what follows {@code simple:}
     * @throws InvalidCloudEventException when a mapped value cannot be an attribute
     */
    public Mapped toEvent(WebhookRequest request, Function<String, String> simple) throws InvalidCloudEventException {
        String eventId = id.resolve(request, simple);
        boolean own = false;
        if (eventId == null) {
            eventId = ownKey(request);
            own = eventId != null;
        }
        if (eventId == null) {
            eventId = UUID.randomUUID().toString();
        }
        String eventSource = source.resolve(request, simple);
        String eventType = type.resolve(request, simple);
        String eventSubject = subject.resolve(request, simple);
        CloudEvent event;
        try {
            event = event(request, eventId, eventSource, eventType, eventSubject);
        } catch (InvalidCloudEventException e) {
            // what a preset found in the body may be no attribute; that is no reason to refuse a provider's event
            event = event(
                    request,
                    eventId,
                    given.source().isBlank() ? null : eventSource,
                    given.type().isBlank() ? null : eventType,
                    given.eventSubject().isBlank() ? null : eventSubject);
        }
        return new Mapped(event, keptHeaders(request), own);
    }

    private CloudEvent event(WebhookRequest request, String id, String source, String type, String subject)
            throws InvalidCloudEventException {
        CloudEvent.Builder event = CloudEvent.builder()
                .id(id)
                .source(source == null ? "/hooks/" + webhook : source)
                .type(type == null ? "webhook." + webhook : type)
                .subject(subject)
                .time(time(request))
                .dataContentType(request.header("Content-Type"));
        if (request.body().length > 0) {
            event.data(request.body());
        }
        return event.build();
    }

    /** When it happened, where the provider says it in a form that is understood, else when it came. */
    private Instant time(WebhookRequest request) {
        Instant happened = SignedTime.parse(preset.time().find(request));
        return happened == null ? request.receivedAt() : happened;
    }

    private List<Map.Entry<String, String>> keptHeaders(WebhookRequest request) {
        if (keepHeaders.isEmpty()) {
            return List.of();
        }
        List<Map.Entry<String, String>> kept = new ArrayList<>();
        for (Map.Entry<String, String> header : request.allHeaders()) {
            if (matches(keepHeaders, header.getKey()) && mayBeKept(header.getKey())) {
                kept.add(Map.entry(header.getKey(), header.getValue()));
            }
        }
        return kept;
    }

    /** The draft writes the key as a quoted string; most senders do not. */
    private static String ownKey(WebhookRequest request) {
        String key = request.header("Idempotency-Key");
        if (key != null && key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        return key == null || key.isEmpty() ? null : key;
    }

    private boolean mayBeKept(String header) {
        return !matches(NEVER_KEPT, header) && !header.equalsIgnoreCase(given.credentialHeader());
    }

    private static boolean matches(List<String> patterns, String name) {
        for (String pattern : patterns) {
            boolean prefix = pattern.endsWith("*");
            int length = prefix ? pattern.length() - 1 : pattern.length();
            if (name.regionMatches(true, 0, pattern, 0, length) && (prefix || name.length() == length)) {
                return true;
            }
        }
        return false;
    }
}
