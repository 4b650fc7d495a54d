package io.bactrian.app;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@code bactrian run} in a process of its own, from the same jar and with the same JVM options as this one. */
final class GatewayChild implements AutoCloseable {

    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;
    private static final int OK = 200;

    private final ChildProcess process;
    private final int port;
    private final int managementPort;
    private final Path log;

    private GatewayChild(ChildProcess process, int port, int managementPort, Path log) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
        this.log = log;
    }

    /**
     * @param directory gets its log
     * @param files for {@code --config}
     * @param keys configuration on top of the two ports, which are free ones
     * @throws IOException when it does not come up; the message names its log
     */
    static GatewayChild start(Path directory, List<Path> files, Map<String, String> keys)
            throws IOException, InterruptedException {
        int port = ChildProcess.freePort();
        int managementPort = ChildProcess.freePort();
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bactrian.class.getName(), "run"));
        files.forEach(file -> command.addAll(List.of("--config", file.toString())));
        command.add("-Dcamel.server.host=127.0.0.1");
        command.add("-Dcamel.server.port=" + port);
        command.add("-Dcamel.management.port=" + managementPort);
        keys.forEach((key, value) -> command.add("-D" + key + "=" + value));
        Path log = Files.createDirectories(directory).resolve("gateway.log");
        ProcessBuilder program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"));
        GatewayChild child = new GatewayChild(new ChildProcess(program, STOP_SECONDS), port, managementPort, log);
        try {
            child.awaitReady();
            return child;
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            if (process.endsWithin(20)) {
                throw new IOException("the gateway did not start: " + lastLine());
            }
            if (isReady()) {
                return;
            }
        }
        throw new IOException("the gateway is not ready after " + START_SECONDS + " s; see " + log);
    }

    private boolean isReady() {
        try {
            var url = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready")
                    .toURL();
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    private String lastLine() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    ProcessHandle handle() {
        return process.handle();
    }

    @Override
    public void close() {
        process.close();
    }
}
