package io.bactrian.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

import io.nats.client.JetStreamApiException;
import io.nats.client.PublishOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

@ExtendWith(NatsServerExtension.class)
class NatsServerIT {

    @Test
    void what_is_published_can_be_read_back_with_its_headers(NatsServer server)
            throws IOException, JetStreamApiException {
        // Given
        server.createStream("EVENTS", "events.>");

        // When
        publish(server, "events.a", "one");
        publish(server, "events.b", "two");

        // Then
        assertThat(server.messages("EVENTS"))
                .extracting(StoredMessage::subject, StoredMessage::messageId, StoredMessage::text)
                .containsExactly(tuple("events.a", "one", "one"), tuple("events.b", "two", "two"));
        assertThat(server.countByMsgId("EVENTS")).containsEntry("one", 1).containsEntry("two", 1);
    }

    @Test
    void port_and_stream_survive_a_kill(NatsServer server) throws IOException, JetStreamApiException {
        // Given
        server.createStream("EVENTS", "events.>");
        publish(server, "events.a", "one");
        String url = server.url();

        // When
        server.kill();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
                .isInstanceOf(IOException.class);
        server.restart();

        // Then
        assertThat(server.url()).isEqualTo(url);
        assertThat(server.messageCount("EVENTS")).isEqualTo(1);
    }

    @Test
    void nothing_is_left_behind() {
        // Given
        NatsServer server = NatsServer.start();
        long pid = server.pid();
        Path store = server.storeDirectory();

        // When
        server.close();

        // Then
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(Files.exists(store)).isFalse();
    }

    @Test
    void a_server_that_cannot_start_says_why() {
        assertThatThrownBy(() -> NatsServer.start("no_such_setting: 1")).hasMessageContaining("no_such_setting");
    }

    private static void publish(NatsServer server, String subject, String id)
            throws IOException, JetStreamApiException {
        server.admin()
                .jetStream()
                .publish(
                        subject,
                        id.getBytes(UTF_8),
                        PublishOptions.builder().messageId(id).build());
    }
}
