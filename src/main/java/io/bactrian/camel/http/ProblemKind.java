package io.bactrian.camel.http;

import java.util.Locale;

/** Every kind of error answer: its slug (the name in lower case with hyphens), status, title and whether to retry. */
public enum ProblemKind {
    INVALID_CLOUDEVENT(400, "The request is not a valid CloudEvent"),
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHORIZED(401, "The credential is missing or wrong"),
    FORBIDDEN(403, "The credential does not allow this"),
    UNKNOWN_WEBHOOK(404, "There is no webhook of this name"),
    NOT_FOUND(404, "There is nothing here"),
    EVENT_NOT_FOUND(404, "No event of this id is known"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    WEBHOOK_RETIRED(410, "The webhook is retired"),
    PAYLOAD_TOO_LARGE(413, "The payload is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type or encoding is not understood"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used with another payload"),
    RATE_LIMITED(429, "Too many requests"),
    INTERNAL_ERROR(500, "The gateway failed"),
    NATS_REFUSED(502, "NATS will never take this event"),
    NATS_UNAVAILABLE(503, "NATS does not take the event now"),
    JOURNAL_FULL(503, "The journal is full"),
    JOURNAL_UNAVAILABLE(503, "The journal cannot accept events"),
    OVERLOADED(503, "Too many requests are in progress"),
    STOPPING(503, "The gateway is starting or stopping"),
    DEADLINE_EXCEEDED(503, "The request took too long");

    private final int status;
    private final String title;
    private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** @return what a 4xx answer that a route made itself is counted as */
    static ProblemKind ofRefusal(int status) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 410 -> WEBHOOK_RETIRED;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> RATE_LIMITED;
            default -> INVALID_REQUEST;
        };
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** @return such as {@code journal-full}: the end of the type and the {@code reason} label of metrics */
    public String slug() {
        return slug;
    }

    public String type() {
        return "urn:bactrian:problem:" + slug;
    }

    /** @return whether the very same request may succeed later: our own trouble, and 429 */
    public boolean retryable() {
        return status == 429 || status == 503 || status == 500;
    }
}
