package io.bactrian.webhook;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** How far a signed timestamp may be off, in both directions: an old one is a replay, one to come would be good for long. */
record SignedTime(Duration tolerance, Clock clock) {

    /** From here on a number counts milliseconds: as seconds it would be after the year 5000. */
    private static final long MILLISECONDS = 100_000_000_000L;

    private static final int MAX_LENGTH = 40;

    /** @throws UnauthorizedException when it is no timestamp or too far from now */
    void check(String text, String where) throws UnauthorizedException {
        Instant signed = parse(text);
        if (signed == null) {
            throw UnauthorizedException.malformed("The timestamp in " + where + " cannot be read.");
        }
        if (Duration.between(signed, clock.instant()).abs().compareTo(tolerance) > 0) {
            throw new UnauthorizedException(
                    UnauthorizedException.Reason.OUT_OF_TIME,
                    "The timestamp in " + where + " is more than " + tolerance.toSeconds()
                            + " s away from the time here.");
        }
    }

    /** @return seconds or milliseconds since 1970, or RFC 3339; null when it is neither */
    static Instant parse(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                long number = Long.parseLong(text);
                return number < MILLISECONDS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }
}
