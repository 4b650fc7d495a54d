package io.bactrian.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import io.bactrian.testing.WebhookSigner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Every scheme against everything that a sender who does not know its secret, or a network in between, may do. */
class HostileCredentialsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final byte[] BODY = "a=1&b=%20two&c={\"\u00e9\":[1, 2]}".getBytes(UTF_8);
    private static final KeyPair[] PAIRS = {pair(), pair(), pair()};

    /** A scheme with three secrets, so that one can be old, one new and one wrong. */
    private enum Scheme {
        GITHUB("github", "X-Hub-Signature-256", false, true, "secret-number-%d"),
        BITBUCKET("bitbucket", "X-Hub-Signature", false, true, "secret-number-%d"),
        GITLAB("gitlab", "X-Gitlab-Token", false, false, "secret-number-%d"),
        GITLAB_SIGNED("gitlab", "webhook-signature", true, true, "whsec_c2VjcmV0LW51bWJlci0wMDAwMDAwMDA%d"),
        STRIPE("stripe", "Stripe-Signature", true, true, "whsec_number_%d"),
        SLACK("slack", "X-Slack-Signature", true, true, "secret-number-%d"),
        SHOPIFY("shopify", "X-Shopify-Hmac-SHA256", false, true, "secret-number-%d"),
        TWILIO("twilio", "X-Twilio-Signature", false, true, "secret-number-%d"),
        STANDARD("standard-webhooks", "webhook-signature", true, true, "whsec_c2VjcmV0LW51bWJlci0wMDAwMDAwMDA%d"),
        SVIX("standard-webhooks", "svix-signature", true, true, "whsec_c2VjcmV0LW51bWJlci0wMDAwMDAwMDA%d"),
        STANDARD_ED25519("standard-webhooks", "webhook-signature", true, true, ""),
        HMAC("hmac", "X-Sig", true, true, "secret-number-%d"),
        TOKEN("token", "Authorization", false, false, "secret-number-%d"),
        TOKEN_HEADER("token", "X-Token", false, false, "secret-number-%d"),
        BASIC("basic", "Authorization", false, false, "user:password-%d");

        private final String verify;
        private final String header;
        private final boolean timed;
        private final boolean coversBody;
        private final String pattern;

        Scheme(String verify, String header, boolean timed, boolean coversBody, String pattern) {
            this.verify = verify;
            this.header = header;
            this.timed = timed;
            this.coversBody = coversBody;
            this.pattern = pattern;
        }

        String secret(int n) {
            if (this == STANDARD_ED25519) {
                byte[] encoded = PAIRS[n].getPublic().getEncoded();
                return "whpk_" + WebhookSigner.base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
            }
            return String.format(Locale.ROOT, pattern, n);
        }

        Verifier verifier(Instant now, int... secrets) {
            List<String> all = Arrays.stream(secrets).mapToObj(this::secret).toList();
            boolean hmac = this == HMAC;
            return Verifiers.create(
                    new VerifierOptions(
                            verify,
                            Secrets.ofText(String.join(" ", all)),
                            hmac || this == TOKEN_HEADER ? header : "",
                            hmac ? "sha512" : "",
                            hmac ? "hex" : "",
                            hmac ? "v1=" : "",
                            hmac ? "{id}.{timestamp}.{body}" : "",
                            hmac ? "X-Time" : "",
                            hmac ? "X-Id" : "",
                            TOLERANCE,
                            ""),
                    Clock.fixed(now, ZoneOffset.UTC));
        }

        /** The credential that the owner of the secret shows for this body at this time. */
        String credential(int n, Instant at, byte[] body) {
            long t = at.getEpochSecond();
            String secret = secret(n);
            return switch (this) {
                case GITHUB, BITBUCKET -> WebhookSigner.github(secret, body);
                case GITLAB, TOKEN_HEADER -> secret;
                case GITLAB_SIGNED, STANDARD, SVIX -> WebhookSigner.standard(secret, "msg_1", t, body);
                case STANDARD_ED25519 -> WebhookSigner.standard(PAIRS[n].getPrivate(), "msg_1", t, body);
                case STRIPE -> WebhookSigner.stripe(secret, t, body);
                case SLACK -> WebhookSigner.slack(secret, t, body);
                case SHOPIFY -> WebhookSigner.base64(WebhookSigner.hmac("HmacSHA256", secret.getBytes(UTF_8), body));
                case TWILIO ->
                    WebhookSigner.twilio(
                            secret,
                            "http://localhost/hooks/test",
                            Map.of("a", "1", "b", " two", "c", "{\"\u00e9\":[1, 2]}"));
                case HMAC ->
                    "v1="
                            + WebhookSigner.hex(WebhookSigner.hmac(
                                    "HmacSHA512",
                                    secret.getBytes(UTF_8),
                                    WebhookSigner.concat("msg_1." + t + ".", body)));
                case TOKEN -> "Bearer " + secret;
                case BASIC -> "Basic " + WebhookSigner.base64(secret.getBytes(UTF_8));
            };
        }

        TestRequest request(int n, Instant at) {
            return request(at, credential(n, at, BODY));
        }

        TestRequest request(Instant at, String credential) {
            String t = String.valueOf(at.getEpochSecond());
            return new TestRequest(BODY)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header(header, credential)
                    .header("X-Slack-Request-Timestamp", t)
                    .header(family() + "-timestamp", t)
                    .header(family() + "-id", "msg_1")
                    .header("X-Time", t)
                    .header("X-Id", "msg_1");
        }

        private String family() {
            return this == SVIX ? "svix" : "webhook";
        }

        String timestampHeader() {
            return switch (this) {
                case SLACK -> "X-Slack-Request-Timestamp";
                case HMAC -> "X-Time";
                default -> family() + "-timestamp";
            };
        }
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UnauthorizedException refused(Scheme scheme, Verifier verifier, TestRequest request) {
        Throwable thrown = catchThrowable(() -> verifier.verify(request));
        assertThat(thrown)
                .as("%s %s", scheme, request.headers(scheme.header))
                .isInstanceOf(UnauthorizedException.class);
        assertThat(thrown.getMessage())
                .as("nothing of the secret, of what was shown or of what was expected")
                .doesNotContain(scheme.secret(0), "secret-number", scheme.credential(0, NOW, request.body()));
        return (UnauthorizedException) thrown;
    }

    private static void accepted(Verifier verifier, TestRequest request) {
        assertThatCode(() -> verifier.verify(request)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void the_right_credential_is_accepted(Scheme scheme) {
        accepted(scheme.verifier(NOW, 0), scheme.request(0, NOW));
    }

    @ParameterizedTest
    @EnumSource
    void the_credential_of_another_secret_is_refused(Scheme scheme) {
        assertThat(refused(scheme, scheme.verifier(NOW, 0), scheme.request(1, NOW))
                        .reason())
                .isEqualTo(UnauthorizedException.Reason.WRONG);
    }

    @ParameterizedTest
    @EnumSource
    void a_body_with_one_other_byte_is_refused(Scheme scheme) {
        Verifier verifier = scheme.verifier(NOW, 0);
        for (int at = 0; at < BODY.length; at++) {
            byte[] tampered = BODY.clone();
            tampered[at] ^= 1;
            if (scheme.coversBody) {
                refused(scheme, verifier, scheme.request(0, NOW).withBody(tampered));
            } else {
                accepted(verifier, scheme.request(0, NOW).withBody(tampered));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_is_shorter_or_longer_is_refused(Scheme scheme) {
        if (scheme.coversBody) {
            Verifier verifier = scheme.verifier(NOW, 0);
            for (int length = 0; length < BODY.length; length++) {
                refused(scheme, verifier, scheme.request(0, NOW).withBody(Arrays.copyOf(BODY, length)));
            }
            refused(scheme, verifier, scheme.request(0, NOW).withBody(Arrays.copyOf(BODY, BODY.length + 1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_truncated_credential_is_refused(Scheme scheme) {
        String right = scheme.credential(0, NOW, BODY);
        Verifier verifier = scheme.verifier(NOW, 0);
        // the padding of base64 carries nothing
        int meaningful = right.replaceFirst("=+$", "").length();
        for (int length = 0; length < meaningful; length++) {
            refused(scheme, verifier, scheme.request(NOW, right.substring(0, length)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_credential_with_one_other_character_is_refused(Scheme scheme) {
        String right = scheme.credential(0, NOW, BODY);
        Verifier verifier = scheme.verifier(NOW, 0);
        int meaningful = right.replaceFirst("=+$", "").length();
        // the last character of base64 has bits that carry nothing, the words Bearer and Basic have no case
        int from = scheme.header.equals("Authorization") ? right.indexOf(' ') + 1 : 0;
        for (int at = from; at < meaningful - 1; at++) {
            char other = right.charAt(at) == 'e' ? 'f' : 'e';
            if (Character.toLowerCase(right.charAt(at)) != 'e') {
                refused(
                        scheme,
                        verifier,
                        scheme.request(NOW, right.substring(0, at) + other + right.substring(at + 1)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void late_and_early_are_refused_beyond_the_tolerance_in_both_directions(Scheme scheme) {
        TestRequest request = scheme.request(0, NOW);
        for (int direction : List.of(-1, 1)) {
            Instant edge = NOW.plus(TOLERANCE.multipliedBy(direction));
            accepted(scheme.verifier(edge, 0), request);
            Instant beyond = edge.plusSeconds(direction);
            if (scheme.timed) {
                assertThat(refused(scheme, scheme.verifier(beyond, 0), request).reason())
                        .isEqualTo(UnauthorizedException.Reason.OUT_OF_TIME);
            } else {
                // no time is signed: a replay is known by its id
                accepted(scheme.verifier(beyond, 0), request);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_replay_with_a_fresh_timestamp_is_refused(Scheme scheme) {
        if (!scheme.timed) {
            return;
        }
        // Given: a captured request, an hour later
        Instant later = NOW.plus(Duration.ofHours(1));
        TestRequest replayed = scheme == Scheme.STRIPE
                ? scheme.request(
                        later,
                        scheme.credential(0, NOW, BODY)
                                .replace("t=" + NOW.getEpochSecond(), "t=" + later.getEpochSecond()))
                : scheme.request(0, NOW).with(scheme.timestampHeader(), String.valueOf(later.getEpochSecond()));

        // Then
        assertThat(refused(scheme, scheme.verifier(later, 0), replayed).reason())
                .isEqualTo(UnauthorizedException.Reason.WRONG);
    }

    @ParameterizedTest
    @EnumSource
    void a_timestamp_that_is_none_is_refused(Scheme scheme) {
        if (scheme.timed && scheme != Scheme.STRIPE) {
            Verifier verifier = scheme.verifier(NOW, 0);
            for (String bad : List.of("", "x", "-1", "1e9", "99999999999999999999", " ", "\u0661")) {
                refused(scheme, verifier, scheme.request(0, NOW).with(scheme.timestampHeader(), bad));
            }
            refused(scheme, verifier, scheme.request(0, NOW).without(scheme.timestampHeader()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void old_and_new_secret_are_good_while_rotating_and_the_old_one_not_behind_it(Scheme scheme) {
        for (int secret : List.of(0, 1)) {
            accepted(scheme.verifier(NOW, 0, 1), scheme.request(secret, NOW));
            accepted(scheme.verifier(NOW, 1, 0), scheme.request(secret, NOW));
        }
        refused(scheme, scheme.verifier(NOW, 0, 1), scheme.request(2, NOW));
        refused(scheme, scheme.verifier(NOW, 1), scheme.request(0, NOW));
    }

    @ParameterizedTest
    @EnumSource(names = {"STRIPE", "STANDARD", "SVIX", "STANDARD_ED25519", "GITLAB_SIGNED"})
    void one_right_signature_of_several_is_enough(Scheme scheme) {
        // Given
        String separator = scheme == Scheme.STRIPE ? "," : " ";
        String right = scheme.credential(0, NOW, BODY);
        String wrong = scheme.credential(1, NOW, BODY);
        String other = scheme.credential(2, NOW, BODY);
        if (scheme == Scheme.STRIPE) {
            wrong = wrong.replaceFirst("t=\\d+,", "");
            other = other.replaceFirst("t=\\d+,", "");
        }
        String unknown = scheme == Scheme.STRIPE ? "v0=00,v9=x" : "v2,AAAA nonsense";
        Verifier verifier = scheme.verifier(NOW, 0);

        // Then
        accepted(verifier, scheme.request(NOW, String.join(separator, right, wrong)));
        accepted(verifier, scheme.request(NOW, String.join(separator, wrong, unknown, right)));
        String timestamp = scheme == Scheme.STRIPE ? "t=" + NOW.getEpochSecond() + "," : "";
        refused(scheme, verifier, scheme.request(NOW, timestamp + String.join(separator, wrong, other)));
        refused(scheme, verifier, scheme.request(NOW, timestamp + unknown));
        if (scheme == Scheme.STRIPE) {
            refused(scheme, verifier, scheme.request(NOW, right + ",t=1"));
        } else {
            List<String> many = new ArrayList<>(java.util.Collections.nCopies(16, wrong));
            many.add(right);
            refused(scheme, verifier, scheme.request(NOW, String.join(" ", many)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_missing_and_an_empty_credential_are_refused(Scheme scheme) {
        Verifier verifier = scheme.verifier(NOW, 0);
        assertThat(refused(scheme, verifier, scheme.request(0, NOW).without(scheme.header))
                        .reason())
                .isEqualTo(UnauthorizedException.Reason.MISSING);
        refused(scheme, verifier, scheme.request(NOW, ""));
        refused(scheme, verifier, scheme.request(NOW, "  "));
    }

    @ParameterizedTest
    @EnumSource
    void header_names_have_no_case(Scheme scheme) {
        TestRequest lower = new TestRequest(BODY);
        TestRequest upper = new TestRequest(BODY);
        for (Map.Entry<String, String> header : scheme.request(0, NOW).allHeaders()) {
            lower.header(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
            upper.header(header.getKey().toUpperCase(Locale.ROOT), header.getValue());
        }
        accepted(scheme.verifier(NOW, 0), lower);
        accepted(scheme.verifier(NOW, 0), upper);
    }

    @ParameterizedTest
    @EnumSource
    void an_oversized_credential_is_refused_unread(Scheme scheme) {
        assertThat(refused(
                                scheme,
                                scheme.verifier(NOW, 0),
                                scheme.request(NOW, scheme.credential(0, NOW, BODY) + ",".repeat(5000)))
                        .reason())
                .isEqualTo(UnauthorizedException.Reason.MALFORMED);
    }

    @ParameterizedTest
    @EnumSource
    void a_repeated_credential_is_none_even_when_both_are_right(Scheme scheme) {
        refused(
                scheme,
                scheme.verifier(NOW, 0),
                scheme.request(0, NOW).header(scheme.header, scheme.credential(0, NOW, BODY)));
    }

    @ParameterizedTest
    @EnumSource
    void anything_at_all_is_refused_with_one_kind_of_exception(Scheme scheme) {
        Random random = new Random(7);
        Verifier verifier = scheme.verifier(NOW, 0, 1);
        String right = scheme.credential(0, NOW, BODY);
        for (int i = 0; i < 300; i++) {
            StringBuilder credential = new StringBuilder(random.nextBoolean() ? right.substring(0, 4) : "");
            for (int n = random.nextInt(80); n >= 0; n--) {
                credential.append((char) (random.nextInt(8) == 0 ? random.nextInt(0x300) : 32 + random.nextInt(95)));
            }
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            refused(scheme, verifier, scheme.request(NOW, credential.toString()).withBody(body));
        }
    }
}
