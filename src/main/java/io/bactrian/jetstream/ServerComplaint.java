package io.bactrian.jetstream;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the texts of nats-server's {@code -ERR}, the only trace that some refusals leave. */
final class ServerComplaint {
    private static final Pattern PUBLISH =
            Pattern.compile("permissions violation for publish to \"([^\"]+)\"", Pattern.CASE_INSENSITIVE);
    private static final Pattern INBOX =
            Pattern.compile("permissions violation for subscription to \"_INBOX\\.", Pattern.CASE_INSENSITIVE);

    private ServerComplaint() {}

    /** The subject that must not be published to, or null. */
    static String deniedPublish(String error) {
        Matcher matcher = PUBLISH.matcher(error);
        return matcher.find() ? matcher.group(1) : null;
    }

    static boolean deniesInbox(String error) {
        return INBOX.matcher(error).find();
    }

    /**
     * Whether a person has to act: credentials, or a server that takes no headers (it then refuses clients that want to
     * be told when nobody listens: "no responders requires headers support").
     */
    static boolean needsPerson(String error) {
        String text = error.toLowerCase(Locale.ROOT);
        return text.contains("authorization")
                || text.contains("authentication")
                || text.contains("requires headers")
                || text.contains("ssl")
                || text.contains("certificat")
                || text.contains("problem signing nonce")
                || text.contains("problem getting");
    }
}
