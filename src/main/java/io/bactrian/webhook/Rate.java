package io.bactrian.webhook;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests are allowed in which time; as many may come at once.
 *
 * @param requests 1 to 1,000,000
 * @param per a second or a minute
 */
public record Rate(int requests, Duration per) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,7})(/s|/min)?");
    private static final int MAX = 1_000_000;

    public Rate {
        if (requests < 1 || requests > MAX) {
            throw new IllegalArgumentException("expected a rate from 1 to " + MAX + " requests");
        }
    }

    /**
     * @param text such as {@code 5} or {@code 5/s} (a second), or {@code 300/min}
     * @throws IllegalArgumentException saying what was expected
     */
    public static Rate parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected a rate such as 5, 5/s or 300/min");
        }
        Duration per = "/min".equals(m.group(2)) ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
        return new Rate(Integer.parseInt(m.group(1)), per);
    }

    /**
     * A rate as the handshake speaks of it.
     *
     * @param text a number of requests a minute
     * @throws IllegalArgumentException saying what was expected
     */
    public static Rate perMinute(String text) {
        if (!text.matches("\\d{1,7}")) {
            throw new IllegalArgumentException("expected a number of requests a minute, or *");
        }
        return new Rate(Integer.parseInt(text), Duration.ofMinutes(1));
    }
}
