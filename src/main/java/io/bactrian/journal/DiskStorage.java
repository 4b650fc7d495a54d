package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real directory, held by a lock file that names the process. */
final class DiskStorage implements Storage {
    /** Bytes of zeros that are written at once. */
    private static final int PIECE = 1 << 18;
    /** Bytes of them that wait for the disk, when there is time: it takes nothing else while it takes those. */
    private static final int UNFORCED = 1 << 20;

    private final Path directory;
    private final FileChannel lockChannel;

    private DiskStorage(Path directory, FileChannel lockChannel) {
        this.directory = directory;
        this.lockChannel = lockChannel;
    }

    /** Makes the directory when it is missing, and locks it. */
    static DiskStorage lock(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new JournalException("cannot create the journal directory " + directory + ": " + reason(e), e);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    directory.resolve("LOCK"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new JournalLockedException("the journal directory " + directory + " is in use by process "
                        + owner(channel) + ": stop that process, or choose another directory");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new DiskStorage(directory, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new JournalException("cannot write to the journal directory " + directory + ": " + reason(e), e);
        } catch (JournalLockedException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toList());
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public StoredFile create(String name, long size, LongPredicate rest) throws IOException {
        Path path = directory.resolve(name);
        DiskFile file = DiskFile.create(path);
        try {
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, PIECE));
            boolean leisure = false;
            for (long position = 0; position < size; position += zeros.limit()) {
                if (position > 0) {
                    if (leisure && position % UNFORCED == 0) {
                        file.force();
                    }
                    leisure = rest.test(position);
                }
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - position));
                file.write(zeros, position);
            }
            file.force();
            return file;
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return DiskFile.open(directory.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + directory + " cannot rename atomically", e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void quarantine(String name, byte[] bytes) throws IOException {
        Path corrupt = Files.createDirectories(directory.resolve("corrupt"));
        Files.write(corrupt.resolve(name), bytes);
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "(unknown)" : pid;
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new JournalException("cannot close the lock file", e);
        }
    }
}
