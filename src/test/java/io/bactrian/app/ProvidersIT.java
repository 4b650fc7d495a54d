package io.bactrian.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import io.bactrian.testing.WebhookSigner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.bactrian.app.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** From a provider's signed request to the stream, through a whole gateway: verified, mapped, answered as the provider wants. */
@ExtendWith(NatsServerExtension.class)
class ProvidersIT {

    private static final String SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final List<JsonNode> VECTORS = vectors();

    @TempDir
    static Path directory;

    static NatsServer nats;
    static TestGateway gateway;

    private static List<JsonNode> vectors() {
        try (InputStream in = ProvidersIT.class.getResourceAsStream("/webhook/signature-vectors.json")) {
            JsonNode all = TestGateway.JSON.readTree(in);
            return IntStream.range(0, all.size()).mapToObj(all::get).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        TestGateway.Builder builder = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("slack", "verify", "slack", "secret", SECRET)
                .webhook("shopify", "verify", "shopify", "secret", SECRET)
                .webhook("twilio", "verify", "twilio", "secret", SECRET, "publicUrl", "https://hooks.example.com");
        for (int i = 0; i < VECTORS.size(); i++) {
            JsonNode vector = VECTORS.get(i);
            builder.webhook(
                    "vector-" + i,
                    "verify",
                    vector.get("scheme").asText().replaceFirst("^twilio-.*", "twilio"),
                    "secret",
                    vector.get("secret").asText(),
                    // the signed times of published examples are years ago
                    "tolerance",
                    vector.has("url") ? "5m" : "36500d",
                    "publicUrl",
                    vector.path("url").asText().replaceFirst("\\?.*", ""));
        }
        gateway = builder.start();
        gateway.awaitConnected();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    private static HttpRequest.Builder post(String path, String contentType, String body, String... headers) {
        HttpRequest.Builder request = gateway.request("/hooks/" + path)
                .header("Content-Type", contentType)
                .header("Prefer", "wait=5")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static List<StoredMessage> stored(String webhook) {
        return nats.messages("EVENTS", "events." + webhook);
    }

    private static HttpResponse<String> slack(String body, String signed) {
        long now = Instant.now().getEpochSecond();
        return gateway.send(post(
                "slack",
                "application/json",
                body,
                "X-Slack-Request-Timestamp",
                String.valueOf(now),
                "X-Slack-Signature",
                WebhookSigner.slack(SECRET, now, signed.getBytes(UTF_8)),
                "X-Slack-Retry-Num",
                "1"));
    }

    @Test
    void slack() {
        // Given
        String body = "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"Ev1\",\"event_time\":1700000000,"
                + "\"event\":{\"type\":\"app_mention\",\"channel\":\"C1\",\"text\":\"ü\"}}";
        String question = "{\"type\":\"url_verification\",\"token\":\"x\",\"challenge\":\"3eZbrw1a\"}";

        // When
        HttpResponse<String> asked = slack(question, question);
        HttpResponse<String> askedWrongly = slack(question, body);
        HttpResponse<String> event = slack(body, body);
        HttpResponse<String> forged = slack(body.replace("C1", "C2"), body);

        // Then
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
        assertThat(asked.body()).isEqualTo("3eZbrw1a");
        assertThat(asked.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertProblem(askedWrongly, 401, "unauthorized");
        assertThat(event.statusCode()).as(event.body()).isEqualTo(200);
        assertThat(event.body()).as("Slack would show it").isEmpty();
        assertProblem(forged, 401, "unauthorized");
        assertThat(stored("slack")).hasSize(1);
        StoredMessage message = stored("slack").get(0);
        assertThat(message.text()).isEqualTo(body);
        assertThat(message.header("ce-id")).isEqualTo("Ev1");
        assertThat(message.header("ce-type")).isEqualTo("com.slack.app_mention");
        assertThat(message.header("ce-subject")).isEqualTo("C1");
        assertThat(message.header("ce-time")).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(message.header("Http-X-Slack-Retry-Num")).isEqualTo("1");
        assertThat(message.headers()).doesNotContainKey("Http-X-Slack-Signature");
    }

    @Test
    void shopify() {
        // Given
        String body = "{\"id\":820982911946154508,\"admin_graphql_api_id\":\"gid://shopify/Order/820982911946154508\"}";
        String signature =
                WebhookSigner.base64(WebhookSigner.hmac("HmacSHA256", SECRET.getBytes(UTF_8), body.getBytes(UTF_8)));
        String[] headers = {
            "X-Shopify-Hmac-SHA256", signature,
            "X-Shopify-Topic", "orders/create",
            "X-Shopify-Shop-Domain", "acme.myshopify.com",
            "X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "X-Shopify-Triggered-At", "2023-03-29T18:00:27.877041743Z"
        };

        // When
        HttpResponse<String> event = gateway.send(post("shopify", "application/json", body, headers));
        HttpResponse<String> repeated = gateway.send(post("shopify", "application/json", body, headers));
        HttpResponse<String> forged = gateway.send(post("shopify", "application/json", body + " ", headers));

        // Then
        assertThat(event.statusCode()).as(event.body()).isEqualTo(200);
        assertThat(repeated.statusCode()).isEqualTo(200);
        assertThat(repeated.headers().firstValue("Bactrian-Duplicate")).contains("true");
        assertProblem(forged, 401, "unauthorized");
        assertThat(stored("shopify")).hasSize(1);
        StoredMessage message = stored("shopify").get(0);
        assertThat(message.text()).isEqualTo(body);
        assertThat(message.header("ce-id")).isEqualTo("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
        assertThat(message.header("ce-source")).isEqualTo("https://acme.myshopify.com");
        assertThat(message.header("ce-type")).isEqualTo("com.shopify.orders.create");
        assertThat(message.header("ce-subject")).isEqualTo("gid://shopify/Order/820982911946154508");
        assertThat(message.header("ce-time")).startsWith("2023-03-29T18:00:27.877041743");
        assertThat(message.header("Http-X-Shopify-Topic")).isEqualTo("orders/create");
        assertThat(message.headers()).doesNotContainKey("Http-X-Shopify-Hmac-SHA256");
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Test
    void twilio_behind_a_proxy() {
        // Given: Twilio calls the proxy's URL, and the gateway sees its own
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("To", "+18005551212");
        parameters.put("MessageSid", "SM1");
        parameters.put("Body", "a b&c=ü");
        String body = form(parameters);
        String signature = WebhookSigner.twilio(SECRET, "https://hooks.example.com/hooks/twilio?tenant=1", parameters);
        String inside = WebhookSigner.twilio(
                SECRET, gateway.uri("/hooks/twilio?tenant=1").toString(), parameters);

        // When
        HttpResponse<String> event = gateway.send(post(
                "twilio?tenant=1", FORM, body, "X-Twilio-Signature", signature, "I-Twilio-Idempotency-Token", "t-1"));
        HttpResponse<String> otherUrl =
                gateway.send(post("twilio?tenant=2", FORM, body, "X-Twilio-Signature", signature));
        HttpResponse<String> ownUrl = gateway.send(post("twilio?tenant=1", FORM, body, "X-Twilio-Signature", inside));

        // Then
        assertThat(event.statusCode()).as(event.body()).isEqualTo(200);
        assertThat(event.body()).isEqualTo("<Response/>");
        assertThat(event.headers().firstValue("Content-Type")).contains("text/xml; charset=utf-8");
        assertThat(assertProblem(otherUrl, 401, "unauthorized").get("detail").asText())
                .contains("publicUrl");
        assertProblem(ownUrl, 401, "unauthorized");
        assertThat(stored("twilio")).hasSize(1);
        StoredMessage message = stored("twilio").get(0);
        assertThat(message.text()).isEqualTo(body);
        assertThat(message.header("ce-datacontenttype")).isEqualTo(FORM);
        assertThat(message.header("ce-id")).isEqualTo("t-1");
        assertThat(message.header("ce-type")).isEqualTo("com.twilio.message");
        assertThat(message.header("ce-subject")).isEqualTo("SM1");
    }

    static List<Integer> numbers() {
        return IntStream.range(0, VECTORS.size()).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void what_a_provider_has_published_as_signed_arrives(int number) {
        // Given
        JsonNode vector = VECTORS.get(number);
        boolean isForm = vector.get("scheme").asText().equals("twilio-form");
        Map<String, String> parameters = new LinkedHashMap<>();
        vector.path("params")
                .properties()
                .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
        String body = isForm ? form(parameters) : vector.get("body").asText();
        String query = vector.path("url").asText().replaceFirst("^[^?]*", "");
        String[] headers = vector.get("headers").properties().stream()
                .flatMap(header -> List.of(header.getKey(), header.getValue().asText()).stream())
                .toArray(String[]::new);
        String[] forged = Arrays.copyOf(headers, headers.length);
        forged[forged.length - 1] = forged[forged.length - 1].replaceFirst(".{4}$", "0000");

        // When
        HttpResponse<String> event =
                gateway.send(post("vector-" + number + query, isForm ? FORM : "application/json", body, headers));
        HttpResponse<String> refused =
                gateway.send(post("vector-" + number + query, isForm ? FORM : "application/json", body, forged));

        // Then
        assertThat(event.statusCode()).as(event.body()).isIn(200, 201);
        assertProblem(refused, 401, "unauthorized");
        assertThat(stored("vector-" + number).stream().map(StoredMessage::text)).containsExactly(body);
    }
}
