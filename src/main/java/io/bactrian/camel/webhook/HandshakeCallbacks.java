package io.bactrian.camel.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.webhook.Rate;
import io.bactrian.webhook.RateLimit;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants a handshake a second time at the URL the sender named in {@code WebHook-Request-Callback}. Anybody can name
 * any URL, so only hosts of {@code bactrian.events.callback-hosts} are ever called, by https and without following a
 * redirect; for all others the URL is logged, and a person may open it. Both at most {@value #PER_MINUTE} times a
 * minute. TLS is that of the Camel context, or of the JVM; the certificate must be for the name that is listed, so it
 * does not matter who else can say where that name leads.
 */
final class HandshakeCallbacks extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeCallbacks.class);
    private static final int PER_MINUTE = 60;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final CamelContext context;
    private final Set<String> hosts;
    private final RateLimit limit = new RateLimit(new Rate(PER_MINUTE, Duration.ofMinutes(1)));
    private final ExecutorService threads;
    /** Null when no host may be called: TLS takes a twelfth of a start to set up. */
    private final HttpClient client;

    private HandshakeCallbacks(CamelContext context) throws Exception {
        this.context = context;
        BactrianConfig config = BactrianConfig.of(context);
        this.hosts = config.list("bactrian.events.callback-hosts").stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        this.threads = context.getExecutorServiceManager().newThreadPool(this, "bactrian-callback", 0, 2);
        this.client = hosts.isEmpty() ? null : client();
    }

    private HttpClient client() throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER);
        SSLContextParameters tls = context.getSSLContextParameters();
        if (tls != null) {
            builder.sslContext(tls.createSSLContext(context));
        }
        return builder.build();
    }

    /** @return the service of this context, made on first use */
    static HandshakeCallbacks of(CamelContext context) {
        synchronized (context) {
            HandshakeCallbacks found = context.hasService(HandshakeCallbacks.class);
            if (found == null) {
                try {
                    found = new HandshakeCallbacks(context);
                    context.addService(found, true, true);
                } catch (Exception e) {
                    throw new IllegalStateException("handshake callbacks cannot be set up: " + e.getMessage(), e);
                }
            }
            return found;
        }
    }

    /** Never waits and never fails. */
    void grant(String webhook, URI callback, String origin, String rate) {
        if (!limit.take("").isZero()) {
            LOG.debug("Handshake callback passed over, there are too many: webhook={} origin={}", webhook, origin);
        } else if (hosts.contains(callback.getHost().toLowerCase(Locale.ROOT))) {
            call(webhook, callback, origin, rate);
        } else {
            LOG.info(
                    "Handshake callback not called, its host is not in bactrian.events.callback-hosts: webhook={}"
                            + " origin={} callback={}",
                    webhook,
                    origin,
                    callback);
        }
    }

    private void call(String webhook, URI callback, String origin, String rate) {
        HttpRequest request = HttpRequest.newBuilder(callback)
                .timeout(TIMEOUT)
                .header("WebHook-Allowed-Origin", origin)
                .header("WebHook-Allowed-Rate", rate)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        // its body is nobody's business and may have no end: the timeout covers the head alone
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).whenComplete((response, failure) -> {
            if (failure == null) {
                close(response.body());
                LOG.info(
                        "Handshake callback called: webhook={} origin={} host={} status={}",
                        webhook,
                        origin,
                        callback.getHost(),
                        response.statusCode());
            } else {
                LOG.warn(
                        "Handshake callback failed: webhook={} origin={} host={} {}",
                        webhook,
                        origin,
                        callback.getHost(),
                        (failure.getCause() == null ? failure : failure.getCause()).toString());
            }
        });
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("The answer to a handshake callback was cut: {}", e.toString());
        }
    }

    @Override
    protected void doShutdown() {
        context.getExecutorServiceManager().shutdown(threads);
    }
}
