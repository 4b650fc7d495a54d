package io.bactrian.camel.intake;

import io.bactrian.camel.http.Problem;
import io.bactrian.jetstream.PublishException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;

/** Says what NATS said, in an {@code onException} that has set the code. */
final class NatsProblem implements Processor {

    @Override
    public void process(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        PublishException failure = ObjectHelper.getException(PublishException.class, caught);
        Problem problem = IntakeProblems.natsProblem(failure);
        Integer code = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        Message answer = Responses.fresh(exchange);
        answer.setHeader(
                Exchange.HTTP_RESPONSE_CODE, code == null ? problem.kind().status() : code);
        answer.setHeader("Content-Type", Problem.MEDIA_TYPE);
        if (problem.kind().retryable()) {
            answer.setHeader("Retry-After", "1");
        }
        answer.setBody(problem.toJson());
    }
}
