package io.bactrian.webhook;

import java.util.List;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Takes credentials from requests, and only those that are there once and have a length worth looking at. */
final class Credentials {

    /** Characters of a credential header, at most; Stripe's with many signatures has some hundreds. */
    static final int MAX_LENGTH = 4096;

    private Credentials() {}

    /** @return what was sent as the value of a header, which is read as Latin-1 whatever it is */
    static byte[] bytes(String header) {
        return header.getBytes(ISO_8859_1);
    }

    /** @throws UnauthorizedException when it is missing, empty, repeated or too long */
    static String header(WebhookRequest request, String name) throws UnauthorizedException {
        return header(request.headers(name), name);
    }

    /**
     * @param values of the header
     * @throws UnauthorizedException when it is missing, empty, repeated or too long
     */
    static String header(List<String> values, String name) throws UnauthorizedException {
        String shown = values.size() == 1 ? values.get(0) : "";
        if (shown.isBlank()) {
            throw UnauthorizedException.missing("A credential is needed, once, in the header " + name + ".");
        }
        if (shown.length() > MAX_LENGTH) {
            throw UnauthorizedException.malformed(
                    "The header " + name + " has more than " + MAX_LENGTH + " characters.");
        }
        return shown.trim();
    }
}
