package io.bactrian.camel.intake;

import io.bactrian.camel.StepFailedException;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A synchronous step whose errors fail the exchange, as its exceptions do. */
record FailingStep(Processor step) implements Processor {

    /** @return the step; an asynchronous one sees to its errors by itself */
    static Processor of(Processor step) {
        return step instanceof AsyncProcessor ? step : new FailingStep(step);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        try {
            step.process(exchange);
        } catch (Error e) {
            throw StepFailedException.of(e);
        }
    }
}
