package io.bactrian.testing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;

import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;

/** An operator with one account, as {@code nsc} makes them: the server's configuration, and credentials of its users. */
public final class NatsAccount {
    private static final String ACCOUNT = """
            {"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,
            "mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1},
            "default_permissions":{"pub":{},"sub":{}},"type":"account","version":2}""";
    private static final String SYSTEM = ACCOUNT.replace("\"mem_storage\":-1,\"disk_storage\":-1,\"streams\":-1,", "");

    private final NKey operator = key(Kind.OPERATOR);
    private final NKey account = key(Kind.ACCOUNT);
    private final NKey system = key(Kind.ACCOUNT);

    private enum Kind {
        OPERATOR,
        ACCOUNT,
        USER
    }

    /** Lines for nats-server, which then takes only users of this account. */
    public String config() {
        return """
                operator: "%s"
                system_account: "%s"
                resolver: MEMORY
                resolver_preload: { %s: "%s", %s: "%s" }
                """.formatted(
                        jwt(operator, operator, "{\"type\":\"operator\",\"version\":2}"),
                        publicKey(system),
                        publicKey(system),
                        jwt(operator, system, SYSTEM),
                        publicKey(account),
                        jwt(operator, account, ACCOUNT));
    }

    /** The content of a {@code .creds} file. */
    public String credentials(String user, Duration validity) {
        try {
            NKey key = key(Kind.USER);
            String jwt = JwtUtils.issueUserJWT(account, publicKey(account), publicKey(key), user, validity);
            return JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(key.getSeed()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwt(NKey signer, NKey subject, String claims) {
        try {
            return JwtUtils.issueJWT(
                    signer,
                    publicKey(subject),
                    "test",
                    null,
                    JwtUtils.currentTimeSeconds(),
                    publicKey(signer),
                    () -> claims.replace("\n", ""));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String publicKey(NKey key) {
        try {
            return new String(key.getPublicKey());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NKey key(Kind kind) {
        try {
            SecureRandom random = new SecureRandom();
            return switch (kind) {
                case OPERATOR -> NKey.createOperator(random);
                case ACCOUNT -> NKey.createAccount(random);
                case USER -> NKey.createUser(random);
            };
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
