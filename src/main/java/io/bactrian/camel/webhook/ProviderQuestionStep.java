package io.bactrian.camel.webhook;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.webhook.ProviderQuestion;
import org.apache.camel.Exchange;

/** Answers the question of a provider whether this is its webhook; the route ends there, since it is no event. */
public final class ProviderQuestionStep extends WebhookStep {

    private String verify = "";

    @Override
    protected void handle(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        ProviderQuestion.answer(verify, new RequestView(request)).ifPresent(text -> PlainAnswer.end(exchange, text));
    }

    public void setVerify(String verify) {
        this.verify = verify;
    }
}
