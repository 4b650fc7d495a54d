package io.bactrian.jetstream;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * JetStream's error codes that a publish can meet, by what to do about them. Names, codes and descriptions are those of
 * nats-server's {@code server/errors.json}; the last column says why the code is in its class.
 */
enum ServerError {
    JS_NOT_ENABLED(10076, ErrorClass.NO_STREAM, "the server runs without JetStream"),
    JS_NOT_ENABLED_FOR_ACCOUNT(10039, ErrorClass.NO_STREAM, "the account has no JetStream"),
    JS_NO_ACCOUNT(10035, ErrorClass.NO_STREAM, "the account is not known to JetStream"),
    JS_STREAM_NOT_FOUND(10059, ErrorClass.NO_STREAM, "the stream was deleted"),

    JS_STREAM_STORE_FAILED(10077, ErrorClass.CAPACITY, "full with discard new, or the store failed"),
    JS_INSUFFICIENT_RESOURCES(10023, ErrorClass.CAPACITY, "JetStream is out of resources"),
    JS_STORAGE_RESOURCES_EXCEEDED(10047, ErrorClass.CAPACITY, "JetStream is out of disk"),
    JS_MEMORY_RESOURCES_EXCEEDED(10028, ErrorClass.CAPACITY, "JetStream is out of memory"),
    JS_ACCOUNT_RESOURCES_EXCEEDED(10002, ErrorClass.CAPACITY, "the account's limit is reached"),
    JS_STREAM_MAX_STREAM_BYTES_EXCEEDED(10122, ErrorClass.CAPACITY, "the account's limit for a stream is reached"),
    JS_STREAM_TOO_MANY_REQUESTS(10167, ErrorClass.CAPACITY, "the stream asks for a slower publisher"),
    JS_ATOMIC_PUBLISH_TOO_MANY_INFLIGHT(10210, ErrorClass.CAPACITY, "too many batches are open"),
    JS_BATCH_PUBLISH_TOO_MANY_INFLIGHT(10211, ErrorClass.CAPACITY, "too many batches are open"),

    JS_CLUSTER_NOT_AVAILABLE(10008, ErrorClass.CLUSTER, "no meta leader"),
    JS_CLUSTER_INCOMPLETE(10004, ErrorClass.CLUSTER, "not all servers have answered"),
    JS_CLUSTER_NO_PEERS(10005, ErrorClass.CLUSTER, "too few servers are up"),
    JS_CLUSTER_NOT_ASSIGNED(10007, ErrorClass.CLUSTER, "the server does not hold the stream now"),
    JS_CLUSTER_NOT_LEADER(10009, ErrorClass.CLUSTER, "the stream has no leader or another one"),
    JS_STREAM_OFFLINE(10118, ErrorClass.CLUSTER, "too few replicas are up"),
    JS_STREAM_OFFLINE_REASON(10194, ErrorClass.CLUSTER, "a replica needs a newer server"),
    JS_STREAM_MOVE_IN_PROGRESS(10124, ErrorClass.CLUSTER, "the stream is moving"),
    JS_STREAM_DUPLICATE_MESSAGE_CONFLICT(10158, ErrorClass.CLUSTER, "the first copy is being stored right now"),
    JS_STREAM_EXPECTED_LAST_SEQ_NOT_READY(10163, ErrorClass.CLUSTER, "the stream is catching up"),

    JS_STREAM_MESSAGE_EXCEEDS_MAXIMUM(10054, ErrorClass.EVENT, "larger than the stream's max_msg_size"),
    JS_STREAM_HEADER_EXCEEDS_MAXIMUM(10097, ErrorClass.EVENT, "headers of more than 64 KiB"),
    JS_STREAM_ROLLUP_FAILED(10111, ErrorClass.EVENT, "a rollup header the stream does not allow"),
    JS_MESSAGE_TTL_INVALID(10165, ErrorClass.EVENT, "a TTL header the server cannot read"),
    JS_MESSAGE_TTL_DISABLED(10166, ErrorClass.EVENT, "a TTL header the stream does not allow"),
    JS_MESSAGE_SCHEDULES_DISABLED(10188, ErrorClass.EVENT, "a schedule header the stream does not allow"),
    JS_MESSAGE_SCHEDULES_PATTERN_INVALID(10189, ErrorClass.EVENT, "a schedule header the server cannot read"),
    JS_MESSAGE_SCHEDULES_TARGET_INVALID(10190, ErrorClass.EVENT, "a schedule header with a wrong target"),
    JS_MESSAGE_SCHEDULES_TTL_INVALID(10191, ErrorClass.EVENT, "a schedule header with a wrong TTL"),
    JS_MESSAGE_SCHEDULES_ROLLUP_INVALID(10192, ErrorClass.EVENT, "a schedule header with a wrong rollup"),
    JS_STREAM_EXPECTED_LAST_SEQ_INVALID(10193, ErrorClass.EVENT, "an expected-sequence header is incomplete"),
    JS_MESSAGE_SOURCE_HEADER_NOT_ALLOWED(10227, ErrorClass.EVENT, "a source header the stream does not allow"),

    JS_STREAM_NOT_MATCH(10060, ErrorClass.CONFIGURATION, "another stream covers the subject than the expected one"),
    JS_STREAM_WRONG_LAST_MSG_ID(10070, ErrorClass.CONFIGURATION, "somebody else writes to the stream"),
    JS_STREAM_WRONG_LAST_SEQUENCE(10071, ErrorClass.CONFIGURATION, "somebody else writes to the stream"),
    JS_STREAM_WRONG_LAST_SEQUENCE_CONSTANT(10164, ErrorClass.CONFIGURATION, "somebody else writes to the stream"),
    JS_STREAM_SEALED(10109, ErrorClass.CONFIGURATION, "the stream is sealed"),
    JS_STREAM_INVALID_CONFIG(10052, ErrorClass.CONFIGURATION, "the stream's configuration is invalid"),
    JS_NO_LIMITS(10120, ErrorClass.CONFIGURATION, "the account has no limits for this number of replicas"),
    JS_MESSAGE_INCREMENT_MISSING(10169, ErrorClass.CONFIGURATION, "the stream is made for counters");

    /** What 10077 says when the message itself cannot be stored, at any time (nats-server's ErrMsgTooLarge). */
    private static final String TOO_LARGE_FOR_THE_STORE = "message too large";

    private static final Map<Integer, ServerError> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(error -> error.code, Function.identity()));

    private final int code;
    private final ErrorClass errorClass;
    private final String reason;

    ServerError(int code, ErrorClass errorClass, String reason) {
        this.code = code;
        this.errorClass = errorClass;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    ErrorClass errorClass() {
        return errorClass;
    }

    String reason() {
        return reason;
    }

    /** The class of an answer; a code that is not in the table is {@link ErrorClass#UNKNOWN}. */
    static ErrorClass classify(int code, String description) {
        if (code == JS_STREAM_STORE_FAILED.code
                && description != null
                && description.contains(TOO_LARGE_FOR_THE_STORE)) {
            return ErrorClass.EVENT;
        }
        ServerError known = BY_CODE.get(code);
        return known == null ? ErrorClass.UNKNOWN : known.errorClass;
    }
}
