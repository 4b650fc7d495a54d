package io.bactrian.camel.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads small mounted files, such as secrets and certificates, and reads them again every
 * {@code bactrian.reload-interval}. Contents are compared, not times: an orchestrator replaces files behind symbolic
 * links. What cannot be read or used is said once, and the last good content stays in force.
 */
public final class WatchedFiles extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

    private static final int MAX_BYTES = 1 << 20;

    private final CamelContext context;
    private final Duration interval;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private ScheduledExecutorService timer;

    private WatchedFiles(CamelContext context) {
        this.context = context;
        BactrianConfig config = BactrianConfig.of(context);
        this.interval = config.duration("bactrian.reload-interval");
        if (interval.isZero()) {
            throw new ConfigurationException("bactrian.reload-interval=0: expected a duration above 0");
        }
    }

    /** Files that belong together, until closed. */
    public final class Watch implements AutoCloseable {
        private final String name;
        private final List<Path> files;
        private final Consumer<List<byte[]>> user;
        private List<byte[]> current;
        private String complaint = "";

        private Watch(String name, List<Path> files, Consumer<List<byte[]>> user) {
            this.name = name;
            this.files = List.copyOf(files);
            this.user = user;
        }

        private void look() {
            try {
                List<byte[]> found = read(files);
                if (same(found, current)) {
                    complaint = "";
                    return;
                }
                user.accept(found);
                current = found;
                complaint = "";
                LOG.info("Read again: {} files={}", name, files);
            } catch (IOException | RuntimeException | Error e) {
                // whatever it is must not end the timer, which looks at all files
                String message = String.valueOf(e.getMessage());
                if (!message.equals(complaint)) {
                    complaint = message;
                    LOG.error("Cannot be used, what was read before stays in force: {} reason={}", name, message);
                }
            }
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }

    /** @return the files of this context, made on first use */
    public static WatchedFiles of(CamelContext context) {
        synchronized (context) {
            WatchedFiles found = context.getCamelContextExtension().getContextPlugin(WatchedFiles.class);
            if (found == null) {
                found = new WatchedFiles(context);
                context.getCamelContextExtension().addContextPlugin(WatchedFiles.class, found);
                try {
                    context.addService(found);
                } catch (Exception e) {
                    throw new IllegalStateException("files cannot be watched", e);
                }
            }
            return found;
        }
    }

    /**
     * Reads the files now, on this thread, and again when they change, on a thread of its own.
     *
     * @param name of the setting, for messages
     * @param user takes the contents in the order of the files; what it throws is reported, now as an exception, later
     *     in the log
     * @throws ConfigurationException when a file cannot be read
     */
    public Watch watch(String name, List<Path> files, Consumer<List<byte[]>> user) {
        Watch watch = new Watch(name, files, user);
        try {
            watch.current = read(files);
        } catch (IOException e) {
            throw new ConfigurationException(name + ": cannot be read: " + e.getMessage(), e);
        }
        user.accept(watch.current);
        watches.add(watch);
        return watch;
    }

    private static List<byte[]> read(List<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>(files.size());
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
                }
                contents.add(bytes);
            } catch (java.nio.file.NoSuchFileException e) {
                throw new IOException(file + " does not exist", e);
            }
        }
        return contents;
    }

    private static boolean same(List<byte[]> a, List<byte[]> b) {
        for (int i = 0; i < a.size(); i++) {
            if (!Arrays.equals(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    protected void doStart() {
        timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "BactrianFiles");
        timer.scheduleWithFixedDelay(
                () -> watches.forEach(Watch::look), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        if (timer != null) {
            context.getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }
}
