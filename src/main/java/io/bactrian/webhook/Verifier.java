package io.bactrian.webhook;

/** Decides whether a request comes from who it should. Thread-safe, constant in time, never blocking; fails closed. */
public interface Verifier {

    /** @throws UnauthorizedException when the credential is missing, malformed, wrong or out of time */
    void verify(WebhookRequest request) throws UnauthorizedException;

    /** @return value of {@code WWW-Authenticate} of the answer */
    String challenge();
}
