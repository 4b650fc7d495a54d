package io.bactrian.camel.webhook;

import java.time.Duration;
import java.util.Locale;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.TextPatterns;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.webhook.Origins;
import io.bactrian.webhook.Rate;
import io.bactrian.webhook.RateLimit;
import org.apache.camel.Exchange;

/**
 * Decides whether a sender whose credential is right may send this now: its origin, the rate granted to that, and the
 * rate of the webhook. It stands behind the verification, so that nobody uses up the rate of another with guesses.
 */
public final class AdmitStep extends WebhookStep {

    private String allowedOrigins = "*";
    private String allowedRate = "*";
    private String allowedSources = "";
    private String rate = "";
    private Origins origins;
    private RateLimit granted;
    private RateLimit limit;
    private TextPatterns sources;

    @Override
    protected void doInit() {
        origins = AccessValues.origins(name, allowedOrigins);
        Rate perOrigin = AccessValues.grantedRate(name, allowedRate);
        granted = perOrigin == null ? null : new RateLimit(perOrigin);
        limit = rate.isBlank() ? null : new RateLimit(AccessValues.parse(name, "rate", rate, Rate::parse));
        sources = allowedSources.isBlank() ? null : new TextPatterns(Values.list(allowedSources));
    }

    @Override
    protected void handle(Exchange exchange) throws ProblemException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        String origin = request.header(HandshakeStep.ORIGIN);
        if (!origins.all() && (origin == null || !origins.allow(origin))) {
            throw new ProblemException(
                    ProblemKind.FORBIDDEN,
                    origin == null
                            ? "Posts need a " + HandshakeStep.ORIGIN + " here."
                            : "This origin may not send here.");
        }
        if (granted != null) {
            require(
                    granted.take(origin == null ? "" : origin.toLowerCase(Locale.ROOT)),
                    "The rate granted to this origin is exceeded.");
        }
        if (limit != null) {
            require(limit.take(""), "The rate of this webhook is exceeded: " + rate.trim() + ".");
        }
        if (sources != null) {
            exchange.setProperty(EventProperties.ALLOWED_SOURCES, sources);
        }
    }

    private static void require(Duration wait, String detail) throws ProblemException {
        if (!wait.isZero()) {
            long seconds = wait.plusNanos(999_999_999).toSeconds();
            throw new Problem(ProblemKind.RATE_LIMITED, detail)
                    .with("Retry-After", String.valueOf(seconds))
                    .toException();
        }
    }

    public void setAllowedOrigins(String allowedOrigins) {
        this.allowedOrigins = allowedOrigins;
    }

    public void setAllowedRate(String allowedRate) {
        this.allowedRate = allowedRate;
    }

    public void setAllowedSources(String allowedSources) {
        this.allowedSources = allowedSources;
    }

    public void setRate(String rate) {
        this.rate = rate;
    }
}
