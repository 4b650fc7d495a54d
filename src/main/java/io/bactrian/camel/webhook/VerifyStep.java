package io.bactrian.camel.webhook;

import java.time.Clock;

import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.webhook.UnauthorizedException;
import io.bactrian.webhook.Verifier;
import io.bactrian.webhook.VerifierOptions;
import io.bactrian.webhook.Verifiers;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verification step of a webhook, configured by the parameters of its template. Its verifier is made when the route
 * starts, so that a missing secret or an unknown scheme stops the start.
 */
public final class VerifyStep extends ServiceSupport implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(VerifyStep.class);

    private String name = "";
    private String verify = "";
    private String secret = "";
    private String header = "";
    private String algorithm = "";
    private String encoding = "";
    private String prefix = "";
    private String tolerance = "5m";
    private String publicUrl = "";
    private Verifier verifier;

    @Override
    public void process(Exchange exchange) throws ProblemException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        try {
            verifier.verify(new RequestView(request));
        } catch (UnauthorizedException e) {
            throw new Problem(ProblemKind.UNAUTHORIZED, e.getMessage())
                    .with("WWW-Authenticate", verifier.challenge())
                    .toException();
        }
    }

    @Override
    protected void doInit() {
        verifier = make();
    }

    private Verifier make() {
        try {
            Verifier made = Verifiers.create(
                    new VerifierOptions(
                            verify, secret, header, algorithm, encoding, prefix, Values.duration(tolerance), publicUrl),
                    Clock.systemUTC());
            if (verify.equals("none")) {
                LOG.warn("Webhook takes events from anybody: webhook={} verify=none", name);
            }
            return made;
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("webhook " + name + ": " + e.getMessage(), e);
        }
    }

    public void setName(String name) {
        this.name = name;
    }

    public void setVerify(String verify) {
        this.verify = verify;
    }

    public void setSecret(String secret) {
        this.secret = secret;
    }

    public void setHeader(String header) {
        this.header = header;
    }

    public void setAlgorithm(String algorithm) {
        this.algorithm = algorithm;
    }

    public void setEncoding(String encoding) {
        this.encoding = encoding;
    }

    public void setPrefix(String prefix) {
        this.prefix = prefix;
    }

    public void setTolerance(String tolerance) {
        this.tolerance = tolerance;
    }

    public void setPublicUrl(String publicUrl) {
        this.publicUrl = publicUrl;
    }
}
