package io.bactrian.camel.intake;

import java.util.List;
import java.util.Map;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.TextPatterns;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Refuses events of a source that their sender may not speak for. */
final class CheckSources implements Processor {

    @Override
    public void process(Exchange exchange) throws ProblemException {
        TextPatterns allowed = exchange.getProperty(EventProperties.ALLOWED_SOURCES, TextPatterns.class);
        if (allowed != null) {
            Screening.apply(exchange, (event, pointer) -> allowed.match(event.source()) ? null : problem(pointer));
        }
    }

    private static Problem problem(String pointer) {
        String detail = "this sender may not send events of this source";
        return new Problem(
                ProblemKind.FORBIDDEN,
                "This sender may not send events of this source.",
                List.of(new Problem.Fault(pointer + "/source", null, "allowed-sources", detail)),
                Map.of());
    }
}
