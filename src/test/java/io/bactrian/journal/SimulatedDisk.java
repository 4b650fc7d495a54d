package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * A disk that knows which bytes and names would survive a power cut: writes live in a cache until they are forced, sector by
 * sector; names live there until the directory is forced. A failed force forgets what it failed to write, as Linux does: the
 * cache still shows it, the next force succeeds, and the bytes are gone after a power cut.
 */
final class SimulatedDisk {
    static final int SECTOR = 512;

    /** The computer stops here. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Where mutants of the disk's promises hook in. */
    enum Lie {
        NONE,
        FORCE_DOES_NOTHING,
        DIRECTORY_FORCE_DOES_NOTHING
    }

    final SplittableRandom random;
    Lie lie = Lie.NONE;
    /** What no program expects of a disk. */
    static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** One in so many operations fails; 0 is never. */
    int failOneIn;
    /** One in so many operations ends in a way that nobody expects; 0 is never. */
    int unexpectedOneIn;
    /** The first thing that was done although it never may be; the journal may have caught what was thrown. */
    AssertionError violation;
    /** So many of the next forces fail. */
    int failForces;
    /** So many of the next removals fail. */
    int failDeletes;
    /** No record can be written to a segment; all else can. */
    boolean refusesRecords;
    /** Every write and force fails. */
    boolean broken;
    /** So many of the next reads fail; negative is all of them. */
    int failReads;
    /** One in so many reads fails; 0 is never. */
    int failReadOneIn;
    /** A read of this place fails, whatever else can be read; of this file, from there on for a sector. */
    String badFile;

    long badAt;
    /** Called before each read, so that others come in between. */
    Runnable beforeRead = () -> {};
    /** Bytes that may be occupied. */
    long capacity = Long.MAX_VALUE;
    /** The computer stops before this many further operations; negative is never. */
    int crashIn = -1;
    /** Whether a sector that was not forced arrives before the power is gone. */
    BooleanSupplier arrives;
    /** Called between operations, so that others come in between. */
    Runnable between = () -> {};

    /** Names of what was put aside, or should have been. */
    final List<String> quarantined = new ArrayList<>();

    int operations;
    int faults;
    /** How many reads have failed. */
    int failedReads;

    private Map<String, Inode> durableNames = new HashMap<>();
    private Map<String, Inode> names = new HashMap<>();
    private final List<Runnable> unsyncedNames = new ArrayList<>();
    private int incarnation;
    private boolean stopped;

    SimulatedDisk(SplittableRandom random) {
        this.random = random;
        this.arrives = random::nextBoolean;
    }

    private final class Inode {
        final Map<Integer, byte[]> durable = new HashMap<>();
        final Map<Integer, byte[]> cache = new HashMap<>();
        final Map<Integer, byte[]> dirty = new HashMap<>();
        long size;
        long durableSize;
        /** The process to which a force failed last. */
        int forceFailedIn = -1;

        void force() {
            if (lie == Lie.FORCE_DOES_NOTHING) {
                return;
            }
            durable.putAll(dirty);
            dirty.clear();
            durableSize = size;
        }

        /** Some sectors arrive, some do not. */
        void cutPower() {
            for (Map.Entry<Integer, byte[]> sector : dirty.entrySet()) {
                if (arrives.getAsBoolean()) {
                    durable.put(sector.getKey(), sector.getValue());
                    durableSize = Math.max(durableSize, Math.min(size, (sector.getKey() + 1L) * SECTOR));
                }
            }
            dirty.clear();
            cache.clear();
            cache.putAll(durable);
            size = durableSize;
        }
    }

