package io.bactrian.jetstream;

import java.util.regex.Pattern;

/** Takes user information out of URLs before they are shown. */
public final class Redaction {
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s,]*@");

    private Redaction() {}

    /** @return the text with {@code ***} for the user information of each URL in it */
    public static String redact(String text) {
        return USER_INFO.matcher(text).replaceAll("://***@");
    }
}
