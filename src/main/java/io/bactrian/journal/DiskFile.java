package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A real file. A thread that is interrupted while it reads closes a {@link FileChannel} for everybody, so readers have a
 * channel of their own, which is opened again when that happens; only the journal's own threads write.
 */
final class DiskFile implements StoredFile {
    private final Path path;
    private final FileChannel writer;
    private volatile FileChannel reader;
    private volatile boolean closed;

    private DiskFile(Path path, FileChannel writer, FileChannel reader) {
        this.path = path;
        this.writer = writer;
        this.reader = reader;
    }

    static DiskFile create(Path path) throws IOException {
        return open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    static DiskFile open(Path path) throws IOException {
        return open(path, StandardOpenOption.WRITE);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        boolean interrupted = false;
        try {
            while (target.hasRemaining()) {
                FileChannel channel = reader;
                try {
                    if (channel.read(target, position + target.position() - start) < 0) {
                        break;
                    }
                } catch (java.nio.channels.ClosedChannelException e) {
                    if (closed) {
                        throw e;
                    }
                    if (e instanceof ClosedByInterruptException) {
                        interrupted |= Thread.interrupted();
                    }
                    reopen(channel);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return target.position() - start;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += writer.write(source, at);
        }
    }

    @Override
    public void force() throws IOException {
        writer.force(false);
    }

    @Override
    public long size() throws IOException {
        return writer.size();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try (FileChannel first = writer;
                FileChannel second = reader) {
            assert first != second;
        }
    }

    private synchronized void reopen(FileChannel failed) throws IOException {
        if (reader == failed && !closed) {
            reader = FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    private static DiskFile open(Path path, StandardOpenOption... options) throws IOException {
        FileChannel writer = FileChannel.open(path, options);
        try {
            return new DiskFile(path, writer, FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException e) {
            writer.close();
            throw e;
        }
    }
}
