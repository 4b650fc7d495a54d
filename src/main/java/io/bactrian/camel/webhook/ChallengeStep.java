package io.bactrian.camel.webhook;

import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.webhook.Challenge;
import io.bactrian.webhook.Secrets;
import io.bactrian.webhook.UnauthorizedException;
import org.apache.camel.Exchange;

/**
 * Answers the question that a provider asks when a URL is entered and does not sign. It comes by {@code GET}, which is
 * for nothing else, or by {@code POST} without a body: a request with one is an event, whatever its query says.
 */
public final class ChallengeStep extends WebhookStep {

    private String challenge = "";
    private Challenge question;

    @Override
    protected void doInit() {
        String challengeToken = secret("challengeToken");
        if (!challenge.isBlank()) {
            question = AccessValues.parse(
                    name, "challenge", challenge, text -> Challenge.of(text, Secrets.ofText(challengeToken)));
        } else if (!challengeToken.isBlank()) {
            throw new ConfigurationException(
                    "webhook " + name + ": challengeToken is given, but no challenge=hub.challenge");
        }
    }

    @Override
    protected void handle(Exchange exchange) throws ProblemException {
        if (question == null) {
            return;
        }
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        RequestView view = new RequestView(request);
        if (request.method().equals("GET") || (request.body().length == 0 && question.isAsked(view))) {
            PlainAnswer.end(exchange, answer(view));
        }
    }

    private String answer(RequestView view) throws ProblemException {
        try {
            return question.answer(view)
                    .orElseThrow(() -> new ProblemException(
                            ProblemKind.INVALID_REQUEST,
                            "Expected a text in " + question.parameter() + " of the query, of printable ASCII."));
        } catch (UnauthorizedException e) {
            throw new Problem(ProblemKind.UNAUTHORIZED, e.getMessage())
                    .with("WWW-Authenticate", question.scheme())
                    .toException();
        }
    }

    public void setChallenge(String challenge) {
        this.challenge = challenge;
    }
}
