package io.bactrian.app.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

class RequestTemplateTest {

    private static Load load(Scenario scenario, String path, int webhooks) {
        Duration unused = Duration.ofSeconds(1);
        URI target = URI.create("http://127.0.0.1:8080" + path);
        return new Load(scenario, target, Map.of(), 1, 0, unused, unused, 128, 10, 2, webhooks);
    }

    private static String request(Load load, long event) {
        RequestTemplate template = RequestTemplate.of(load, "run", body -> "signature");
        ByteBuffer buffer = template.newBuffer();
        template.number(buffer, event);
        return ISO_8859_1.decode(buffer).toString();
    }

    @Test
    void webhooks_take_turns() {
        // When
        String request = request(load(Scenario.WEBHOOK, "/hooks/bench", 1000), 12_007);
        // Then
        assertThat(request)
                .startsWith("POST /hooks/bench007 HTTP/1.1\r\n")
                .contains("X-GitHub-Delivery: run-000000012007\r\n");
    }

    @Test
    void one_webhook_has_no_number() {
        assertThat(request(load(Scenario.WEBHOOK, "/hooks/bench", 1), 7)).startsWith("POST /hooks/bench HTTP/1.1\r\n");
        assertThat(request(load(Scenario.ACCEPTED, "/events", 1000), 7)).startsWith("POST /events HTTP/1.1\r\n");
    }
}
