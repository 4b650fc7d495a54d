package io.bactrian.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class VerifiersTest {

    private static final String SIGNATURE = "X-Hub-Signature-256";

    private static Verifier verifier(String scheme, String secret, String... more) {
        String[] p = {"", "", "", "", ""};
        System.arraycopy(more, 0, p, 0, more.length);
        return Verifiers.create(
                new VerifierOptions(scheme, secret, p[0], p[1], p[2], p[3], Duration.ofMinutes(5), p[4]),
                Clock.systemUTC());
    }

    static Stream<JsonNode> github() throws IOException {
        try (InputStream in = VerifiersTest.class.getResourceAsStream("/webhook/signature-vectors.json")) {
            JsonNode all = new ObjectMapper().readTree(in);
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(v -> v.get("scheme").asText().equals("github"))
                    .toList()
                    .stream();
        }
    }

    /** A secret with blanks is two secrets while rotating, so that of the documentation is checked as hmac's bytes. */
    private static String secret(JsonNode vector) {
        return vector.get("secret").asText();
    }

    @ParameterizedTest
    @MethodSource("github")
    void the_published_vectors_of_github_verify(JsonNode vector) {
        // Given
        String secret = secret(vector);
        TestRequest request = new TestRequest(vector.get("body").asText())
                .header(
                        "x-hub-signature-256",
                        vector.get("headers").get(SIGNATURE).asText());

        // Then
        Verifier verifier = secret.contains(" ") ? HmacVerifier.github(List.of(secret)) : verifier("github", secret);
        assertThatCode(() -> verifier.verify(request)).doesNotThrowAnyException();
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
        assertThat(new VerifierOptions("hmac", "s3cret", "", "", "", "", Duration.ZERO, ""))
                .asString()
                .doesNotContain("s3cret");
    }
}
