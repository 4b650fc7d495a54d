package io.bactrian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A small file system of a test's own, on a loop device or in memory; unmounted when it is closed. */
public final class Mount implements AutoCloseable {

    private final Path image;
    private final Path point;
    private final String options;

    private Mount(Path image, Path point, String options) {
        this.image = image;
        this.point = point;
        this.options = options;
    }

    /** @param type {@code ext4} or {@code xfs} */
    public static Mount loop(Path directory, String type, int mebibytes, String options) {
        Path image = directory.resolve(type + ".img");
        FaultNeeds.run("truncate", "-s", mebibytes + "M", image.toString()).ok();
        FaultNeeds.run("mkfs." + type, "-q", image.toString()).ok();
        Mount mount = new Mount(image, folder(directory, type), "loop" + options);
        mount.mount();
        return mount;
    }

    /** In memory, with a size that is really the end. */
    public static Mount tmpfs(Path directory, int mebibytes) {
        Path point = folder(directory, "tmpfs");
        FaultNeeds.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", point.toString())
                .ok();
        return new Mount(null, point, null);
    }

    private static Path folder(Path directory, String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path point() {
        return point;
    }

    /** The name of the block device. */
    public String device() {
        return FaultNeeds.run("findmnt", "-n", "-o", "SOURCE", point.toString())
                .ok()
                .output()
                .trim();
    }

    public void mount() {
        FaultNeeds.run("mount", "-o", options, image.toString(), point.toString())
                .ok();
    }

    public void unmount() {
        FaultNeeds.run("umount", point.toString()).ok();
    }

    /** The power is gone: nothing that is in the cache reaches the disk any more. */
    public void cutPower() {
        FaultNeeds.run("xfs_io", "-x", "-c", "shutdown", point.toString()).ok();
    }

    /** Waits for processes that are just ending. */
    @Override
    public void close() {
        Conditions.await(
                Duration.ofSeconds(20),
                "unmounted " + point,
                () -> FaultNeeds.run("mountpoint", "-q", point.toString()).code() != 0
                        || FaultNeeds.run("umount", point.toString()).code() == 0);
    }
}
