package io.bactrian.camel.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

import io.bactrian.camel.config.Values;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.webhook.Origins;
import io.bactrian.webhook.Rate;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * The first step of an intake route: the handshake of the CloudEvents webhook specification (section 4), which
 * {@code OPTIONS} asks for without a credential, and the farewell of a retired webhook. Posts pass.
 *
 * <p>The grant is the configuration itself, so nothing is remembered between a handshake and the posts that follow.
 */
public final class HandshakeStep extends WebhookStep {

    static final String ORIGIN = "WebHook-Request-Origin";
    private static final String RATE = "WebHook-Request-Rate";
    private static final String CALLBACK = "WebHook-Request-Callback";
    /** Of docs/cloudevents.md: what the request of a handshake looks like. */
    private static final String RULE = "W16";

    private static final int OK = 200;
    private static final int LONGEST_CALLBACK = 2048;

    private String retired = "";
    private String methods = "POST,OPTIONS";
    private String allowedOrigins = "*";
    private String allowedRate = "*";
    private boolean isRetired;
    private String allow;
    private Origins origins;
    private String grantedRate;
    private HandshakeCallbacks callbacks;

    @Override
    protected void doInit() {
        allow = String.join(", ", Values.list(methods));
        isRetired = AccessValues.parse(name, "retired", retired, HandshakeStep::flag);
        origins = AccessValues.origins(name, allowedOrigins);
        Rate rate = AccessValues.grantedRate(name, allowedRate);
        grantedRate = rate == null ? "*" : String.valueOf(rate.requests());
        callbacks = HandshakeCallbacks.of(getCamelContext());
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "", "false" -> false;
            case "true" -> true;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    @Override
    protected void handle(Exchange exchange) throws ProblemException {
        if (isRetired) {
            throw new ProblemException(
                    ProblemKind.WEBHOOK_RETIRED, "This webhook is retired: nothing is accepted here any more.");
        }
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        if (!request.method().equals("OPTIONS")) {
            return;
        }
        String origin = request.header(ORIGIN);
        Message answer = new DefaultMessage(exchange);
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, OK);
        answer.setHeader("Allow", allow);
        if (origin != null) {
            requireAllowed(origin);
            requireRate(request.header(RATE));
            answer.setHeader("WebHook-Allowed-Origin", origin);
            answer.setHeader("WebHook-Allowed-Rate", grantedRate);
            URI callback = callback(request.header(CALLBACK));
            if (callback != null) {
                callbacks.grant(name, callback, origin, grantedRate);
            }
        }
        exchange.setMessage(answer);
        exchange.setRouteStop(true);
    }

    private void requireAllowed(String origin) throws ProblemException {
        if (!Origins.isOrigin(origin)) {
            throw invalid(ORIGIN, "expected a DNS name such as eventemitter.example.com");
        }
        if (!origins.allow(origin)) {
            throw new Problem(ProblemKind.FORBIDDEN, "This origin may not send here.")
                    .with("Allow", allow)
                    .toException();
        }
    }

    private static void requireRate(String rate) throws ProblemException {
        if (rate != null && !rate.matches("0*[1-9]\\d{0,8}")) {
            throw invalid(RATE, "expected a positive number of requests a minute");
        }
    }

    private static URI callback(String text) throws ProblemException {
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            if (text.length() <= LONGEST_CALLBACK
                    && "https".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // the same answer as for a URL of another scheme
        }
        throw invalid(CALLBACK, "expected an https URL without credentials");
    }

    private static ProblemException invalid(String header, String detail) {
        return new Problem(
                        ProblemKind.INVALID_REQUEST,
                        header + ": " + detail,
                        List.of(new Problem.Fault(null, header, RULE, detail)),
                        Map.of())
                .toException();
    }

    public void setMethods(String methods) {
        this.methods = methods;
    }

    public void setRetired(String retired) {
        this.retired = retired;
    }

    public void setAllowedOrigins(String allowedOrigins) {
        this.allowedOrigins = allowedOrigins;
    }

    public void setAllowedRate(String allowedRate) {
        this.allowedRate = allowedRate;
    }
}
