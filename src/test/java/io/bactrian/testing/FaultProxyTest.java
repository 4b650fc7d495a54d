package io.bactrian.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

import io.bactrian.testing.FaultProxy.Direction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultProxyTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private ServerSocket listener;
    private FaultProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.before(listener.getLocalPort());
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        server = listener.accept();
        Conditions.await(TIMEOUT, "the proxy knows its connection", () -> proxy.connections() == 1);
        client.setSoTimeout(10_000);
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        proxy.close();
        listener.close();
    }

    @Test
    void passes_bytes_both_ways_without_a_fault() throws IOException {
        // When
        client.getOutputStream().write('a');
        server.getOutputStream().write('b');

        // Then
        assertThat(server.getInputStream().read()).isEqualTo('a');
        assertThat(client.getInputStream().read()).isEqualTo('b');
    }

    @Test
    void a_cut_resets_both_sides() {
        // When
        proxy.cut();

        // Then
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(IOException.class);
    }

    @Test
    void lost_answers_leave_the_way_to_the_server_open() throws IOException {
        // Given
        proxy.dropAnswers();

        // When
        server.getOutputStream().write('b');
        client.getOutputStream().write('a');

        // Then
        assertThat(server.getInputStream().read()).isEqualTo('a');
        Conditions.await(TIMEOUT, "the answer is swallowed", () -> proxy.droppedBytes(Direction.SERVER_TO_CLIENT) == 1);
        assertThat(client.getInputStream().available()).isZero();
    }

    @Test
    void healing_resets_a_connection_that_lost_bytes() throws IOException {
        // Given
        proxy.dropAnswers();
        server.getOutputStream().write('b');
        Conditions.await(TIMEOUT, "the answer is swallowed", () -> proxy.droppedBytes(Direction.SERVER_TO_CLIENT) == 1);

        // When
        proxy.heal();

        // Then
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }

    @Test
    void healing_keeps_a_connection_that_lost_nothing() throws IOException {
        // Given
        proxy.dropAnswers();

        // When
        proxy.heal();
        server.getOutputStream().write('b');

        // Then
        assertThat(client.getInputStream().read()).isEqualTo('b');
    }

    @RepeatedTest(20)
    void half_open_swallows_what_the_client_sends_and_lets_new_connections_in() throws IOException {
        // When
        proxy.halfOpen();
        client.getOutputStream().write('a');

        // Then
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        Conditions.await(TIMEOUT, "the byte is swallowed", () -> proxy.droppedBytes(Direction.CLIENT_TO_SERVER) == 1);
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
                Socket secondServer = listener.accept()) {
            second.getOutputStream().write('c');
            assertThat(secondServer.getInputStream().read()).isEqualTo('c');
        }
    }

    @Test
    void refusing_resets_new_connections_and_keeps_the_present_ones() throws IOException {
        // Given
        proxy.refuse();

        // When
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            // Then
            assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(IOException.class);
        }
        client.getOutputStream().write('a');
        assertThat(server.getInputStream().read()).isEqualTo('a');
    }

    @Test
    void a_delayed_chunk_arrives_when_healed() throws IOException {
        // Given
        proxy.delay(Duration.ofDays(1));
        client.getOutputStream().write('a');

        // When
        proxy.heal();

        // Then
        assertThat(server.getInputStream().read()).isEqualTo('a');
    }
}
