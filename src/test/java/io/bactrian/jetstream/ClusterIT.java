package io.bactrian.jetstream;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsBinary;
import io.bactrian.testing.NatsServer;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Three servers, a stream with three replicas; with the newest nats-server where there is one. */
@Tag("faults")
class ClusterIT {
    private final Publishing publishing = new Publishing();
    private final List<NatsServer> servers = new ArrayList<>();

    @BeforeEach
    void start() {
        Path binary = NatsBinary.latest().orElseGet(NatsBinary::standard);
        List<Integer> routes =
                IntStream.range(0, 3).mapToObj(i -> NatsServer.freePort()).toList();
        for (int i = 0; i < 3; i++) {
            servers.add(publishing.server(NatsServer.builder()
                    .binary(binary)
                    .config("""
                            server_name: n%d
                            cluster { name: test, host: 127.0.0.1, port: %d, routes: [%s] }
                            """.formatted(
                                    i,
                                    routes.get(i),
                                    String.join(
                                            ", ",
                                            routes.stream()
                                                    .map(port -> "nats://127.0.0.1:" + port)
                                                    .toList())))
                    .start()));
        }
        StreamConfiguration stream = StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>")
                .storageType(StorageType.File)
                .replicas(3)
                .build();
        Conditions.await(Duration.ofSeconds(60), "the stream is created", () -> {
            try {
                servers.get(0).createStream(stream);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        });
    }

    @AfterEach
    void close() {
        publishing.close();
    }

    @Test
    void the_leader_is_killed_under_load_and_one_copy_of_each_event_is_there() {
        // Given
        NatsOptions options = NatsOptions.builder()
                .servers(servers.stream().map(NatsServer::url).toList())
                .reconnectWait(Duration.ofMillis(50))
                .publishTimeout(Duration.ofSeconds(2))
                .build();
        publishing.open(options, PublisherOptions.of(options));
        publishing.awaitConnected();
        Load load = new Load(publishing);
        load.start();

        // When
        for (int i = 0; i < 5; i++) {
            load.awaitProgress();
            NatsServer leader = awaitLeader();
            leader.kill();
            load.awaitProgress();
            leader.restart();
        }
        load.stop();

        // Then
        Map<String, Integer> stored = readOnceSettled();
        assertThat(stored.keySet()).containsAll(load.acknowledged());
        assertThat(stored.values()).containsOnly(1);
    }

    /**
     * Reads the stream once the cluster answers again. A node that has just come back elects and catches up for
     * some seconds, in which its JetStream API may leave a request without an answer.
     */
    private Map<String, Integer> readOnceSettled() {
        return Conditions.awaitValue(Duration.ofSeconds(90), "the cluster lets its stream be read", () -> {
            try {
                NatsServer leader = leader();
                return leader == null ? null : leader.countByMsgId("EVENTS");
            } catch (IllegalStateException e) {
                return null;
            }
        });
    }

    private NatsServer awaitLeader() {
        return Conditions.awaitValue(Duration.ofSeconds(60), "the stream has a leader", this::leader);
    }

    private NatsServer leader() {
        for (NatsServer server : servers) {
            try {
                String leader = server.stream("EVENTS").getClusterInfo().getLeader();
                if (leader != null) {
                    return servers.get(Integer.parseInt(leader.substring(1)));
                }
            } catch (IllegalStateException e) {
                // this one is not in a state to know
            }
        }
        return null;
    }
}
