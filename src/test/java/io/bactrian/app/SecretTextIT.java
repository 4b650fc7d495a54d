package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A secret may hold any character but doubled braces: what means something to Camel is a text like any other. */
class SecretTextIT {

    private static final List<String> SECRETS = List.of(
            "#property:os.name",
            "#class:java.lang.String",
            "#class:hunter2secret",
            "#bean:hunter2secret",
            "#hunter2secret",
            "#valueAs(int):5",
            "#autowired",
            "hunter\\secret\\",
            "\\hunter2",
            "hunter2\\\\secret",
            "hunter2\\n\\{2",
            "\"hunter2\"",
            "'hunter2'",
            "RAW(hunter2)",
            "${header.X-Token}",
            "hunter2?a=b&c:d;e,f",
            "100%25",
            "true",
            "file:hunter2");

    @TempDir
    Path directory;

    @Test
    void a_secret_is_taken_as_it_is_written() {
        // Given
        TestGateway.Builder builder = TestGateway.with(directory.resolve("journal"));
        for (int i = 0; i < SECRETS.size(); i++) {
            String secret = SECRETS.get(i);
            builder.webhook("shop" + i, "verify", "token", "header", "X-Token", "secret", secret)
                    .webhook("m" + i, "verify", "none", "challenge", "hub.challenge", "challengeToken", secret);
        }
        try (TestGateway gateway = builder.start()) {
            for (int i = 0; i < SECRETS.size(); i++) {
                String secret = SECRETS.get(i);

                // When
                HttpResponse<String> right = gateway.send(post(gateway, i, secret));
                HttpResponse<String> wrong = gateway.send(post(gateway, i, secret + "x"));
                HttpResponse<String> answer = gateway.send(gateway.request("/hooks/m" + i
                                + "?hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + encode(secret, UTF_8))
                        .GET());

                // Then
                assertThat(right.statusCode()).as(secret).isEqualTo(202);
                assertThat(wrong.statusCode()).as(secret).isEqualTo(401);
                assertThat(answer.body()).as(secret).isEqualTo("42");
            }
        }
    }

    @Test
    void a_placeholder_in_a_secret_is_resolved_and_what_it_stands_for_is_not() {
        // Given
        System.setProperty("bactrian.test.secret", "#class:hunter2\\");
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .webhook("shop0", "verify", "token", "header", "X-Token", "secret", "{{sys:bactrian.test.secret}}")
                .start()) {
            // When
            HttpResponse<String> right = gateway.send(post(gateway, 0, "#class:hunter2\\"));

            // Then
            assertThat(right.statusCode()).as(right.body()).isEqualTo(202);
        } finally {
            System.clearProperty("bactrian.test.secret");
        }
    }

    private static HttpRequest.Builder post(TestGateway gateway, int webhook, String token) {
        return gateway.request("/hooks/shop" + webhook)
                .header("X-Token", token)
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
    }
}
