package io.bactrian.app.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** The client against a server that can be told to stall. */
class LoadClientTest {

    private static final byte[] ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}".getBytes(ISO_8859_1);
    private static final byte[] UNAVAILABLE =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1);

    /** Answers the requests of one connection after the other. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket socket;
        private final CountDownLatch goOn;
        private final long stallAt;
        private final long refuseEvery;
        private volatile long answered;

        Server(long stallAt, CountDownLatch goOn, long refuseEvery) throws IOException {
            this.socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            this.stallAt = stallAt;
            this.goOn = goOn;
            this.refuseEvery = refuseEvery;
            Thread thread = new Thread(this::serve, "test-server");
            thread.setDaemon(true);
            thread.start();
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        private void serve() {
            try (Socket client = socket.accept()) {
                InputStream in = client.getInputStream();
                while (true) {
                    ByteArrayOutputStream head = new ByteArrayOutputStream();
                    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                        int b = in.read();
                        if (b < 0) {
                            return;
                        }
                        head.write(b);
                    }
                    String length = head.toString(ISO_8859_1)
                            .split("Content-Length: ", 2)[1]
                            .split("\r", 2)[0];
                    in.readNBytes(Integer.parseInt(length));
                    answered++;
                    if (answered == stallAt) {
                        goOn.await();
                    }
                    client.getOutputStream()
                            .write(refuseEvery > 0 && answered % refuseEvery == 0 ? UNAVAILABLE : ACCEPTED);
                }
            } catch (IOException | InterruptedException e) {
                // the test is over
            }
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/events");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Load load(URI url, double rate) {
        Duration unused = Duration.ofSeconds(1);
        return new Load(Scenario.ACCEPTED, url, Map.of(), 1, rate, unused, unused, 128, 10, 2, 1);
    }

    private static Thread start(LoadClient client) {
        Thread thread = new Thread(client, "test-client");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void await(LoadClient client, long nanos) {
        org.awaitility.Awaitility.await().until(() -> client.elapsed() >= nanos);
    }

    @Test
    void a_stalled_server_is_charged_for_every_request_that_was_due_meanwhile() throws Exception {
        // Given
        CountDownLatch goOn = new CountDownLatch(1);
        try (Server server = new Server(5, goOn, 0)) {
            Load load = load(server.url(), 1000);
            Ledger ledger = new Ledger();
            ledger.begin(0);
            LoadClient client = new LoadClient(load, RequestTemplate.of(load, "run", null), ledger);
            // When
            Thread thread = start(client);
            await(client, TimeUnit.MILLISECONDS.toNanos(500));
            goOn.countDown();
            await(client, TimeUnit.MILLISECONDS.toNanos(1500));
            client.stop();
            thread.join();
            // Then
            long slow = ledger.latency()
                    .getCountBetweenValues(TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.SECONDS.toNanos(60));
            assertThat(client.failure()).isNull();
            assertThat(slow)
                    .as("requests due in the first 400 of 500 ms waited 100 ms or longer; only one was in progress")
                    .isGreaterThan(300);
        }
    }

    @Test
    void only_answers_2xx_are_promises() throws Exception {
        // Given
        try (Server server = new Server(0, new CountDownLatch(0), 4)) {
            Load load = load(server.url(), 0);
            Ledger ledger = new Ledger();
            LoadClient client = new LoadClient(load, RequestTemplate.of(load, "run", null), ledger);
            // When
            Thread thread = start(client);
            org.awaitility.Awaitility.await().until(() -> ledger.answered() >= 30);
            client.stop();
            thread.join();
            // Then
            int all = ledger.accepted().length();
            assertThat(ledger.accepted().get(0, 3).cardinality()).isEqualTo(3);
            assertThat(ledger.accepted().get(3)).isFalse();
            assertThat(ledger.refused().get(503)).isBetween(all / 4L, all / 4L + 1);
        }
    }
}
