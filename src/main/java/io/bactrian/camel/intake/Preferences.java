package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The {@code Prefer} header of a request (RFC 7240). What is not understood is ignored, as the RFC asks.
 *
 * @param waitSeconds of {@code wait=N}, or -1
 * @param lenient whether {@code handling=lenient} was asked for
 */
public record Preferences(int waitSeconds, boolean lenient) {

    static final Preferences NONE = new Preferences(-1, false);

    private static final int LONGEST_WAIT = 86_400;

    /** @param values all {@code Prefer} headers of the request */
    public static Preferences of(List<String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        int wait = -1;
        boolean lenient = false;
        for (String preference : String.join(",", values).split(",", -1)) {
            String p = preference.trim().toLowerCase(Locale.ROOT);
            if (p.startsWith("wait=") && wait < 0) {
                wait = seconds(p.substring("wait=".length()).replace("\"", ""));
            } else if (p.equals("handling=lenient")) {
                lenient = true;
            }
        }
        return new Preferences(wait, lenient);
    }

    private static int seconds(String text) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            return -1;
        }
        return Math.min(LONGEST_WAIT, Integer.parseInt(text));
    }

    boolean waits() {
        return waitSeconds >= 0;
    }

    /** @return the time to wait, at most {@code cap} */
    Duration waitAtMost(Duration cap) {
        Duration asked = Duration.ofSeconds(waitSeconds);
        return asked.compareTo(cap) < 0 ? asked : cap;
    }
}
