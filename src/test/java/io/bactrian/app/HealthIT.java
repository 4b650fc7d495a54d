package io.bactrian.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.TestCertificate;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Each state a gateway can be in, as its probes show it. A full journal is shown by {@code FullJournalIT}. */
@ExtendWith(NatsServerExtension.class)
class HealthIT {

    private static final int MANY = 200;

    @TempDir
    Path directory;

    private static JsonNode check(HttpResponse<String> health, String name) {
        for (JsonNode check : json(health).get("checks")) {
            if (check.get("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name + " in " + health.body());
    }

    @Test
    void everything_is_up_while_nats_is_connected() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = TestGateway.with(directory).nats(nats).start()) {
            Awaitility.await().untilAsserted(() -> {
                // When
                HttpResponse<String> health = gateway.management("/observe/health");

                // Then
                assertThat(health.statusCode()).isEqualTo(200);
                assertThat(json(health).get("status").asText()).isEqualTo("UP");
                for (String name : List.of("context", "intake", "journal", "nats")) {
                    assertThat(check(health, name).get("status").asText())
                            .as(name)
                            .isEqualTo("UP");
                }
            });
            assertThat(gateway.management("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(gateway.management("/observe/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void head_is_answered_like_get_without_a_body_and_other_methods_are_refused() {
        try (TestGateway gateway = TestGateway.with(directory).start()) {
            for (String path :
                    List.of("/observe/health", "/observe/health/live", "/observe/health/ready", "/observe/metrics")) {
                // When
                HttpResponse<String> get = gateway.management(path);
                HttpResponse<String> head =
                        gateway.send(gateway.managing(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
                HttpResponse<String> post = gateway.managing(path, "{}");
                HttpResponse<String> options =
                        gateway.send(gateway.managing(path).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

                // Then
                assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
                assertThat(head.body()).as(path).isEmpty();
                assertThat(head.headers().firstValue("Content-Type"))
                        .as(path)
                        .isEqualTo(get.headers().firstValue("Content-Type"));
                for (HttpResponse<String> refused : List.of(post, options)) {
                    assertProblem(refused, 405, "method-not-allowed");
                    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
                }
            }
        }
    }

    @Test
    void without_nats_the_entry_is_unknown_and_says_since_when_and_why() {
        Instant before = Instant.now().minusSeconds(1);
        try (TestGateway gateway = TestGateway.with(directory).start()) {
            Awaitility.await().untilAsserted(() -> {
                // When
                HttpResponse<String> health = gateway.management("/observe/health");

                // Then
                assertThat(health.statusCode()).isEqualTo(200);
                assertThat(json(health).get("status").asText()).isEqualTo("UP");
                JsonNode nats = check(health, "nats");
                assertThat(nats.get("status").asText()).isEqualTo("UNKNOWN");
                String message = nats.get("message").asText();
                assertThat(message).matches("NATS is down since \\S+Z: .*[Cc]onnect.*");
                assertThat(Instant.parse(message.replaceFirst("NATS is down since (\\S+Z): .*", "$1")))
                        .isAfter(before)
                        .isBefore(Instant.now());
            });
            assertThat(gateway.management("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(gateway.management("/observe/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void damage_in_the_journal_leaves_the_gateway_ready_and_is_a_detail() throws IOException {
        // Given: one bit is flipped in the first of three events
        try (TestGateway gateway = TestGateway.with(directory).start()) {
            for (int i = 0; i < 3; i++) {
                gateway.send(gateway.event("kept-" + i, "\"needle-" + i + "\""));
            }
        }
        flip("needle-0");

        try (TestGateway gateway = TestGateway.with(directory).start()) {
            // When
            HttpResponse<String> ready = gateway.management("/observe/health/ready");

            // Then
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(check(ready, "journal").get("status").asText()).isEqualTo("UP");
            assertThat(check(ready, "journal").get("message").asText())
                    .contains("damaged records were found: 1; see the log");
            assertThat(gateway.metric("bactrian_journal_corrupt_records")).isPositive();
            assertThat(gateway.send(gateway.event("next", "{}")).statusCode()).isEqualTo(202);
        }
    }

    private void flip(String text) throws IOException {
        byte[] needle = text.getBytes(StandardCharsets.US_ASCII);
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at <= bytes.length - needle.length; at++) {
                if (Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new IllegalStateException(text + " is in no file of " + directory);
    }

    /** Every thread of a Vert.x that could handle a request, held up until the end. */
    private static final class HeldUp implements AutoCloseable {
        private static final int WORKERS = VertxOptions.DEFAULT_WORKER_POOL_SIZE;

        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicInteger held = new AtomicInteger();

        HeldUp(Vertx vertx) {
            int loops = 0;
            for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
                loop.submit(this::hold);
                loops++;
            }
            for (int i = 0; i < WORKERS; i++) {
                vertx.executeBlocking(this::hold, false);
            }
            int all = loops + WORKERS;
            Awaitility.await().until(() -> held.get() == all);
        }

        private Void hold() throws InterruptedException {
            held.incrementAndGet();
            end.await();
            return null;
        }

        void letGo() {
            end.countDown();
        }

        @Override
        public void close() {
            letGo();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void probes_answer_while_no_thread_of_intake_is_free(String scheme) {
        TestCertificate certificate = TestCertificate.selfSigned(directory, "server");
        TestGateway.Builder settings = TestGateway.with(directory.resolve("journal"));
        if (scheme.equals("https")) {
            settings.set("bactrian.http.tls.cert", certificate.certificate().toString())
                    .set("bactrian.http.tls.key", certificate.key().toString());
        }
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(certificate.trusted())
                .build();
        try (TestGateway gateway = settings.start();
                HeldUp intake = new HeldUp(VertxPlatformHttpRouter.lookup(
                                gateway.gateway().context(), VertxPlatformHttpRouter.getRouterNameFromPort(0))
                        .vertx())) {
            // Given: many requests come, and nobody looks at them
            URI events = URI.create(scheme + "://127.0.0.1:" + gateway.gateway().port() + "/events");
            List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                flood.add(client.sendAsync(
                        gateway.event("f-" + i, "{}").uri(events).build(), HttpResponse.BodyHandlers.ofString()));
            }

            // When
            HttpResponse<String> ready = gateway.management("/observe/health/ready");
            HttpResponse<String> live = gateway.management("/observe/health/live");
            HttpResponse<String> health = gateway.management("/observe/health");
            HttpResponse<String> metrics = gateway.management("/observe/metrics");

            // Then
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(flood).noneMatch(CompletableFuture::isDone);
            intake.letGo();
            assertThat(flood)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(202));
        }
    }

    @Test
    void probes_answer_while_the_gateway_has_more_requests_than_it_takes() {
        try (TestGateway gateway = TestGateway.with(directory)
                .set("bactrian.http.max-in-flight", "8")
                .start()) {
            // Given: eight requests wait for a NATS that is away, and many more come
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(gateway.sendAsync(gateway.event("w-" + i, "{}").header("Prefer", "wait=9")));
            }
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight"))
                    .isEqualTo(8));
            List<CompletableFuture<HttpResponse<String>>> refused = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                refused.add(gateway.sendAsync(gateway.event("r-" + i, "{}")));
            }

            // When
            HttpResponse<String> ready = gateway.management("/observe/health/ready");
            HttpResponse<String> live = gateway.management("/observe/health/live");

            // Then
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(refused).allSatisfy(answer -> {
                assertThat(answer.join().statusCode()).isEqualTo(503);
                assertThat(answer.join().body()).contains("urn:bactrian:problem:overloaded");
            });
            assertThat(waiting)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(202));
            assertThat(gateway.metric("bactrian_requests_total{status=\"503\",webhook=\"cloudevents\"}"))
                    .isEqualTo(MANY);
        }
    }
}
