package io.bactrian.camel.webhook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.config.WatchedFiles;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.http.ServerTls;
import io.bactrian.camel.intake.ReadCloudEvent;
import io.bactrian.webhook.Secrets;
import io.bactrian.webhook.UnauthorizedException;
import io.bactrian.webhook.Verifier;
import io.bactrian.webhook.VerifierOptions;
import io.bactrian.webhook.Verifiers;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verification step of a webhook, of its client's certificate first, configured by the parameters of its template. Its verifier is made when the route
 * starts, so that a missing secret or an unknown scheme stops the start, and made again when the file of its secrets changes.
 */
public final class VerifyStep extends WebhookStep {

    private static final Logger LOG = LoggerFactory.getLogger(VerifyStep.class);

    private String verify = "";
    private String secret = "";
    private String header = "";
    private String algorithm = "";
    private String encoding = "";
    private String prefix = "";
    private String tolerance = "5m";
    private String publicUrl = "";
    private String secretFile = "";
    private String signedContent = "";
    private String timestampHeader = "";
    private String idHeader = "";
    private String allowedClients = "";
    private AllowedClients clients;
    private WatchedFiles.Watch watch;
    private volatile Verifier verifier;

    @Override
    protected void handle(Exchange exchange) throws ProblemException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        if (clients != null && !clients.allow(request.client())) {
            throw new ProblemException(
                    ProblemKind.FORBIDDEN,
                    request.client() == null
                            ? "Posts need a client certificate here."
                            : "The client " + request.client().getName() + " may not send here.");
        }
        Verifier current = verifier;
        try {
            current.verify(new RequestView(request));
        } catch (UnauthorizedException e) {
            throw new Problem(ProblemKind.UNAUTHORIZED, e.getMessage())
                    .with("WWW-Authenticate", current.challenge())
                    .toException();
        }
    }

    @Override
    protected void doInit() {
        clients = allowedClients.isBlank()
                ? null
                : AccessValues.parse(name, "allowedClients", allowedClients, AllowedClients::parse);
        if (clients != null && !ServerTls.asksClients(BactrianConfig.of(getCamelContext()))) {
            throw new ConfigurationException(
                    "webhook " + name + ": allowedClients=" + allowedClients + ": " + AllowedClients.NEEDS);
        }
        if (verify.equals("none") && clients == null) {
            LOG.warn("Webhook takes events from anybody: webhook={} verify=none", name);
        }
        if (secret.isEmpty()) {
            secret = secret("secret");
        }
        readSecrets();
    }

    @Override
    protected void doShutdown() {
        if (watch != null) {
            watch.close();
        }
    }

    /** The secrets of the parameter, or of the file, which is read again when it changes. */
    private void readSecrets() {
        if (secretFile.isBlank()) {
            use(Secrets.ofText(secret));
            return;
        }
        if (!secret.isBlank()) {
            throw new ConfigurationException(
                    "webhook " + name + ": secret and secretFile are both given; expected one of them");
        }
        watch = WatchedFiles.of(getCamelContext())
                .watch(
                        "webhook " + name + ": secretFile=" + secretFile,
                        List.of(Path.of(secretFile.trim())),
                        contents -> use(Secrets.ofLines(new String(contents.get(0), StandardCharsets.UTF_8))));
    }

    private void use(Secrets secrets) {
        Duration allowed = AccessValues.parse(name, "tolerance", tolerance, Values::duration);
        try {
            verifier = Verifiers.create(
                    new VerifierOptions(
                            verify,
                            secrets,
                            header,
                            algorithm,
                            encoding,
                            prefix,
                            signedContent,
                            timestampHeader,
                            idHeader,
                            allowed,
                            publicUrl),
                    Clock.systemUTC());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("webhook " + name + ": " + e.getMessage(), e);
        }
        if (secrets.looksLikePhrase()) {
            boolean events = name.equals(ReadCloudEvent.NAME);
            LOG.warn(
                    "Blanks separate several secrets, and one of them is very short. For a secret with blanks use"
                            + " {}: {}",
                    events ? "bactrian.events.token-file" : "secretFile",
                    events ? "key=bactrian.events.token" : "webhook=" + name);
        }
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

    public void setSecretFile(String secretFile) {
        this.secretFile = secretFile;
    }

    public void setSignedContent(String signedContent) {
        this.signedContent = signedContent;
    }

    public void setTimestampHeader(String timestampHeader) {
        this.timestampHeader = timestampHeader;
    }

    public void setAllowedClients(String allowedClients) {
        this.allowedClients = allowedClients;
    }

    public void setIdHeader(String idHeader) {
        this.idHeader = idHeader;
    }
}
