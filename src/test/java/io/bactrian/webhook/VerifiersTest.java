package io.bactrian.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.testing.WebhookSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class VerifiersTest {

    private static final String SIGNATURE = "X-Hub-Signature-256";

    private static Verifier verifier(String scheme, String secret, String... more) {
        String[] p = {"", "", "", "", ""};
        System.arraycopy(more, 0, p, 0, more.length);
        return Verifiers.create(
                new VerifierOptions(
                        scheme,
                        Secrets.ofText(secret),
                        p[0],
                        p[1],
                        p[2],
                        p[3],
                        "",
                        "",
                        "",
                        Duration.ofMinutes(5),
                        p[4]),
                Clock.systemUTC());
    }

    static Stream<JsonNode> vectors() throws IOException {
        try (InputStream in = VerifiersTest.class.getResourceAsStream("/webhook/signature-vectors.json")) {
            JsonNode all = new ObjectMapper().readTree(in);
            assertThat(all.size()).isEqualTo(9);
            return StreamSupport.stream(all.spliterator(), false).toList().stream();
        }
    }

    /** A request as the provider's documentation shows it, and the time when it was sent. */
    private record Published(TestRequest request, Instant at) {
        static Published of(JsonNode vector) {
            StringBuilder form = new StringBuilder();
            if (vector.has("params")) {
                vector.get("params").properties().forEach(p -> form.append(form.length() == 0 ? "" : "&")
                        .append(p.getKey())
                        .append('=')
                        .append(URLEncoder.encode(p.getValue().asText(), UTF_8)));
            }
            TestRequest request =
                    new TestRequest(vector.has("body") ? vector.get("body").asText() : form.toString());
            if (vector.has("params")) {
                request.header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
            }
            if (vector.has("url")) {
                request.url(vector.get("url").asText());
            }
            String text = vector.get("headers").toString();
            vector.get("headers")
                    .properties()
                    .forEach(h -> request.header(h.getKey(), h.getValue().asText()));
            Matcher seconds = Pattern.compile("1\\d{9}").matcher(text);
            return new Published(
                    request, Instant.ofEpochSecond(seconds.find() ? Long.parseLong(seconds.group()) : 1_700_000_000L));
        }
    }

    private static Verifier verifier(JsonNode vector, Instant now) {
        String scheme = vector.get("scheme").asText().replaceFirst("-(form|json)$", "");
        return Verifiers.create(
                VerifierOptions.of(scheme, Secrets.ofText(vector.get("secret").asText())),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void every_published_vector_verifies_and_no_other_body_does(JsonNode vector) {
        // Given
        Published published = Published.of(vector);
        Verifier verifier = verifier(vector, published.at());

        // Then
        assertThatCode(() -> verifier.verify(published.request())).doesNotThrowAnyException();
        assertThat(catchThrowable(() -> verifier.verify(published.request().withBody("{\"a\":1}".getBytes(UTF_8)))))
                .isInstanceOf(UnauthorizedException.class);
    }

    private static final String RIGHT = "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3";

    private static UnauthorizedException refused(Verifier verifier, TestRequest request) {
        UnauthorizedException e = catchThrowableOfType(UnauthorizedException.class, () -> verifier.verify(request));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.getMessage()).doesNotContain("mysecret", "4864d275");
        return e;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda4",
                "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bd",
                "sha1=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
                "4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
                "sha256=",
                "sha256=zz",
                "é"
            })
    void any_other_signature_is_refused(String signature) {
        refused(verifier("github", "mysecret"), new TestRequest("{\"foo\":\"bar\"}").header(SIGNATURE, signature));
    }

    @Test
    void a_missing_and_a_repeated_signature_and_another_body_are_refused() {
        // Given
        Verifier verifier = verifier("github", "mysecret");

        // Then
        assertThat(refused(verifier, new TestRequest("{\"foo\":\"bar\"}")).reason())
                .isEqualTo(UnauthorizedException.Reason.MISSING);
        refused(
                verifier,
                new TestRequest("{\"foo\":\"bar\"}").header(SIGNATURE, RIGHT).header(SIGNATURE, RIGHT));
        refused(verifier, new TestRequest("{\"foo\":\"baz\"}").header(SIGNATURE, RIGHT));
    }

    @Test
    void an_old_and_a_new_secret_are_both_good_while_rotating() {
        // Given
        TestRequest request = new TestRequest("{\"foo\":\"bar\"}").header(SIGNATURE, RIGHT);

        // Then
        assertThatCode(() -> verifier("github", "newsecret mysecret").verify(request))
                .doesNotThrowAnyException();
        assertThatCode(() -> verifier("github", "mysecret newsecret").verify(request))
                .doesNotThrowAnyException();
        refused(verifier("github", "newsecret other"), request);
    }

    @Test
    void hmac_takes_header_algorithm_encoding_and_prefix() {
        // Given: printf body | openssl dgst -sha512 -hmac key -binary | base64
        Verifier verifier = verifier("hmac", "key", "X-Sig", "sha1", "base64", "v=");

        // Then: RFC 2202-style value, computed with another program
        assertThatCode(() -> verifier.verify(new TestRequest("The quick brown fox jumps over the lazy dog")
                        .header("X-Sig", "v=3nybhbi3iqa8ino29wqQcBydtNk=")))
                .doesNotThrowAnyException();
        refused(verifier, new TestRequest("The quick brown fox").header("X-Sig", "v=3nybhbi3iqa8ino29wqQcBydtNk="));
    }

    @Test
    void a_token_is_taken_as_bearer_as_parameter_or_in_a_header_of_its_own() {
        // Given
        Verifier standard = verifier("token", "t1 t+2");
        Verifier own = verifier("token", "t1", "X-Token");

        // Then
        assertThatCode(() -> standard.verify(new TestRequest("").header("Authorization", "Bearer t1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> standard.verify(new TestRequest("").header("authorization", "bearer t+2")))
                .doesNotThrowAnyException();
        assertThatCode(() -> standard.verify(new TestRequest("").query("a=1&access_token=t%2B2")))
                .doesNotThrowAnyException();
        assertThatCode(() -> own.verify(new TestRequest("").header("X-Token", "t1")))
                .doesNotThrowAnyException();
        refused(standard, new TestRequest("").header("Authorization", "Bearer "));
        refused(standard, new TestRequest("").header("Authorization", "Basic t1"));
        refused(standard, new TestRequest("").query("access_token=%zz"));
        refused(
                standard,
                new TestRequest("").header("Authorization", "Bearer x").query("access_token=t1"));
        refused(own, new TestRequest("").header("Authorization", "Bearer t1"));
    }

    @Test
    void what_cannot_work_is_named_without_the_secret() {
        assertThatThrownBy(() -> verifier("gitbub", "s3cret"))
                .hasMessageContaining("gitbub")
                .hasMessageContaining("github")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> verifier("github", "  ")).hasMessageContaining("secret");
        assertThatThrownBy(() -> verifier("none", "s3cret"))
                .hasMessageContaining("none")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> verifier("github", "s", "X-Other")).hasMessageContaining("header");
        assertThatThrownBy(() -> verifier("hmac", "s")).hasMessageContaining("header");
        assertThatThrownBy(() -> verifier("hmac", "s", "X", "md5")).hasMessageContaining("md5");
        assertThatThrownBy(() -> verifier("hmac", "s", "X", "", "octal")).hasMessageContaining("octal");
    }

    @Test
    void options_never_show_their_secret() {
        assertThat(VerifierOptions.of("hmac", Secrets.ofText("s3cret")))
                .asString()
                .doesNotContain("s3cret");
        assertThat(Secrets.ofText("s3cret")).asString().doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "basic|justuser|user:password",
                "basic|:hunter2|user:password",
                "standard-webhooks|whsec_%%%|base64",
                "standard-webhooks|whsk_AAAA|whpk_",
                "standard-webhooks|whpk_AAAA|32 bytes",
                "standard-webhooks|whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|no ed25519 key",
                "gitlab|whsec_%%%|base64"
            })
    void a_secret_that_is_none_of_its_scheme_is_refused_unquoted(String scheme, String secret, String expected) {
        assertThatThrownBy(() -> verifier(scheme, secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining(secret);
    }

    @Test
    void basic_takes_the_pair_and_nothing_else() {
        // Given
        Verifier verifier = verifier("basic", "user:pa:ss other:word");

        // Then: printf user:pa:ss | base64
        assertThatCode(() -> verifier.verify(new TestRequest("").header("Authorization", "Basic dXNlcjpwYTpzcw==")))
                .doesNotThrowAnyException();
        assertThatCode(() -> verifier.verify(new TestRequest("").header("authorization", "basic b3RoZXI6d29yZA==")))
                .doesNotThrowAnyException();
        for (String wrong : List.of("Basic dXNlcg==", "Basic", "Basic %%%", "Bearer dXNlcjpwYTpzcw==", "Basic Og==")) {
            refused(verifier, new TestRequest("").header("Authorization", wrong));
        }
        assertThat(verifier.challenge()).startsWith("Basic realm=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://hooks.example.com|/hooks/test?a=1",
                "https://hooks.example.com/|/hooks/test?a=1",
                "https://hooks.example.com:443|/hooks/test?a=1",
                "https://hooks.example.com:8443|/hooks/test?a=1",
                "https://hooks.example.com/in/sms|/in/sms?a=1"
            })
    void twilio_signs_the_url_it_calls_and_not_what_a_proxy_makes_of_it(String publicUrl, String path) {
        // Given
        Map<String, String> form = Map.of("Body", "h\u00e9llo w\u00f6rld", "AccountSid", "AC1", "Empty", "");
        TestRequest request = new TestRequest("Body=h%C3%A9llo+w%C3%B6rld&Empty=&AccountSid=AC1")
                .url("http://10.0.0.7:8080/hooks/test?a=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Twilio-Signature", WebhookSigner.twilio("12345", "https://hooks.example.com" + path, form));

        // Then
        assertThatCode(() ->
                        verifier("twilio", "12345", "", "", "", "", publicUrl).verify(request))
                .doesNotThrowAnyException();
        refused(verifier("twilio", "12345"), request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Body=hi&Body%zz=evil", "Body=hi&a=%", "Body=hi&=evil", "Body=hi&="})
    void twilio_never_takes_a_form_with_more_in_it_than_its_signature_covers(String body) {
        // Given
        TestRequest request = new TestRequest("Body=hi")
                .url("https://mycompany.com/myapp.php")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "X-Twilio-Signature",
                        WebhookSigner.twilio("12345", "https://mycompany.com/myapp.php", Map.of("Body", "hi")));

        // Then
        assertThatCode(() -> verifier("twilio", "12345").verify(request)).doesNotThrowAnyException();
        refused(verifier("twilio", "12345"), request.withBody(body.getBytes(UTF_8)));
    }

    @Test
    void twilio_does_not_sort_any_number_of_parameters_for_nobody() {
        // Given
        String body = IntStream.range(0, 1001).mapToObj(i -> "p" + i).collect(Collectors.joining("&"));
        TestRequest request = new TestRequest(body)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Twilio-Signature", "zYQTYrRWXE7LtzbG4PfP7/bkkGo=");

        // Then
        assertThatThrownBy(() -> verifier("twilio", "12345").verify(request)).hasMessageContaining("more than 1000");
    }

    @Test
    void a_secret_that_is_not_ascii_is_shown_as_the_bytes_of_a_header() throws Exception {
        // Given: a header is read as Latin-1, whatever its bytes are
        String secret = "gr\u00fc\u00dfe-\u20ac";
        String shown = new String(secret.getBytes(UTF_8), ISO_8859_1);

        // Then
        verifier("token", secret).verify(new TestRequest("").header("Authorization", "Bearer " + shown));
        verifier("token", secret, "X-Token").verify(new TestRequest("").header("X-Token", shown));
        verifier("gitlab", secret).verify(new TestRequest("").header("X-Gitlab-Token", shown));
        verifier("token", secret).verify(new TestRequest("").query("access_token=" + URLEncoder.encode(secret, UTF_8)));
        refused(verifier("token", secret), new TestRequest("").header("Authorization", "Bearer gr\u00fc\u00dfe-?"));
    }

    @Test
    void what_is_signed_of_headers_are_their_bytes() throws Exception {
        // Given
        String id = "msg_\u00fc";
        String shown = new String(id.getBytes(UTF_8), ISO_8859_1);
        long now = Instant.now().getEpochSecond();
        String secret = "whsec_c2VjcmV0LW51bWJlci0wMDAwMDAwMDAx";

        // Then
        verifier("standard-webhooks", secret)
                .verify(new TestRequest("{}")
                        .header("webhook-id", shown)
                        .header("webhook-timestamp", String.valueOf(now))
                        .header("webhook-signature", WebhookSigner.standard(secret, id, now, "{}".getBytes(UTF_8))));
    }

    @Test
    void a_signed_gitlab_request_has_no_other_id_than_the_signed_one() {
        // Given
        String secret = "whsec_c2VjcmV0LW51bWJlci0wMDAwMDAwMDAx";
        long now = Instant.now().getEpochSecond();
        String signature = WebhookSigner.standard(secret, "k-1", now, "{}".getBytes(UTF_8));
        TestRequest request = new TestRequest("{}")
                .header("webhook-id", "k-1")
                .header("webhook-timestamp", String.valueOf(now))
                .header("webhook-signature", signature);

        // Then
        assertThatCode(() -> verifier("gitlab", secret).verify(request)).doesNotThrowAnyException();
        refused(verifier("gitlab", secret), request.with("Idempotency-Key", "k-2"));
        assertThatCode(() -> verifier("gitlab", secret).verify(request.with("Idempotency-Key", "k-1")))
                .doesNotThrowAnyException();
        refused(
                verifier("gitlab", secret),
                new TestRequest("{}")
                        .header("svix-id", "k-1")
                        .header("svix-timestamp", String.valueOf(now))
                        .header("svix-signature", signature));
    }

    @Test
    void twilio_never_takes_a_body_that_nobody_signed() {
        // Given: the signature of the bare URL, which a form without parameters has too
        TestRequest request = new TestRequest("{\"evil\":true}")
                .url("https://mycompany.com/myapp.php?foo=1&bar=2")
                .header("X-Twilio-Signature", "zYQTYrRWXE7LtzbG4PfP7/bkkGo=");

        // Then
        assertThatCode(() -> verifier("twilio", "12345").verify(request.withBody(new byte[0])))
                .doesNotThrowAnyException();
        refused(verifier("twilio", "12345"), request.with("Content-Type", "application/json"));
        refused(verifier("twilio", "12345"), request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "example.com", "https://x?y=1", "https://", "::"})
    void a_public_url_that_cannot_be_one_is_named(String url) {
        assertThatThrownBy(() -> verifier("twilio", "s", "", "", "", "", url)).hasMessageContaining("publicUrl=" + url);
    }

    private static Verifier template(String signedContent, String timestampHeader, String idHeader) {
        return Verifiers.create(
                new VerifierOptions(
                        "hmac",
                        Secrets.ofText("key"),
                        "X-Sig",
                        "",
                        "base64url",
                        "",
                        signedContent,
                        timestampHeader,
                        idHeader,
                        Duration.ofMinutes(5),
                        "https://hooks.example.com"),
                Clock.fixed(Instant.ofEpochSecond(1_700_000_000L), ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id}.{timestamp}.{body}|1700000000|i-1.1700000000.payload",
                "v1:{timestamp}:{body}|1700000000000|v1:1700000000000:payload",
                "{timestamp}{body}|2023-11-14T22:13:20Z|2023-11-14T22:13:20Zpayload",
                "{url}|1|-",
                "{url}{body}|1|https://hooks.example.com/hooks/testpayload"
            })
    void hmac_signs_what_its_template_says(String template, String timestamp, String signed) {
        if (signed.equals("-")) {
            assertThatThrownBy(() -> template(template, "", "")).hasMessageContaining("{body}");
            return;
        }
        // Given
        Verifier verifier = template(
                template, template.contains("{timestamp}") ? "X-Time" : "", template.contains("{id}") ? "X-Id" : "");
        TestRequest request = new TestRequest("payload")
                .header("X-Time", timestamp)
                .header("X-Id", "i-1")
                .header(
                        "X-Sig",
                        Base64.getUrlEncoder()
                                .encodeToString(WebhookSigner.hmac(
                                        "HmacSHA256", "key".getBytes(UTF_8), signed.getBytes(UTF_8))));

        // Then
        assertThatCode(() -> verifier.verify(request)).doesNotThrowAnyException();
        refused(verifier, request.withBody("payloae".getBytes(UTF_8)));
    }

    @Test
    void a_template_that_cannot_work_is_named() {
        assertThatThrownBy(() -> template("{timestamp}.{body}", "", "")).hasMessageContaining("timestampHeader");
        assertThatThrownBy(() -> template("{body}", "X-Time", "")).hasMessageContaining("timestampHeader");
        assertThatThrownBy(() -> template("{id}.{body}", "", "")).hasMessageContaining("idHeader");
        assertThatThrownBy(() -> template("{id}{body}", "", "X-Id")).hasMessageContaining("separator");
        assertThatThrownBy(() -> template("{nonce}.{body}", "", "")).hasMessageContaining("{nonce}");
    }

    @Test
    void a_signing_token_of_gitlab_is_never_a_plain_one() {
        // Given
        String signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        TestRequest shown = new TestRequest("{}").header("X-Gitlab-Token", signing);

        // Then
        refused(verifier("gitlab", signing), shown);
        refused(verifier("gitlab", "plain-token " + signing), shown);
        assertThatCode(() -> verifier("gitlab", "plain-token " + signing)
                        .verify(new TestRequest("{}").header("X-Gitlab-Token", "plain-token")))
                .doesNotThrowAnyException();
    }

    @Test
    void a_secret_with_blanks_is_good_as_a_whole_and_said_to_look_odd() {
        assertThat(Secrets.ofText("It's a Secret to Everybody").looksLikePhrase())
                .isTrue();
        assertThat(Secrets.ofText("long-enough-1 long-enough-2").looksLikePhrase())
                .isFalse();
        assertThat(Secrets.ofText("short").looksLikePhrase()).isFalse();
        assertThat(Secrets.ofLines(" a b \n\n c \r\n").words()).containsExactly("a b", "c");
    }
}