    /** What is left when the power comes back; {@code process} is a kill, which the cache survives. */
    void restart(boolean process) {
        incarnation++;
        stopped = false;
        crashIn = -1;
        between = () -> {};
        beforeRead = () -> {};
        if (process) {
            return;
        }
        int arrived = unsyncedNames.isEmpty() || random.nextBoolean() ? 0 : random.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, arrived).forEach(Runnable::run);
        unsyncedNames.clear();
        names = new HashMap<>(durableNames);
        names.values().forEach(Inode::cutPower);
    }

    /** Flips one bit of a file, in the cache and on the platter. */
    void flip(String name, long position, int bit) {
        Inode inode = names.get(name);
        int sector = (int) (position / SECTOR);
        byte[] bytes = inode.cache.getOrDefault(sector, new byte[SECTOR]).clone();
        bytes[(int) (position % SECTOR)] ^= (byte) (1 << bit);
        inode.cache.put(sector, bytes);
        inode.durable.put(sector, bytes);
        inode.dirty.remove(sector);
    }

    /** All of a file, as a read would give it out that never fails. */
    byte[] bytes(String name) {
        Inode inode = names.get(name);
        byte[] bytes = new byte[(int) inode.size];
        inode.cache.forEach((sector, content) -> {
            int at = sector * SECTOR;
            System.arraycopy(content, 0, bytes, at, Math.min(SECTOR, bytes.length - at));
        });
        return bytes;
    }

    /** Remembers a file as it is; the result puts that back. */
    Runnable backup(String name) {
        Inode inode = names.get(name);
        Map<Integer, byte[]> durable = new HashMap<>(inode.durable);
        return () -> {
            inode.durable.clear();
            inode.durable.putAll(durable);
            inode.cache.clear();
            inode.cache.putAll(durable);
            inode.dirty.clear();
        };
    }

    void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    void truncate(String name, long size) {
        Inode inode = names.get(name);
        inode.size = size;
        inode.durableSize = size;
    }

    /** Bytes that were written and not forced, in sectors. */
    int dirtySectors() {
        return names.values().stream().mapToInt(inode -> inode.dirty.size()).sum();
    }

    List<String> fileNames() {
        return new ArrayList<>(names.keySet());
    }

    long used() {
        return names.values().stream().mapToLong(inode -> inode.size).sum();
    }

    Storage open() {
        return new View(incarnation);
    }

    boolean isStopped() {
        return stopped;
    }

    private void unexpected() {
        if (unexpectedOneIn > 0 && random.nextInt(unexpectedOneIn) == 0) {
            faults++;
            throw new Unexpected();
        }
    }

    private AssertionError violated(String what) {
        AssertionError error = new AssertionError(what);
        violation = violation == null ? error : violation;
        return error;
    }

    private void operation(boolean mayFail) throws IOException {
        if (stopped || (crashIn >= 0 && crashIn-- == 0)) {
            // Clean-up code of the dead process must not reach the disk either.
            stopped = true;
            throw new Crash();
        }
        operations++;
        between.run();
        if (mayFail) {
            unexpected();
        }
        if (mayFail && (broken || (failOneIn > 0 && random.nextInt(failOneIn) == 0))) {
            faults++;
            throw new IOException("simulated I/O error");
        }
    }

    private final class View implements Storage {
        private final int born;

        View(int born) {
            this.born = born;
        }

        private void alive() {
            if (born != incarnation) {
                throw violated("a dead process touches the disk");
            }
        }

        @Override
        public List<String> list() {
            alive();
            return fileNames();
        }

        @Override
        public boolean exists(String name) {
            alive();
            return names.containsKey(name);
        }

        @Override
        public StoredFile create(String name, long size, LongPredicate rest) throws IOException {
            alive();
            operation(true);
            Inode inode = new Inode();
            names.put(name, inode);
            unsyncedNames.add(() -> durableNames.put(name, inode));
            OpenFile file = new OpenFile(name, inode, born);
            try {
                if (used() + size > capacity) {
                    faults++;
                    throw new IOException("No space left on device");
                }
                inode.size = size;
                file.force();
            } catch (IOException | Unexpected e) {
                delete(name);
                throw e;
            }
            return file;
        }

        @Override
        public StoredFile open(String name) throws IOException {
            alive();
            Inode inode = names.get(name);
            if (inode == null) {
                throw new IOException("no such file: " + name);
            }
            return new OpenFile(name, inode, born);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            alive();
            operation(true);
            Inode inode = names.remove(from);
            names.put(to, inode);
            unsyncedNames.add(() -> {
                durableNames.remove(from);
                durableNames.put(to, inode);
            });
        }

        @Override
        public void delete(String name) throws IOException {
            alive();
            operation(false);
            if (failDeletes > 0) {
                failDeletes--;
                throw new IOException("simulated I/O error of a removal");
            }
            names.remove(name);
            unsyncedNames.add(() -> durableNames.remove(name));
        }

        @Override
        public void syncDirectory() throws IOException {
            alive();
            operation(true);
            if (lie == Lie.DIRECTORY_FORCE_DOES_NOTHING) {
                return;
            }
            unsyncedNames.forEach(Runnable::run);
            unsyncedNames.clear();
        }

        @Override
        public long usableSpace() {
            alive();
            return capacity - used();
        }

        @Override
        public void quarantine(String name, byte[] bytes) throws IOException {
            alive();
            quarantined.add(name);
            if (broken || used() + bytes.length > capacity) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() {
            alive();
        }
    }

    private final class OpenFile implements StoredFile {
        private final String name;
        private final Inode inode;
        private final int born;

        OpenFile(String name, Inode inode, int born) {
            this.name = name;
            this.inode = inode;
            this.born = born;
        }

        private void alive() {
            if (born != incarnation) {
                throw violated("a dead process touches " + name);
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            alive();
            beforeRead.run();
            int wanted = target.remaining();
            boolean bad = name.equals(badFile) && position < badAt + SECTOR && position + wanted > badAt;
            if (bad || failReads != 0 || (failReadOneIn > 0 && random.nextInt(failReadOneIn) == 0)) {
                failReads -= failReads > 0 ? 1 : 0;
                failedReads++;
                throw new IOException("simulated I/O error of a read");
            }
            int count = (int) Math.max(0, Math.min(target.remaining(), inode.size - position));
            int end = target.position() + count;
            long at = position;
            while (target.position() < end) {
                int within = (int) (at % SECTOR);
                int length = Math.min(SECTOR - within, end - target.position());
                byte[] sector = inode.cache.get((int) (at / SECTOR));
                target.put(sector == null ? ZEROS : sector, sector == null ? 0 : within, length);
                at += length;
            }
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            alive();
            operation(false);
            unexpected();
            if (refusesRecords && position > 0 && name.startsWith("seg-")) {
                throw new IOException("simulated refusal of a record");
            }
            boolean fails = broken || (failOneIn > 0 && random.nextInt(failOneIn) == 0);
            int length = fails ? random.nextInt(source.remaining() + 1) : source.remaining();
            long growth = Math.max(0, position + length - inode.size);
            if (used() + growth > capacity) {
                faults++;
                throw new IOException("No space left on device");
            }
            long at = position;
            for (int left = length; left > 0; ) {
                int number = (int) (at / SECTOR);
                int within = (int) (at % SECTOR);
                int part = Math.min(SECTOR - within, left);
                byte[] old = inode.cache.get(number);
                byte[] sector = old == null ? new byte[SECTOR] : old.clone();
                source.get(sector, within, part);
                inode.cache.put(number, sector);
                inode.dirty.put(number, sector);
                at += part;
                left -= part;
            }
            inode.size = Math.max(inode.size, at);
            if (fails) {
                faults++;
                throw new IOException("simulated I/O error while writing");
            }
        }

        @Override
        public void force() throws IOException {
            alive();
            if (inode.forceFailedIn == incarnation) {
                throw violated(name + " is forced again after a failed force");
            }
            try {
                operation(true);
                if (failForces > 0) {
                    failForces--;
                    throw new IOException("simulated I/O error of a force");
                }
            } catch (IOException | Unexpected e) {
                inode.forceFailedIn = incarnation;
                // Each page may have arrived or not; none is dirty any more.
                inode.dirty.forEach((number, sector) -> {
                    if (random.nextInt(4) == 0) {
                        inode.durable.put(number, sector);
                    }
                });
                inode.dirty.clear();
                throw e;
            }
            inode.force();
        }

        @Override
        public long size() {
            alive();
            return inode.size;
        }

        @Override
        public void close() {
            alive();
        }
    }

    private static final byte[] ZEROS = new byte[SECTOR];
}
