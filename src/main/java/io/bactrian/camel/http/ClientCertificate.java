package io.bactrian.camel.http;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/** Who the client of a TLS connection is. */
final class ClientCertificate {

    private static final String KNOWN = "bactrian.client";

    private ClientCertificate() {}

    /**
     * Looked up once a session, since the JDK tells by an exception that a client has shown nothing.
     *
     * @param session null without TLS
     * @return null when the client has shown no certificate
     */
    static X500Principal subject(SSLSession session) {
        if (session == null) {
            return null;
        }
        Object known = session.getValue(KNOWN);
        if (known == null) {
            known = verified(session);
            session.putValue(KNOWN, known);
        }
        return (X500Principal) ((Optional<?>) known).orElse(null);
    }

    private static Optional<X500Principal> verified(SSLSession session) {
        try {
            return Optional.of(((X509Certificate) session.getPeerCertificates()[0]).getSubjectX500Principal());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
