package io.bactrian.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;

/** Makes the CloudEvent of a webhook's request: the body is its data, byte for byte. Thread-safe. */
public final class WebhookMapping {

    private static final List<String> NEVER_KEPT =
            List.of("authorization", "proxy-authorization", "cookie", "nats-*", "camel*", "x-hub-signature*");

    private final String webhook;
    private final Preset preset;
    private final List<AttributeMapping> id;
    private final List<AttributeMapping> source;
    private final List<AttributeMapping> type;
    private final List<AttributeMapping> subject;
    private final String typePrefix;
    private final List<String> keepHeaders;

    private WebhookMapping(String webhook, Preset preset, MappingOptions options) {
        this.webhook = webhook;
        this.preset = preset;
        this.id = mappings("id", options.id(), preset.id());
        this.source = mappings("source", options.source(), preset.source());
        this.type = mappings("type", options.type(), preset.type());
        this.typePrefix = options.type().isBlank() ? preset.typePrefix() : "";
        this.subject = mappings("eventSubject", options.eventSubject(), preset.subject());
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

    private static List<AttributeMapping> mappings(String parameter, String given, List<String> otherwise) {
        List<String> expressions = given.isBlank() ? otherwise : List.of(given.trim());
        return expressions.stream()
                .map(expression -> AttributeMapping.parse(parameter, expression))
                .toList();
    }

    /** @return the status that the provider wants for a success, or 0 */
    public int successStatus() {
        return preset.successStatus();
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
        String eventId = first(id, request, simple);
        boolean own = false;
        if (eventId == null) {
            eventId = ownKey(request);
            own = eventId != null;
        }
        String eventSource = first(source, request, simple);
        String eventType = first(type, request, simple);
        CloudEvent.Builder event = CloudEvent.builder()
                .id(eventId == null ? UUID.randomUUID().toString() : eventId)
                .source(eventSource == null ? "/hooks/" + webhook : eventSource)
                .type(eventType == null ? "webhook." + webhook : typePrefix + eventType)
                .subject(first(subject, request, simple))
                .time(request.receivedAt())
                .dataContentType(request.header("Content-Type"));
        if (request.body().length > 0) {
            event.data(request.body());
        }
        return new Mapped(event.build(), keptHeaders(request), own);
    }

    /** The draft writes the key as a quoted string; most senders do not. */
    private static String ownKey(WebhookRequest request) {
        String key = request.header("Idempotency-Key");
        if (key != null && key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        return key == null || key.isEmpty() ? null : key;
    }

    private static String first(
            List<AttributeMapping> mappings, WebhookRequest request, Function<String, String> simple) {
        for (AttributeMapping mapping : mappings) {
            String value = mapping.resolve(request, simple);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private List<Map.Entry<String, String>> keptHeaders(WebhookRequest request) {
        if (keepHeaders.isEmpty()) {
            return List.of();
        }
        List<Map.Entry<String, String>> kept = new ArrayList<>();
        for (Map.Entry<String, String> header : request.allHeaders()) {
            if (matches(keepHeaders, header.getKey()) && !matches(NEVER_KEPT, header.getKey())) {
                kept.add(Map.entry(header.getKey(), header.getValue()));
            }
        }
        return kept;
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
