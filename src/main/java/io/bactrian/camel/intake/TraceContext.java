package io.bactrian.camel.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Carries the sender's trace on: an event without a {@code traceparent} attribute gets the one of the request's header,
 * with its {@code tracestate} (CloudEvents distributed tracing extension; W3C Trace Context). An event that has the
 * attribute, or {@code tracestate} alone, keeps what it has, since that names where its trace began. A header that is
 * malformed is ignored, as W3C says.
 */
final class TraceContext implements Processor {

    static final String PARENT = "traceparent";
    static final String STATE = "tracestate";

    private static final int LONGEST_STATE = 512;
    private static final Pattern VALID =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]+");

    @Override
    public void process(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        String parent = request == null ? null : parent(request);
        if (parent == null) {
            return;
        }
        String state = state(request);
        Object body = exchange.getMessage().getBody();
        if (body instanceof CloudEvent event) {
            exchange.getMessage().setBody(traced(event, parent, state));
        } else if (body instanceof List<?> batch) {
            List<CloudEvent> traced = new ArrayList<>(batch.size());
            for (Object element : batch) {
                traced.add(traced((CloudEvent) element, parent, state));
            }
            exchange.getMessage().setBody(traced);
        }
    }

    private static String parent(IntakeRequest request) {
        List<String> values = request.headers(PARENT);
        return values.size() == 1 && VALID.matcher(values.get(0)).matches() ? values.get(0) : null;
    }

    private static String state(IntakeRequest request) {
        String joined = String.join(",", request.headers(STATE));
        return joined.length() <= LONGEST_STATE && PRINTABLE.matcher(joined).matches() ? joined : null;
    }

    private static CloudEvent traced(CloudEvent event, String parent, String state) {
        if (event.attribute(PARENT) != null || event.attribute(STATE) != null) {
            return event;
        }
        CloudEvent.Builder traced = event.toBuilder().attribute(PARENT, parent);
        if (state != null) {
            traced.attribute(STATE, state);
        }
        try {
            return traced.build();
        } catch (InvalidCloudEventException e) {
            // it has as many attributes as an event may have: a trace is no reason to refuse it
            return event;
        }
    }
}
