package io.bactrian.webhook;

import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookMappingTest {

    private static WebhookMapping mapping(String scheme, String id, String source, String type, String subject) {
        return WebhookMapping.of("shop", scheme, new MappingOptions(id, source, type, subject, List.of(), ""));
    }

    private static WebhookMapping.Mapped map(WebhookMapping mapping, TestRequest request) throws Exception {
        return mapping.toEvent(request, text -> "simple(" + text + ")");
    }

    @Test
    void a_plain_webhook_is_wrapped_with_its_body_untouched() throws Exception {
        // When
        CloudEvent event = map(
                        mapping("none", "", "", "", ""),
                        new TestRequest("{ \"a\" : 1.0 }").header("Content-Type", "application/json"))
                .event();

        // Then
        assertThat(event.source()).isEqualTo("/hooks/shop");
        assertThat(event.type()).isEqualTo("webhook.shop");
        assertThat(event.subject()).isNull();
        assertThat(event.time()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(event.dataContentType()).isEqualTo("application/json");
        assertThat(event.data()).isEqualTo("{ \"a\" : 1.0 }".getBytes(UTF_8));
    }

    @Test
    void without_any_id_each_request_gets_a_fresh_one() throws Exception {
        // Given
        WebhookMapping mapping = mapping("none", "", "", "", "");

        // Then
        assertThat(map(mapping, new TestRequest("x")).event().id())
                .isNotEqualTo(map(mapping, new TestRequest("x")).event().id());
    }

    @Test
    void the_senders_idempotency_key_is_the_id_when_there_is_no_better_one() throws Exception {
        // When
        var own = map(mapping("none", "", "", "", ""), new TestRequest("x").header("Idempotency-Key", "k-1"));
        var better = map(
                mapping("none", "header:X-Id", "", "", ""),
                new TestRequest("x").header("Idempotency-Key", "k-1").header("X-Id", "i-1"));

        // Then
        assertThat(own.event().id()).isEqualTo("k-1");
        assertThat(own.idFromIdempotencyKey()).isTrue();
        assertThat(better.event().id()).isEqualTo("i-1");
        assertThat(better.idFromIdempotencyKey()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "header:X-Kind|h",
                "query:kind|q v",
                "pointer:/kind|p",
                "pointer:/items/1/kind|second",
                "pointer:/number|42",
                "simple:${body}|simple(${body})",
                "order.created|order.created"
            })
    void an_attribute_comes_from_where_its_expression_says(String expression, String expected) throws Exception {
        // Given
        TestRequest request = new TestRequest(
                        "{\"skip\":{\"kind\":\"no\"},\"items\":[{\"kind\":\"first\"},{\"kind\":\"second\"}],\"number\":42,\"kind\":\"p\"}")
                .header("x-kind", "h")
                .query("a=1&kind=q%20v");

        // Then
        assertThat(map(mapping("none", "", "", expression, ""), request).event().type())
                .isEqualTo(expected);
    }

    @Test
    void what_is_not_there_takes_the_default() throws Exception {
        for (String body : List.of("not json", "{", "[]", "{\"kind\":{}}", "{\"kind\":null}", "{\"kind\":\"\"}", "")) {
            assertThat(map(mapping("none", "", "", "pointer:/kind", ""), new TestRequest(body))
                            .event()
                            .type())
                    .as(body)
                    .isEqualTo("webhook.shop");
        }
    }

    @Test
    void a_value_that_cannot_be_an_attribute_is_an_invalid_event() {
        assertThatThrownBy(() -> map(
                        mapping("none", "header:X-Id", "", "", ""), new TestRequest("x").header("X-Id", "a\u0001b")))
                .isInstanceOf(InvalidCloudEventException.class);
    }

    @Test
    void github_is_known_without_configuration() throws Exception {
        // When
        var mapped = map(
                mapping("github", "", "", "", ""),
                new TestRequest(
                                "{\"action\":\"opened\",\"issue\":{\"number\":7,\"updated_at\":\"2020-05-06T07:08:09Z\"},\"repository\":{\"url\":\"https://api.github.com/repos/a/b\"}}")
                        .header("X-GitHub-Delivery", "72d3162e")
                        .header("X-GitHub-Event", "issues")
                        .header("X-Hub-Signature-256", "sha256=00")
                        .header("Authorization", "Bearer x"));

        // Then
        assertThat(mapped.event().id()).isEqualTo("72d3162e");
        assertThat(mapped.event().type()).isEqualTo("com.github.issue.opened");
        assertThat(mapped.event().source()).isEqualTo("https://api.github.com/repos/a/b");
        assertThat(mapped.event().subject()).isEqualTo("7");
        assertThat(mapped.event().time()).isEqualTo("2020-05-06T07:08:09Z");
        assertThat(mapped.keptHeaders())
                .containsExactly(Map.entry("X-GitHub-Delivery", "72d3162e"), Map.entry("X-GitHub-Event", "issues"));
    }

    @Test
    void credentials_are_never_kept_whatever_is_asked() throws Exception {
        // Given
        WebhookMapping all =
                WebhookMapping.of("shop", "none", new MappingOptions("", "", "", "", List.of("*"), "x-shop-token"));

        // When
        var mapped = map(
                all,
                new TestRequest("x")
                        .header("Authorization", "a")
                        .header("COOKIE", "b")
                        .header("nats-msg-id", "c")
                        .header("CamelHttpUri", "d")
                        .header("X-Shop-Token", "the credential")
                        .header("X-Mine", "e"));

        // Then
        assertThat(mapped.keptHeaders()).containsExactly(Map.entry("X-Mine", "e"));
    }

    @Test
    void an_expression_that_cannot_work_is_named() {
        assertThatThrownBy(() -> mapping("none", "pointer:id", "", "", ""))
                .hasMessageContaining("id=pointer:id")
                .hasMessageContaining("/");
    }
}
