package io.bactrian.camel.webhook;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.webhook.ProviderQuestion;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers the question of a provider whether this is its webhook; the route ends there, since it is no event. */
public final class ProviderQuestionStep implements Processor {

    private String verify = "";

    @Override
    public void process(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        ProviderQuestion.answer(verify, new RequestView(request)).ifPresent(text -> PlainAnswer.end(exchange, text));
    }

    public void setVerify(String verify) {
        this.verify = verify;
    }
}
