package io.bactrian.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** SIGTERM: what has begun is answered, the rest is told to come again, and the process ends by itself. */
@ExtendWith(NatsServerExtension.class)
class GracefulStopIT {

    private static final int CLIENTS = 16;

    @TempDir
    Path directory;

    private GatewayHome home;

    @BeforeEach
    void settle() {
        home = new GatewayHome(directory);
    }

    /** What became of one request; the status is 0 when there was no answer. */
    private record Sent(String id, long startedAt, long endedAt, int status, String body, boolean retryAfter) {}

    private GatewayProcess gateway(String natsUrl) {
        return home.start(natsUrl, "-Dbactrian.delivery.backoff-max=30s");
    }

    /** A probe that takes longer has failed. */
    private HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return home.send(home.managing(path).timeout(Duration.ofSeconds(10)));
    }

    private static Set<String> stored(NatsServer nats) {
        return nats.messages("EVENTS").stream()
                .map(message -> message.header("ce-id"))
                .collect(Collectors.toSet());
    }

    private void awaitInFlight(int requests) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(management("/observe/metrics").body())
                        .contains("bactrian_requests_in_flight " + requests + ".0"));
    }

    private void awaitNotReady() {
        Awaitility.await().untilAsserted(() -> assertThat(
                        management("/observe/health/ready").statusCode())
                .isEqualTo(503));
    }

    private Sent send(String id) throws InterruptedException {
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer = home.send(home.event(id));
            return new Sent(
                    id,
                    start,
                    System.nanoTime(),
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("Retry-After").isPresent());
        } catch (IOException e) {
            return new Sent(id, start, System.nanoTime(), 0, e.toString(), false);
        }
    }

    @Test
    void under_load_every_request_that_has_begun_is_answered_and_no_2xx_is_lost() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            Queue<Sent> all = new ConcurrentLinkedQueue<>();
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            long signalled;
            int exit;
            // Given
            try (GatewayProcess gateway = gateway(nats.url())) {
                CountDownLatch some = new CountDownLatch(1_000);
                for (int c = 0; c < CLIENTS; c++) {
                    int number = c;
                    clients.submit(() -> {
                        Sent sent = null;
                        for (int i = 0; sent == null || sent.status() != 0; i++) {
                            sent = send("c" + number + "-" + i);
                            all.add(sent);
                            some.countDown();
                        }
                        return null;
                    });
                }
                assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();

                // When
                signalled = System.nanoTime();
                gateway.terminate();

                // Then
                exit = gateway.awaitExit();
                clients.shutdown();
                assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(exit).isIn(0, 143);
            assertThat(all.stream().map(Sent::status).collect(Collectors.toSet()))
                    .isSubsetOf(202, 503, 0)
                    .contains(202, 503);
            long firstRefusal = all.stream()
                    .filter(sent -> sent.status() == 503)
                    .mapToLong(Sent::endedAt)
                    .min()
                    .orElseThrow();
            assertThat(firstRefusal).isGreaterThan(signalled);
            assertThat(all).allSatisfy(sent -> {
                if (sent.status() == 503) {
                    assertThat(sent.body()).contains("urn:bactrian:problem:stopping");
                    assertThat(sent.retryAfter()).isTrue();
                } else if (sent.status() == 0) {
                    assertThat(sent.startedAt()).as(sent.body()).isGreaterThan(firstRefusal);
                }
            });
            Set<String> accepted = all.stream()
                    .filter(sent -> sent.status() == 202)
                    .map(Sent::id)
                    .collect(Collectors.toSet());
            try (GatewayProcess again = gateway(nats.url())) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(stored(nats))
                        .containsAll(accepted));
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    @Test
    void a_draining_gateway_is_alive_and_not_ready_and_answers_what_waits_and_what_is_half_sent() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (GatewayProcess gateway = gateway(nats.url());
                    Socket half = new Socket(InetAddress.getLoopbackAddress(), home.port())) {
                // Given: one request waits for a NATS that is away, of another only the head has come
                nats.kill();
                CompletableFuture<HttpResponse<String>> waiting =
                        home.sendAsync(home.event("waits").header("Prefer", "wait=8"));
                half.getOutputStream()
                        .write(("POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n"
                                        + "Content-Length: 61\r\n\r\n{\"specversion\":\"1.0\",\"id\":\"half\",")
                                .getBytes(StandardCharsets.US_ASCII));
                awaitInFlight(2);

                // When
                gateway.terminate();

                // Then
                awaitNotReady();
                assertThat(management("/observe/health/ready").body())
                        .contains("\"name\":\"intake\"")
                        .contains("stopping: new requests are refused, still to answer: 2");
                assertThat(management("/observe/health/live").statusCode()).isEqualTo(200);
                assertThat(send("late").status()).isEqualTo(503);
                half.getOutputStream()
                        .write("\"source\":\"/s\",\"type\":\"t\"}   ".getBytes(StandardCharsets.US_ASCII));
                assertThat(answerOf(half)).startsWith("HTTP/1.1 202 ").contains("Connection: close");
                half.setSoTimeout(5_000); // the gateway itself stays until the other request is answered
                half.getInputStream().readAllBytes();
                assertThat(management("/observe/health/live").statusCode()).isEqualTo(200);
                assertThat(waiting.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
                assertThat(gateway.awaitExit()).isIn(0, 143);
            }

            // Then: both were kept
            nats.restart();
            try (GatewayProcess again = gateway(nats.url())) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(stored(nats))
                        .isEqualTo(Set.of("waits", "half")));
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    @Test
    void over_http_2_what_has_begun_is_answered_and_the_client_told_to_go_away() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (GatewayProcess gateway = gateway(nats.url());
                    RawHttp2 http = RawHttp2.to(home.port())) {
                // Given: of two requests, half
                String[] event = {"ce-specversion", "1.0", "ce-id", "h2", "ce-source", "/stop", "ce-type", "t"};
                int first = http.begin("/events", event);
                event[3] = "h2-2";
                int second = http.begin("/events", event);
                awaitInFlight(2);

                // When
                gateway.terminate();

                // Then
                awaitNotReady();
                http.data(first, "{}", true);
                assertThat(http.answer(first).status()).isEqualTo(202);
                assertThat(http.goAway()).isZero();
                http.data(second, "{}", true);
                assertThat(http.answer(second).status()).isEqualTo(202);
                try (RawHttp2 late = RawHttp2.to(home.port())) {
                    assertThat(late.answer(late.send("/events", "{}")).status()).isEqualTo(503);
                }
                assertThat(gateway.awaitExit()).isIn(0, 143);
            }
            assertThat(stored(nats)).contains("h2", "h2-2");
        }
    }

    private void publishFirst(NatsServer nats) throws InterruptedException {
        assertThat(send("first").status()).isEqualTo(202);
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == 1);
    }

    private void acceptFifty() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            assertThat(send("event-" + i).status()).isEqualTo(202);
        }
    }

    /** What a stopped gateway has left to deliver. */
    private long pendingOnDisk() {
        JournalConfig defaults = JournalConfig.defaults(directory.resolve("data/journal"));
        try (Journal journal = Journal.open(defaults)) {
            return journal.stats().pending();
        }
    }

    @Test
    void pub_acks_that_are_on_their_way_are_let_in_and_written() throws Exception {
        try (NatsServer nats = NatsServer.start();
                FaultProxy proxy = FaultProxy.before(nats)) {
            nats.createStream("EVENTS", "events.>");
            try (GatewayProcess gateway = gateway(proxy.url())) {
                // Given: every answer takes a while
                publishFirst(nats);
                proxy.delay(Duration.ofMillis(700));
                acceptFifty();
                // When
                gateway.terminate();
                // Then
                assertThat(gateway.awaitExit()).isIn(0, 143);
            }
            assertThat(pendingOnDisk()).isZero();
            assertThat(nats.messageCount("EVENTS")).isEqualTo(51);
        }
    }

    @Test
    void what_nats_never_acknowledged_is_pending_and_arrives_once_after_the_restart() throws Exception {
        try (NatsServer nats = NatsServer.start();
                FaultProxy proxy = FaultProxy.before(nats)) {
            nats.createStream("EVENTS", "events.>");
            try (GatewayProcess gateway = gateway(proxy.url())) {
                // Given
                publishFirst(nats);
                proxy.dropAnswers();
                acceptFifty();
                // When
                gateway.terminate();
                // Then
                assertThat(gateway.awaitExit()).isIn(0, 143);
            }
            assertThat(pendingOnDisk()).isEqualTo(50);
            proxy.heal();
            try (GatewayProcess again = gateway(proxy.url())) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> nats.messageCount("EVENTS") == 51);
                assertThat(again.isAlive()).isTrue();
            }
            assertThat(nats.countByMsgId("EVENTS").values()).allMatch(count -> count == 1);
        }
    }

    private static String answerOf(Socket socket) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        List<String> lines = reader.lines().takeWhile(line -> !line.isEmpty()).toList();
        return String.join("\n", lines);
    }
}
