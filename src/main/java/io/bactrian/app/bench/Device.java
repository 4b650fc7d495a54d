package io.bactrian.app.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.HdrHistogram.Histogram;

/** How long the device of a directory takes to make bytes durable. */
public final class Device {

    private static final int ROUNDS = 300;
    private static final int BYTES = 4096;
    private static final int FILE_BYTES = ROUNDS * BYTES;

    private Device() {}

    /**
     * Writes 4 KiB into a preallocated file and forces them with {@code fdatasync}, 300 times one after the other: what
     * one flush of a journal costs at least.
     *
     * @return the median in nanoseconds
     */
    public static long medianForce(Path directory) throws IOException {
        Path file = Files.createTempFile(Files.createDirectories(directory), "fdatasync", ".tmp");
        Histogram times = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (ByteBuffer zeros = ByteBuffer.allocateDirect(FILE_BYTES); zeros.hasRemaining(); ) {
                channel.write(zeros);
            }
            channel.force(true);
            ByteBuffer block = ByteBuffer.allocateDirect(BYTES);
            for (int round = 0; round < ROUNDS; round++) {
                block.clear().putInt(0, round);
                long start = System.nanoTime();
                channel.write(block, (long) round * BYTES);
                channel.force(false);
                times.recordValue(System.nanoTime() - start);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return times.getValueAtPercentile(50);
    }
}
