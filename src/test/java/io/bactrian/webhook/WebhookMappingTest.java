package io.bactrian.webhook;

import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookMappingTest {

    private static WebhookMapping mapping(String scheme, String id, String source, String type, String subject) {
        return WebhookMapping.of("shop", scheme, new MappingOptions(id, source, type, subject, List.of(), ""), NOTHING);
    }

    private static final Expressions NOTHING = (text, body) -> text.equals("composite") ? "-" : null;

    private static final Expressions EXPRESSIONS = (text, body) -> "simple(" + text + " of " + body.length + ")";

    private static WebhookMapping.Delivery delivery(WebhookMapping mapping, TestRequest request) {
        return mapping.delivery(request, EXPRESSIONS);
    }

    private static CloudEvent map(WebhookMapping mapping, TestRequest request) throws Exception {
        return mapping.toEvent(request, delivery(mapping, request));
    }

    @Test
    void a_plain_webhook_is_wrapped_with_its_body_untouched() throws Exception {
        // When
        CloudEvent event = map(
                mapping("none", "", "", "", ""),
                new TestRequest("{ \"a\" : 1.0 }").header("Content-Type", "application/json"));

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
        assertThat(map(mapping, new TestRequest("x")).id())
                .isNotEqualTo(map(mapping, new TestRequest("x")).id());
    }

    @Test
    void the_senders_idempotency_key_is_the_id_when_there_is_no_better_one() throws Exception {
        // When
        var own = delivery(mapping("none", "", "", "", ""), new TestRequest("x").header("Idempotency-Key", "k-1"));
        var better = delivery(
                mapping("none", "header:X-Id", "", "", ""),
                new TestRequest("x").header("Idempotency-Key", "k-1").header("X-Id", "i-1"));

        // Then
        assertThat(own.id()).isEqualTo("k-1");
        assertThat(own.idFromIdempotencyKey()).isTrue();
        assertThat(better.id()).isEqualTo("i-1");
        assertThat(better.idFromIdempotencyKey()).isFalse();
    }

    @Test
    void an_id_of_nothing_but_what_stands_between_its_parts_is_none() {
        // Given
        WebhookMapping mapping = mapping("none", "simple:composite", "", "simple:composite", "");
        Expressions dash = (text, body) -> "-";

        // When
        var own = mapping.delivery(new TestRequest("x").header("Idempotency-Key", "k-1"), dash);
        var fresh = mapping.delivery(new TestRequest("x"), dash);
        var other = mapping.delivery(new TestRequest("x"), (text, body) -> "-2");

        // Then
        assertThat(own.id()).isEqualTo("k-1");
        assertThat(fresh.id()).hasSize(36);
        assertThat(other.id()).isEqualTo("-2");
        assertThat(fresh.type()).isEqualTo("-");
    }

    @Test
    void an_element_without_an_id_does_not_take_that_of_what_stands_around_it() throws Exception {
        // Given
        WebhookMapping mapping = mapping("none", "pointer:/id", "pointer:/s", "pointer:/t", "");
        TestRequest request = new TestRequest("{\"id\":\"sub-1\",\"s\":\"/s\",\"t\":\"t\",\"value\":[{}]}");

        // When
        var first = mapping.toEvent(request, mapping.deliveryOfElements(request), "{}".getBytes(UTF_8), 0, EXPRESSIONS);
        var second =
                mapping.toEvent(request, mapping.deliveryOfElements(request), "{}".getBytes(UTF_8), 0, EXPRESSIONS);

        // Then
        assertThat(first.id()).isNotEqualTo(second.id()).endsWith("-0").doesNotContain("sub-1");
        assertThat(first.source()).isEqualTo("/hooks/shop");
        assertThat(first.type()).isEqualTo("webhook.shop");
    }

    @ParameterizedTest
    @CsvSource({"1767323045678901", "999999999999999", "+10000-01-01T00:00:00Z", "-0001-12-31T00:00:00Z"})
    void a_time_that_cannot_be_one_of_an_event_is_passed_by(String time) throws Exception {
        // When
        CloudEvent event = map(
                mapping("standard-webhooks", "", "", "", ""), new TestRequest("x").header("webhook-timestamp", time));

        // Then
        assertThat(event.time()).isEqualTo("2026-01-02T03:04:05.678Z");
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
                "simple:${body}|simple(${body} of 90)",
                "order.created|order.created"
            })
    void an_attribute_comes_from_where_its_expression_says(String expression, String expected) throws Exception {
        // Given
        TestRequest request = new TestRequest(
                        "{\"skip\":{\"kind\":\"no\"},\"items\":[{\"kind\":\"first\"},{\"kind\":\"second\"}],\"number\":42,\"kind\":\"p\"}")
                .header("x-kind", "h")
                .query("a=1&kind=q%20v");

        // Then
        assertThat(map(mapping("none", "", "", expression, ""), request).type()).isEqualTo(expected);
    }

    @Test
    void what_is_not_there_takes_the_default() throws Exception {
        for (String body : List.of("not json", "{", "[]", "{\"kind\":{}}", "{\"kind\":null}", "{\"kind\":\"\"}", "")) {
            assertThat(map(mapping("none", "", "", "pointer:/kind", ""), new TestRequest(body))
                            .type())
                    .as(body)
                    .isEqualTo("webhook.shop");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json",
                "application/json; charset",
                "application/json, application/json",
                "",
                "/",
                "a/b;c=\u0001"
            })
    void a_content_type_that_is_none_is_left_out(String contentType) throws Exception {
        // When
        CloudEvent event =
                map(mapping("none", "", "", "", ""), new TestRequest("{}").header("Content-Type", contentType));

        // Then
        assertThat(event.dataContentType()).isNull();
        assertThat(event.data()).isEqualTo("{}".getBytes(UTF_8));
    }

    @Test
    void headers_in_utf8_are_read_as_that_and_others_as_latin_1() throws Exception {
        // Given: one character a byte, as a server hands them over
        String utf8 = new String("Größe".getBytes(UTF_8), ISO_8859_1);
        WebhookMapping mapping = WebhookMapping.of(
                "shop",
                "none",
                new MappingOptions("", "", "header:X-Type", "header:X-Subject", List.of("X-*"), ""),
                NOTHING);
        TestRequest request = new TestRequest("x")
                .header("X-Type", utf8)
                .header("X-Subject", "Größe")
                .header("Idempotency-Key", utf8);

        // When
        CloudEvent event = map(mapping, request);

        // Then
        assertThat(event.type()).isEqualTo("Größe");
        assertThat(event.subject()).isEqualTo("Größe");
        assertThat(event.id()).isEqualTo("Größe");
        assertThat(delivery(mapping, request).keptHeaders())
                .containsExactly(Map.entry("X-Type", "Größe"), Map.entry("X-Subject", "Größe"));
    }

    @Test
    void a_value_that_cannot_be_an_attribute_is_an_invalid_event() {
        assertThatThrownBy(() -> map(
                        mapping("none", "header:X-Id", "", "", ""), new TestRequest("x").header("X-Id", "a\u0001b")))
                .isInstanceOf(InvalidCloudEventException.class);
    }

    @Test
    void github_is_known_without_configuration() throws Exception {
        // Given
        WebhookMapping mapping = mapping("github", "", "", "", "");
        TestRequest request = new TestRequest(
                        "{\"action\":\"opened\",\"issue\":{\"number\":7,\"updated_at\":\"2020-05-06T07:08:09Z\"},\"repository\":{\"url\":\"https://api.github.com/repos/a/b\"}}")
                .header("X-GitHub-Delivery", "72d3162e")
                .header("X-GitHub-Event", "issues")
                .header("X-Hub-Signature-256", "sha256=00")
                .header("Authorization", "Bearer x");

        // When
        CloudEvent event = map(mapping, request);

        // Then
        assertThat(event.id()).isEqualTo("72d3162e");
        assertThat(event.type()).isEqualTo("com.github.issue.opened");
        assertThat(event.source()).isEqualTo("https://api.github.com/repos/a/b");
        assertThat(event.subject()).isEqualTo("7");
        assertThat(event.time()).isEqualTo("2020-05-06T07:08:09Z");
        assertThat(delivery(mapping, request).keptHeaders())
                .containsExactly(Map.entry("X-GitHub-Delivery", "72d3162e"), Map.entry("X-GitHub-Event", "issues"));
    }

    @Test
    void credentials_are_never_kept_whatever_is_asked() throws Exception {
        // Given
        WebhookMapping all = WebhookMapping.of(
                "shop", "none", new MappingOptions("", "", "", "", List.of("*"), "x-shop-token"), NOTHING);

        // When
        var delivery = delivery(
                all,
                new TestRequest("x")
                        .header("Authorization", "a")
                        .header("COOKIE", "b")
                        .header("nats-msg-id", "c")
                        .header("CamelHttpUri", "d")
                        .header("Content-Encoding", "gzip")
                        .header("X-Shop-Token", "the credential")
                        .header("X-Mine", "e"));

        // Then
        assertThat(delivery.keptHeaders()).containsExactly(Map.entry("X-Mine", "e"));
    }

    @Test
    void a_pattern_keeps_neither_what_is_mostly_a_credential_nor_what_is_of_the_connection() throws Exception {
        // Given
        TestRequest request = new TestRequest("x").header("X-Mine", "kept");
        for (String name : List.of(
                "X-API-Key",
                "Api-Key",
                "apikey",
                "X-Auth-Token",
                "X-Access-Token",
                "x-csrf-token",
                "X-XSRF-Token",
                "X-Amz-Security-Token",
                "X-Goog-Api-Key",
                "X-Shopify-Access-Token",
                "X-Vault-Token",
                "Host",
                "Content-Length",
                "Prefer",
                "Connection",
                "TE")) {
            request.header(name, "not for others");
        }

        // When
        var all = delivery(keeping("*"), request).keptHeaders();
        var some = delivery(keeping("X-*"), request).keptHeaders();
        var named = delivery(keeping("X-*", "x-api-key", "prefer"), request).keptHeaders();

        // Then
        assertThat(all).containsExactly(Map.entry("X-Mine", "kept"));
        assertThat(some).isEqualTo(all);
        assertThat(named).extracting(Map.Entry::getKey).containsExactly("X-Mine", "X-API-Key", "Prefer");
    }

    private static WebhookMapping keeping(String... patterns) {
        return WebhookMapping.of("shop", "none", new MappingOptions("", "", "", "", List.of(patterns), ""), NOTHING);
    }

    private static CloudEvent element(WebhookMapping mapping, TestRequest request, String element, int index)
            throws Exception {
        return mapping.toEvent(request, delivery(mapping, request), element.getBytes(UTF_8), index, EXPRESSIONS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|k-1-7",
                "header:X-Id|h-1-7",
                "query:q|q-1-7",
                "all-the-same|all-the-same-7",
                "pointer:/id|own",
                "pointer:/missing|k-1-7",
                "simple:${x}|simple(${x} of 12)-7"
            })
    void the_id_of_an_element_is_its_own_or_that_of_the_delivery_with_the_index(String expression, String id)
            throws Exception {
        // Given
        TestRequest request = new TestRequest("[]")
                .header("Idempotency-Key", "k-1")
                .header("X-Id", "h-1")
                .query("q=q-1");

        // Then
        assertThat(element(
                                mapping("none", expression == null ? "" : expression, "", "", ""),
                                request,
                                "{\"id\":\"own\"}",
                                7)
                        .id())
                .isEqualTo(id);
    }

    @Test
    void parameters_look_at_the_element_and_presets_at_the_whole_request() throws Exception {
        // Given
        TestRequest request = new TestRequest(
                        "{\"type\":\"whole\",\"created\":1700000000,\"list\":[{\"type\":\"part\"}]}")
                .header("Content-Type", "application/json");

        // When
        CloudEvent given = element(
                mapping("stripe", "", "pointer:/type", "", "pointer:/type"), request, "{ \"type\":\"part\" }", 0);

        // Then
        assertThat(given.data()).isEqualTo("{ \"type\":\"part\" }".getBytes(UTF_8));
        assertThat(given.source()).isEqualTo("part");
        assertThat(given.subject()).isEqualTo("part");
        assertThat(given.type()).isEqualTo("com.stripe.whole");
        assertThat(given.time()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(given.dataContentType()).isEqualTo("application/json");
    }

    @Test
    void an_expression_that_cannot_work_is_named() {
        assertThatThrownBy(() -> mapping("none", "pointer:id", "", "", ""))
                .hasMessageContaining("id=pointer:id")
                .hasMessageContaining("/");
    }
}
