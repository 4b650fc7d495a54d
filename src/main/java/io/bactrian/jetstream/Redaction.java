package io.bactrian.jetstream;

import java.util.regex.Pattern;

/** Takes user information out of URLs before they are shown. */
final class Redaction {
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s,]*@");

    private Redaction() {}

    static String redact(String text) {
        return USER_INFO.matcher(text).replaceAll("://***@");
    }
}
