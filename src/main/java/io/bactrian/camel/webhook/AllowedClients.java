package io.bactrian.camel.webhook;

import java.util.HashSet;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Clients that may send, by the subject of the certificate they show. Subjects are compared as X.500 does, without case
 * and extra blanks, and whole: a part of one allows nobody.
 */
final class AllowedClients {

    /** What to say where no client can be allowed. */
    static final String NEEDS =
            "no client shows a certificate; expected bactrian.http.tls.client-auth=request or required";

    private static final String ANY = "*";

    private final boolean any;
    private final Set<X500Principal> subjects;

    private AllowedClients(boolean any, Set<X500Principal> subjects) {
        this.any = any;
        this.subjects = subjects;
    }

    /**
     * @param text subjects as RFC 2253 writes them, separated by semicolons, since they hold commas and blanks; or * for
     *     every client with a certificate
     * @throws IllegalArgumentException for what is no subject
     */
    static AllowedClients parse(String text) {
        if (text.trim().equals(ANY)) {
            return new AllowedClients(true, Set.of());
        }
        Set<X500Principal> subjects = new HashSet<>();
        for (String each : text.split("(?<!\\\\);", -1)) {
            if (!each.isBlank()) {
                subjects.add(subject(each.trim()));
            }
        }
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("expected at least one subject of a certificate");
        }
        return new AllowedClients(false, subjects);
    }

    private static X500Principal subject(String text) {
        try {
            return new X500Principal(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected * or subjects of certificates separated by semicolons, such as CN=shop,O=Example", e);
        }
    }

    /** @param client null for one that has shown no certificate */
    boolean allow(X500Principal client) {
        return client != null && (any || subjects.contains(client));
    }
}
