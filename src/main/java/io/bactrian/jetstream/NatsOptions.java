package io.bactrian.jetstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How to reach NATS. Of credentials file, nkey file, user with password, and token at most one is given.
 *
 * @param servers URLs {@code nats://}, {@code tls://}, {@code ws://}, {@code wss://}; at least one
 * @param credentialsFile a {@code .creds} file with JWT and seed, read again at each connect; or null
 * @param nkeyFile a file with an nkey seed, read again at each connect; or null
 * @param user with {@code password}; or null
 * @param token or null
 * @param tlsCa PEM certificates to trust; null for the system's
 * @param tlsCert PEM certificate chain of the client, with {@code tlsKey}; or null
 * @param tlsKey PEM key of the client, PKCS #8, not encrypted; or null
 * @param tlsFirst the server expects TLS before its own greeting
 * @param publishTimeout deadline of a publish, 10 ms to 1 h
 * @param maxInFlight publishes in flight, 1 to 65,536
 * @param connectTimeout for one server, 100 ms to 1 min
 * @param pingInterval how often an idle peer is asked whether it is alive, 100 ms to 10 min; two unanswered pings end
 *     the connection
 * @param reconnectWait pause before the same server is tried again, 10 ms to 1 min; up to as much again is added at
 *     random
 */
public record NatsOptions(
        List<String> servers,
        Path credentialsFile,
        Path nkeyFile,
        String user,
        String password,
        String token,
        Path tlsCa,
        Path tlsCert,
        Path tlsKey,
        boolean tlsFirst,
        Duration publishTimeout,
        int maxInFlight,
        Duration connectTimeout,
        Duration pingInterval,
        Duration reconnectWait) {
    private static final Set<String> SCHEMES = Set.of("nats", "tls", "ws", "wss");

    public NatsOptions {
        servers = servers.stream().map(NatsOptions::checkedServer).toList();
        require(!servers.isEmpty(), "servers: expected at least one URL");
        long credentials = Stream.of(credentialsFile, nkeyFile, user, token)
                .filter(Objects::nonNull)
                .count();
        require(credentials <= 1, "only one of credentialsFile, nkeyFile, user with password, and token may be given");
        require((user == null) == (password == null), "user and password belong together");
        require((tlsCert == null) == (tlsKey == null), "tlsCert and tlsKey belong together");
        new PublisherOptions(publishTimeout, maxInFlight, 1);
        requireBetween("connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        requireBetween("pingInterval", pingInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
        requireBetween("reconnectWait", reconnectWait, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether the connection has to be encrypted, apart from what the URLs say. */
    public boolean tls() {
        return tlsFirst || tlsCa != null || tlsCert != null;
    }

    /** Without password, token, and user information in URLs. */
    @Override
    public String toString() {
        return "NatsOptions[servers=" + Redaction.redact(servers.toString())
                + ", credentialsFile=" + credentialsFile + ", nkeyFile=" + nkeyFile + ", user=" + user
                + ", password=" + masked(password) + ", token=" + masked(token)
                + ", tlsCa=" + tlsCa + ", tlsCert=" + tlsCert + ", tlsKey=" + tlsKey + ", tlsFirst=" + tlsFirst
                + ", publishTimeout=" + publishTimeout + ", maxInFlight=" + maxInFlight
                + ", connectTimeout=" + connectTimeout + ", pingInterval=" + pingInterval
                + ", reconnectWait=" + reconnectWait + "]";
    }

    private static String masked(String secret) {
        return secret == null ? "null" : "***";
    }

    private static String checkedServer(String given) {
        String server = given.contains("://") ? given : "nats://" + given;
        try {
            URI uri = new URI(server);
            require(
                    uri.getScheme() != null && SCHEMES.contains(uri.getScheme()) && uri.getHost() != null,
                    "server " + Redaction.redact(given) + ": expected nats://, tls://, ws:// or wss:// and a host");
        } catch (URISyntaxException e) {
            // the exception quotes its input, which may hold a password
            throw new IllegalArgumentException("server " + Redaction.redact(given) + ": not a URL");
        }
        return server;
    }

    private static void requireBetween(String name, Duration value, Duration least, Duration most) {
        require(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                name + "=" + value + ": expected " + least + " to " + most);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The defaults: {@code nats://127.0.0.1:4222}, no credentials, no TLS, publishes of 5 s, 1024 in flight. */
    public static final class Builder {
        private List<String> servers = List.of("nats://127.0.0.1:4222");
        private Path credentialsFile;
        private Path nkeyFile;
        private String user;
        private String password;
        private String token;
        private Path tlsCa;
        private Path tlsCert;
        private Path tlsKey;
        private boolean tlsFirst;
        private Duration publishTimeout = Duration.ofSeconds(5);
        private int maxInFlight = 1024;
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration pingInterval = Duration.ofSeconds(10);
        private Duration reconnectWait = Duration.ofMillis(500);

        private Builder() {}

        public Builder servers(List<String> urls) {
            servers = urls;
            return this;
        }

        public Builder servers(String... urls) {
            return servers(List.of(urls));
        }

        public Builder credentialsFile(Path file) {
            credentialsFile = file;
            return this;
        }

        public Builder nkeyFile(Path file) {
            nkeyFile = file;
            return this;
        }

        public Builder user(String name, String secret) {
            user = name;
            password = secret;
            return this;
        }

        public Builder token(String secret) {
            token = secret;
            return this;
        }

        public Builder tlsCa(Path file) {
            tlsCa = file;
            return this;
        }

        public Builder tlsCert(Path certificate, Path key) {
            tlsCert = certificate;
            tlsKey = key;
            return this;
        }

        public Builder tlsFirst(boolean first) {
            tlsFirst = first;
            return this;
        }

        public Builder publishTimeout(Duration timeout) {
            publishTimeout = timeout;
            return this;
        }

        public Builder maxInFlight(int publishes) {
            maxInFlight = publishes;
            return this;
        }

        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        public Builder pingInterval(Duration interval) {
            pingInterval = interval;
            return this;
        }

        public Builder reconnectWait(Duration wait) {
            reconnectWait = wait;
            return this;
        }

        /** Checks the values; an IllegalArgumentException names the one that is out of its range. */
        public NatsOptions build() {
            return new NatsOptions(
                    servers,
                    credentialsFile,
                    nkeyFile,
                    user,
                    password,
                    token,
                    tlsCa,
                    tlsCert,
                    tlsKey,
                    tlsFirst,
                    publishTimeout,
                    maxInFlight,
                    connectTimeout,
                    pingInterval,
                    reconnectWait);
        }
    }
}
