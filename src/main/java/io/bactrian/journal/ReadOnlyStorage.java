package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** A directory that is only looked at: it is not locked, and whatever would change it is a mistake. */
final class ReadOnlyStorage implements Storage {
    private final Path directory;

    ReadOnlyStorage(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return new ReadOnlyFile(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public StoredFile create(String name, long size, LongPredicate rest) {
        throw readOnly();
    }

    @Override
    public void rename(String from, String to) {
        throw readOnly();
    }

    @Override
    public void delete(String name) {
        throw readOnly();
    }

    @Override
    public void syncDirectory() {
        throw readOnly();
    }

    @Override
    public long usableSpace() {
        throw readOnly();
    }

    @Override
    public void quarantine(String name, byte[] bytes) {
        throw readOnly();
    }

    @Override
    public void close() {}

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("the journal is only looked at");
    }

    private record ReadOnlyFile(FileChannel channel) implements StoredFile {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int start = target.position();
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                count = channel.read(target, position + target.position() - start);
            }
            return target.position() - start;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw readOnly();
        }

        @Override
        public void force() {
            throw readOnly();
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
