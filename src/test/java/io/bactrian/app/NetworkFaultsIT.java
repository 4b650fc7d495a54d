package io.bactrian.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.NatsBinary;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.Network;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Real networks that break, between a gateway under load and nats-servers in network namespaces. */
@Tag("faults")
class NetworkFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    @BeforeEach
    void needs() {
        FaultNeeds.need("ip", "iptables");
    }

    static List<Path> binaries() {
        List<Path> binaries = new ArrayList<>(List.of(NatsBinary.standard()));
        NatsBinary.latest().ifPresent(binaries::add);
        return binaries;
    }

    private TestGateway gateway(String servers) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", servers)
                .set("bactrian.nats.publish-timeout", "1s")
                .set("bactrian.delivery.backoff-max", "1s")
                .start();
    }

    private static void awaitConnected(TestGateway gateway, int connected) {
        Conditions.await(
                PATIENCE, "connected " + connected, () -> gateway.metric("bactrian_nats_connected") == connected);
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void case_22_packets_that_are_dropped_without_a_word_are_noticed(Path binary) {
        try (Network network = Network.of(1);
                NatsServer nats =
                        NatsServer.builder().binary(binary).in(network.node(0)).start();
                TestGateway gateway = gateway(nats.url());
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            nats.createStream("EVENTS", "events.>");
            for (int i = 0; i < 3; i++) {
                awaitConnected(gateway, 1);
                load.awaitAccepted(100);

                // When
                network.node(0).dropIncoming();
                awaitConnected(gateway, 0);
                load.awaitAccepted(100);
                network.node(0).heal();
            }

            // Then
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
        }
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void case_23_one_packet_in_ten_is_lost_and_the_link_flaps(Path binary) {
        try (Network network = Network.of(1);
                NatsServer nats =
                        NatsServer.builder().binary(binary).in(network.node(0)).start();
                TestGateway gateway = gateway(nats.url());
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            nats.createStream("EVENTS", "events.>");
            awaitConnected(gateway, 1);
            load.awaitAccepted(200);
            int threads = Thread.activeCount();

            // When
            network.node(0).lose(0.1);
            for (int i = 0; i < 10; i++) {
                double before = processed(gateway);
                network.node(0).pullCable();
                load.awaitAccepted(50);
                network.node(0).plugIn();
                Conditions.await(PATIENCE, "progress", () -> processed(gateway) > before);
            }
            network.node(0).heal();

            // Then
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
            assertThat(Thread.activeCount()).as("threads").isLessThan(threads + 20);
        }
    }

    private static double processed(TestGateway gateway) {
        return gateway.metric("bactrian_events_processed_total{webhook=\"cloudevents\"}");
    }

    /** With the newest server only: 2.9.10 loses events it has acknowledged when a leader is cut off. */
    @Test
    void the_leader_of_three_is_cut_off_from_all_and_nothing_is_lost() {
        Path binary = NatsBinary.latest().orElse(null);
        Assumptions.assumeTrue(binary != null, "SKIPPED: needs the newest nats-server in NATS_SERVER_LATEST");
        try (Network network = Network.of(3)) {
            String routes = IntStream.range(0, 3)
                    .mapToObj(i -> "nats://" + network.node(i).address() + ":6222")
                    .collect(Collectors.joining(", "));
            List<NatsServer> servers = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    servers.add(NatsServer.builder()
                            .binary(binary)
                            .in(network.node(i))
                            .config("""
                                    server_name: n%d
                                    cluster { name: test, host: %s, port: 6222, routes: [%s] }
                                    """.formatted(i, network.node(i).address(), routes))
                            .start());
                }
                create(servers);
                try (TestGateway gateway =
                                gateway(servers.stream().map(NatsServer::url).collect(Collectors.joining(",")));
                        HttpLoad load = new HttpLoad(gateway, "e-")) {
                    for (int i = 0; i < 3; i++) {
                        double before = processed(gateway);
                        Conditions.await(PATIENCE, "progress", () -> processed(gateway) > before + 100);
                        int leader = leader(servers);

                        // When
                        network.node(leader).pullCable();
                        load.awaitAccepted(100);
                        double cut = processed(gateway);
                        Conditions.await(PATIENCE, "another leads", () -> processed(gateway) > cut + 100);
                        network.node(leader).plugIn();
                    }

                    // Then
                    var accepted = load.stop();
                    Conditions.await(
                            PATIENCE, "nothing is pending", () -> gateway.metric("bactrian_journal_pending") == 0);
                    Conditions.await(PATIENCE, "read", () -> {
                        try {
                            HttpLoad.assertStoredOnce(gateway, servers.get(leader(servers)), accepted);
                            return true;
                        } catch (IllegalStateException | AssertionError e) {
                            return false; // a leader of before that has just come back answers late, or without the
                            // newest
                        }
                    });
                }
            } finally {
                servers.forEach(NatsServer::close);
            }
        }
    }

    private static void create(List<NatsServer> servers) {
        StreamConfiguration stream = StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>")
                .storageType(StorageType.File)
                .replicas(3)
                .build();
        Conditions.await(PATIENCE, "the stream is created", () -> {
            try {
                servers.get(0).createStream(stream);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        });
    }

    private static int leader(List<NatsServer> servers) {
        return Conditions.awaitValue(PATIENCE, "a leader", () -> {
            for (NatsServer server : servers) {
                try {
                    String leader = server.stream("EVENTS").getClusterInfo().getLeader();
                    if (leader != null) {
                        return Integer.parseInt(leader.substring(1));
                    }
                } catch (IllegalStateException e) {
                    // this one is not in a state to know
                }
            }
            return null;
        });
    }
}
