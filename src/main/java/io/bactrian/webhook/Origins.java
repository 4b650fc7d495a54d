package io.bactrian.webhook;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Origins that may send, by the name in {@code WebHook-Request-Origin}: {@code *} for all, a name, or {@code *.} and a
 * domain for the names below it. An origin is asserted by its sender; it is no credential.
 */
public final class Origins {

    /** A DNS name, with a port at most: RFC 6454 names without scheme, as the specification's examples have them. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?(:\\d{1,5})?");

    private static final Pattern ALLOWED = Pattern.compile("\\*|(\\*\\.)?" + NAME.pattern());

    private final boolean all;
    private final List<String> allowed;

    private Origins(List<String> allowed) {
        this.all = allowed.contains("*");
        this.allowed = allowed;
    }

    /** @throws IllegalArgumentException for what can be no origin */
    public static Origins of(List<String> names) {
        for (String name : names) {
            if (!ALLOWED.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "expected *, names such as eventemitter.example.com, or *.example.com");
            }
        }
        return new Origins(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }

    /** @return whether this text can be an origin at all */
    public static boolean isOrigin(String text) {
        return NAME.matcher(text).matches();
    }

    /** @return whether everybody may send, named or not */
    public boolean all() {
        return all;
    }

    /** @return whether this origin may send */
    public boolean allow(String origin) {
        if (all) {
            return true;
        }
        String name = origin.toLowerCase(Locale.ROOT);
        for (String pattern : allowed) {
            if (pattern.startsWith("*.") ? name.endsWith(pattern.substring(1)) : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
