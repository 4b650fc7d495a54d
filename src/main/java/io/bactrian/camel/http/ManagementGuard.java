package io.bactrian.camel.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Tokens;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;

/**
 * Stands before everything on the management port. {@code Host} must name this port, so that no web page reaches it
 * under a name of its own (DNS rebinding); {@code Origin}, which browsers send, must be this very port; and all but
 * health, metrics and descriptions wants the token, when there is one. Thread-safe.
 */
public final class ManagementGuard implements Handler<RoutingContext> {

    /** Key in the routing context: String, which token was shown. */
    static final String PRINCIPAL = "bactrian.principal";

    private static final String TOKEN = "bactrian.admin.token";
    private static final String BEARER = "Bearer ";
    private static final Set<String> OPEN = Set.of(
            "/",
            "/openapi.yaml",
            "/observe/metrics",
            "/observe/health",
            "/observe/health/live",
            "/observe/health/ready");

    private final List<byte[]> tokens;
    private final Set<String> allowedHosts;

    private ManagementGuard(List<byte[]> tokens, Set<String> allowedHosts) {
        this.tokens = tokens;
        this.allowedHosts = allowedHosts;
    }

    /**
     * Reads {@code bactrian.admin.*}.
     *
     * @param host the address that will be bound
     * @throws ConfigurationException for an address that others can reach without a token, and for a value without a token
     */
    public static ManagementGuard of(BactrianConfig config, String host) {
        Optional<String> value = config.find("bactrian.admin.token");
        List<String> tokens =
                value.isPresent() || config.isBlank(TOKEN) ? Tokens.ofHeader(TOKEN, value.orElse("")) : List.of();
        if (tokens.isEmpty() && !isLoopback(host)) {
            throw new ConfigurationException(
                    "camel.management.host=" + host + ": without " + TOKEN + " only a loopback address may be bound");
        }
        Set<String> hosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        hosts.add("localhost");
        hosts.addAll(config.list("bactrian.admin.allowed-hosts"));
        return new ManagementGuard(
                tokens.stream().map(one -> one.getBytes(StandardCharsets.UTF_8)).toList(), hosts);
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw new ConfigurationException("camel.management.host=" + host + ": there is no such host", e);
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        HostAndPort authority = request.authority();
        if (authority == null || !isAllowed(authority.host(), request)) {
            new Problem(
                            ProblemKind.FORBIDDEN,
                            "The Host is none of this port's: use a loopback name or the address it is bound to, or"
                                    + " list the name in bactrian.admin.allowed-hosts.")
                    .answer(ctx);
        } else if (!isOwnOrigin(request.getHeader("Origin"), authority)) {
            new Problem(ProblemKind.FORBIDDEN, "A page of another origin may not use this port.").answer(ctx);
        } else if (tokens.isEmpty() || OPEN.contains(ctx.normalizedPath())) {
            ProbeMethods.next(ctx);
        } else {
            authorise(ctx);
        }
    }

    /** An address is as good as a name of ours: what a page is rebound to is always reached by a name. */
    private boolean isAllowed(String host, HttpServerRequest request) {
        String plain = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return allowedHosts.contains(plain)
                || plain.matches("127(\\.\\d{1,3}){3}")
                || plain.equals("::1")
                || plain.equalsIgnoreCase(request.localAddress().hostAddress());
    }

    private static boolean isOwnOrigin(String origin, HostAndPort authority) {
        if (origin == null) {
            return true;
        }
        String lower = origin.toLowerCase(Locale.ROOT);
        String host = authority.host().toLowerCase(Locale.ROOT);
        return List.of("http://", "https://").stream().anyMatch(scheme -> {
            int defaultPort = scheme.equals("http://") ? 80 : 443;
            int port = authority.port() < 0 ? defaultPort : authority.port();
            return lower.equals(scheme + host + ":" + port) || (port == defaultPort && lower.equals(scheme + host));
        });
    }

    private void authorise(RoutingContext ctx) {
        String authorization = ctx.request().getHeader("Authorization");
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        byte[] shown =
                bearer ? authorization.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8) : new byte[0];
        int which = -1;
        for (int i = 0; i < tokens.size(); i++) {
            which = MessageDigest.isEqual(tokens.get(i), shown) ? i : which;
        }
        if (which < 0) {
            String detail = bearer ? "The token is wrong." : "A token is needed, as Authorization: Bearer.";
            new Problem(ProblemKind.UNAUTHORIZED, detail)
                    .with("WWW-Authenticate", "Bearer")
                    .answer(ctx);
            return;
        }
        ctx.put(PRINCIPAL, tokens.size() == 1 ? "token" : "token-" + (which + 1));
        ctx.next();
    }

    /** Answers what no route of the management port has taken: its last handler. */
    public static void nothingHere(RoutingContext ctx, CamelContext context) {
        NoRoute.answer(ctx, context, ProblemKind.NOT_FOUND);
    }
}
