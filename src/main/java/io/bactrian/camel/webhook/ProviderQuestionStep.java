package io.bactrian.camel.webhook;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.webhook.ProviderQuestion;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;

/** Answers the question of a provider whether this is its webhook; the route ends there, since it is no event. */
public final class ProviderQuestionStep implements Processor {

    private String verify = "";

    @Override
    public void process(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        ProviderQuestion.answer(verify, new RequestView(request)).ifPresent(text -> {
            Message answer = new DefaultMessage(exchange);
            answer.setBody(text);
            answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
            answer.setHeader("Content-Type", "text/plain; charset=utf-8");
            exchange.setMessage(answer);
            exchange.setRouteStop(true);
        });
    }

    public void setVerify(String verify) {
        this.verify = verify;
    }
}
