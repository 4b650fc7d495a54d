package io.bactrian.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network of this machine's own: nodes in network namespaces, each on a cable to one switch that this process is on
 * too. Needs root, {@code ip} and, for lost packets, {@code iptables}. All of it is gone when it is closed.
 */
public final class Network implements AutoCloseable {
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private final String id;
    private final String prefix;
    private final List<Node> nodes = new ArrayList<>();

    private Network() {
        int number = (int) (ProcessHandle.current().pid() % 1000) * 10 + NETWORKS.getAndIncrement() % 10;
        id = "bact" + number;
        prefix = "10." + (100 + number / 250) + "." + number % 250 + ".";
    }

    /** One place on the network. */
    public final class Node {
        private final int number;

        private Node(int number) {
            this.number = number;
        }

        public String address() {
            return prefix + (number + 1);
        }

        List<String> launcher() {
            return List.of("ip", "netns", "exec", namespace());
        }

        private String namespace() {
            return id + "n" + number;
        }

        private String cable() {
            return id + "c" + number;
        }

        private void connect() {
            run("ip", "netns", "add", namespace());
            run("ip", "link", "add", cable(), "type", "veth", "peer", "name", "eth0", "netns", namespace());
            run("ip", "link", "set", cable(), "master", id, "up");
            run("ip", "-n", namespace(), "link", "set", "lo", "up");
            run("ip", "-n", namespace(), "addr", "add", address() + "/24", "dev", "eth0");
            run("ip", "-n", namespace(), "link", "set", "eth0", "up");
        }

        /** Nothing comes in or goes out, without a word. */
        public void pullCable() {
            run("ip", "link", "set", cable(), "down");
        }

        public void plugIn() {
            run("ip", "link", "set", cable(), "up");
        }

        /** Swallows what comes in; connections stay as they are. */
        public void dropIncoming() {
            run("ip", "netns", "exec", namespace(), "iptables", "-A", "INPUT", "-i", "eth0", "-j", "DROP");
        }

        /** Loses one packet of so many, both ways. */
        public void lose(double share) {
            for (String chain : List.of("INPUT", "OUTPUT")) {
                run(
                        "ip",
                        "netns",
                        "exec",
                        namespace(),
                        "iptables",
                        "-A",
                        chain,
                        "-m",
                        "statistic",
                        "--mode",
                        "random",
                        "--probability",
                        String.valueOf(share),
                        "-j",
                        "DROP");
            }
        }

        /** Loses no more. */
        public void heal() {
            run("ip", "netns", "exec", namespace(), "iptables", "-F");
        }
    }

    /** @param count how many nodes there are beside this process, at most 200 */
    public static Network of(int count) {
        Network network = new Network();
        try {
            run("ip", "link", "add", network.id, "type", "bridge");
            run("ip", "addr", "add", network.prefix + "254/24", "dev", network.id);
            run("ip", "link", "set", network.id, "up");
            for (int i = 0; i < count; i++) {
                Node node = network.new Node(i);
                network.nodes.add(node);
                node.connect();
            }
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    public Node node(int number) {
        return nodes.get(number);
    }

    private static void run(String... command) {
        FaultNeeds.run(command).ok();
    }

    /** End the processes in it first. */
    @Override
    public void close() {
        for (Node node : nodes) {
            FaultNeeds.run("ip", "link", "del", node.cable());
            FaultNeeds.run("ip", "netns", "del", node.namespace());
        }
        FaultNeeds.run("ip", "link", "del", id);
    }
}
