package io.bactrian.camel;

/**
 * Names by which the steps of Bactrian's routes speak to each other, and by which a route of yours can read and set
 * what they use. Exchange properties start with {@code Bactrian}; headers of the {@code jetstream:} component start with
 * {@code CamelJetStream} and are removed from whatever a client sends.
 */
public final class EventProperties {

    /** Exchange property, {@code EventOrigin}: the webhook an event belongs to and where it is published. */
    public static final String ORIGIN = "BactrianOrigin";

    /** Exchange property, String: name of the webhook, on the exchanges of the deliver route. */
    public static final String WEBHOOK = "BactrianWebhook";

    /**
     * Exchange property, String: subject of the certificate that the client has shown and the server verified, as RFC 2253
     * writes it; absent where it showed none. No request header sets it.
     */
    public static final String CLIENT_SUBJECT = "BactrianClientSubject";

    /** Exchange property, String: identity of the event (43 characters), the key of the idempotent consumer. */
    public static final String EVENT_KEY = "BactrianEventKey";

    /** Exchange property, Boolean: {@code ack=processed-only}, the event goes straight to NATS and is not kept here. */
    public static final String FORWARDED = "BactrianStraightToNats";

    /** Exchange property, Boolean: the body is a list of events. */
    public static final String BATCH = "BactrianBatch";

    /** Exchange property, list of String: JSON pointer of each event of a batch; absent where it is the index. */
    public static final String BATCH_POINTERS = "BactrianBatchPointers";

    /** Exchange property, {@code FilteredEvents}: what a webhook's filter has taken out of a batch. */
    public static final String FILTERED = "BactrianFiltered";

    /** Exchange property, {@code journal.Reservation} or a list of them: set by the repository, used up by the append. */
    public static final String RESERVATION = "BactrianReservation";

    /** Exchange property, {@code journal.Appended} or a list of them: set by {@code journal:} once it is durable. */
    public static final String APPENDED = "BactrianAppended";

    /** Exchange property, {@code journal.PendingEvent}: what the deliver route is working on. */
    public static final String PENDING_EVENT = "BactrianPendingEvent";

    /** Exchange property, String: the message id of a pending event that was replayed or repaired, with its epoch. */
    public static final String REPLAYED_ID = "BactrianReplayedId";

    /** Exchange property, Boolean: the event was made dead, durably. */
    public static final String DEAD = "BactrianDead";

    /** Exchange property, String: the id of the resource of an event that was made dead, for logs. */
    public static final String EVENT_ID = "BactrianEventId";

    /** Exchange property, list of name and value: HTTP headers to pass on to NATS, names as sent. */
    public static final String KEPT_HEADERS = "BactrianKeptHeaders";

    /** Exchange property, {@code Executor}: where {@code journal:} completes the exchange, such as an event loop. */
    public static final String COMPLETE_ON = "BactrianCompleteOn";

    /** Exchange property, Integer: how often this event has been emitted before, 0 the first time. */
    public static final String ATTEMPTS = "BactrianAttempts";

    /** Exchange property, Boolean: {@code bactrian.delivery.max-attempts} is reached with this attempt. */
    public static final String LAST_ATTEMPT = "BactrianLastAttempt";

    /** Exchange property, Throwable: how the last publish that failed did so; those below say more of it. */
    public static final String PUBLISH_FAILURE = "BactrianPublishFailure";

    /** Exchange property, String: what kind of failure it was; the {@code class} of {@code lastError}. */
    public static final String FAILURE_CLASS = "BactrianFailureClass";

    /** Exchange property, Boolean: the failure concerns only this event's subject, others may go on. */
    public static final String FAILURE_OF_SUBJECT = "BactrianFailureOfSubject";

    /** Exchange property, Boolean: nobody knows whether this failure will ever end, so its retries are counted. */
    public static final String FAILURE_IS_UNKNOWN = "BactrianFailureIsUnknown";

    /** Exchange property, Boolean: nothing was sent, because too much is on its way already. */
    public static final String FAILURE_OF_WINDOW = "BactrianFailureOfWindow";

    /** Exchange property, Boolean: less at a time may succeed. */
    public static final String FAILURE_OF_CONGESTION = "BactrianFailureOfCongestion";

    /** Exchange property, Instant: the message may have been published before by another process, not before this. */
    public static final String SENT_AFTER = "BactrianSentAfter";

    /** Exchange property, Instant: the same, not after this. */
    public static final String SENT_BEFORE = "BactrianSentBefore";

    /** Header, String: NATS subject to publish to. */
    public static final String SUBJECT = "CamelJetStreamSubject";

    /** Header, String: {@code Nats-Msg-Id}. */
    public static final String MESSAGE_ID = "CamelJetStreamMessageId";

    /** Header, String: {@code binary} or {@code structured}. */
    public static final String MODE = "CamelJetStreamMode";

    /** Header, String: name of the stream that stored the message, from its PubAck. */
    public static final String STREAM = "CamelJetStreamStream";

    /** Header, Long: sequence in that stream, from its PubAck. */
    public static final String SEQUENCE = "CamelJetStreamSequence";

    /** Header, Boolean: the stream had the message already, from its PubAck. */
    public static final String DUPLICATE = "CamelJetStreamDuplicate";

    /** Exchange property, {@code AnswerSettings}: what the sender of this webhook is to be told. */
    public static final String ANSWER = "BactrianAnswer";

    /** Exchange property, {@code TextPatterns}: which sources its events may have; any when absent. */
    public static final String ALLOWED_SOURCES = "BactrianAllowedSources";

    /** Exchange property, {@code LenientBatch}: a batch of which only the valid elements are accepted. */
    public static final String LENIENT_BATCH = "BactrianLenientBatch";

    /**
     * Exchange property: the id of the event is the sender's own {@code Idempotency-Key}. Boolean at intake, Long with
     * the fingerprint of the data in the deliver route.
     */
    public static final String OWN_KEY = "BactrianOwnKey";

    /** Prefix of kept HTTP headers on NATS. */
    public static final String HTTP_HEADER_PREFIX = "Http-";

    private EventProperties() {}
}
