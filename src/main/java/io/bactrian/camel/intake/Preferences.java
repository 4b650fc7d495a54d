package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.bactrian.camel.http.IntakeRequest;
import org.apache.camel.Exchange;

/**
 * The {@code Prefer} header of a request (RFC 7240). What is not understood is ignored, and of a repeated preference the
 * first one counts, as the RFC asks.
 *
 * @param waitSeconds of {@code wait=N}, or -1
 * @param lenient whether {@code handling=lenient} was asked for
 * @param async whether {@code respond-async} was asked for: not to wait for NATS, or not longer than {@code wait}
 */
public record Preferences(int waitSeconds, boolean lenient, boolean async) {

    static final Preferences NONE = new Preferences(-1, false, false);

    private static final int LONGEST_WAIT = 86_400;

    /** @param values all {@code Prefer} headers of the request */
    public static Preferences of(List<String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        int wait = -1;
        String handling = null;
        boolean async = false;
        for (String preference : String.join(",", values).split(",", -1)) {
            // parameters of a preference follow a semicolon; none is defined for these
            String p = preference.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
            int equals = p.indexOf('=');
            String name = equals < 0 ? p : p.substring(0, equals).trim();
            String value = equals < 0 ? "" : unquoted(p.substring(equals + 1).trim());
            switch (name) {
                case "wait" -> wait = wait < 0 ? seconds(value) : wait;
                case "handling" -> handling = handling == null ? value : handling;
                case "respond-async" -> async = true;
                default -> {
                    // ignored
                }
            }
        }
        return new Preferences(wait, "lenient".equals(handling), async);
    }

    /** @return what the sender of this exchange prefers */
    static Preferences of(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        return request == null ? NONE : of(request.headers("Prefer"));
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static int seconds(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return text.chars().reduce(0, (seconds, digit) -> Math.min(LONGEST_WAIT, seconds * 10 + digit - '0'));
    }

    /** @return the same where there is nothing to wait for, or nothing but the PubAck */
    Preferences withoutWaiting() {
        return new Preferences(-1, lenient, false);
    }

    boolean waits() {
        return waitSeconds >= 0;
    }

    /** @return the time to wait, at most {@code cap} */
    Duration waitAtMost(Duration cap) {
        Duration asked = Duration.ofSeconds(waitSeconds);
        return asked.compareTo(cap) < 0 ? asked : cap;
    }

    /**
     * The value of {@code Preference-Applied}.
     *
     * @param status of the answer
     * @param waited how long it may have been waited
     * @param leniently whether only the valid elements of a batch were taken
     * @return null when no preference was applied
     */
    String applied(int status, Duration waited, boolean leniently) {
        List<String> applied = new ArrayList<>(3);
        if (async && status == 202) {
            applied.add("respond-async");
        }
        if (waits() && (status == 201 || status == 202 || status == 207)) {
            applied.add("wait=" + waited.toSeconds());
        }
        if (lenient && leniently) {
            applied.add("handling=lenient");
        }
        return applied.isEmpty() ? null : String.join(", ", applied);
    }
}
