package io.bactrian.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.bactrian.journal.LoadProcess.Setup;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.Mount;
import io.bactrian.testing.Strace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

/** Kills, power cuts, and disks that fail, fill up, turn read-only or slow: the real ones, under a loaded journal. */
@Tag("faults")
@ExtendWith(QuietJournal.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = SEPARATE_THREAD)
class JournalFaultsIT {

    @TempDir
    Path directory;

    private Setup setup() {
        return Setup.of(directory.resolve("journal"));
    }

    /** Opens the journal: everything accepted is known and intact, nothing is damaged; returns what is pending. */
    private static Set<Key> verify(Setup setup, Set<String> accepted) {
        try (Journal journal = Journal.open(setup.config())) {
            assertThat(journal.stats().corruptRecords()).isZero();
            for (String id : accepted) {
                Key key = Key.of("/load", id);
                EventState state = journal.find(key).orElse(null);
                assertThat(state).as(id).isNotNull();
                if (state.state() != State.PROCESSED) {
                    assertThat(journal.payload(key)).as(id).hasValue(JournalLoad.payload(id));
                }
            }
            Set<Key> pending = new HashSet<>();
            long last = 0;
            for (PendingEvent event = journal.next(); event != null; event = journal.next()) {
                assertThat(event.sequence()).isGreaterThan(last);
                last = event.sequence();
                assertThat(pending.add(event.key())).isTrue();
            }
            return pending;
        }
    }

    private static Set<Key> keys(Set<String> ids) {
        Set<Key> keys = new HashSet<>();
        ids.forEach(id -> keys.add(Key.of("/load", id)));
        return keys;
    }

    @Test
    void fifty_kills_under_64_writers() {
        FaultNeeds.need();
        Set<String> accepted = new HashSet<>();
        for (int round = 0; round < 50; round++) {
            // Given
            try (LoadProcess process =
                    LoadProcess.start(setup(), "round" + round).awaitOpen()) {
                process.tell("load");
                process.awaitAccepted(200 + round * 13 % 100);
                // When
                process.kill();
                accepted.addAll(process.accepted);
            }
        }
        // Then
        assertThat(accepted).hasSizeGreaterThan(10_000);
        assertThat(verify(setup(), accepted)).containsAll(keys(accepted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void power_cuts_under_load(String type) {
        FaultNeeds.need("mkfs." + type, "xfs_io", "mount");
        try (Mount mount = Mount.loop(directory, type, 400, "")) {
            Setup setup = Setup.of(mount.point().resolve("journal"));
            Set<String> accepted = new HashSet<>();
            for (int round = 0; round < 5; round++) {
                // Given
                try (LoadProcess process =
                        LoadProcess.start(setup, "round" + round).awaitOpen()) {
                    process.tell("load");
                    process.awaitAccepted(2_000);
                    // When
                    mount.cutPower();
                    process.kill();
                    accepted.addAll(process.accepted);
                }
                mount.unmount();
                mount.mount();
                // Then
                assertThat(verify(setup, accepted)).containsAll(keys(accepted));
            }
            assertThat(accepted).hasSizeGreaterThan(10_000);
        }
    }

    @Test
    void an_fsync_that_fails_once() throws Exception {
        FaultNeeds.need("strace");
        Path trace = directory.resolve("strace.log");
        // Given, When: the fortieth force of the flusher
        try (LoadProcess process = LoadProcess.start(
                        setup(),
                        "once",
                        "strace",
                        "-f",
                        "-qq",
                        "-y",
                        "-e",
                        "trace=fdatasync",
                        "-e",
                        "inject=fdatasync:error=EIO:when=40",
                        "-o",
                        trace.toString())
                .awaitOpen()) {
            process.tell("load");
            process.awaitRefused("JournalUnavailableException");
            process.awaitAccepted(2_000);
            process.tell("pause");
            assertThat(process.ask("stats", "stats")).contains("status=OPEN");
            process.kill();
            // Then
            assertThat(process.refused).allMatch(line -> line.contains("refused a write"));
            assertThat(verify(setup(), process.accepted)).containsAll(keys(process.accepted));
        }
        assertThat(failedFiles(trace)).hasSize(1);
    }

    /** The files whose force failed; none of them was forced again. */
    private static Set<String> failedFiles(Path trace) throws IOException {
        Set<String> failed = new HashSet<>();
        for (String line : Files.readAllLines(trace)) {
            int from = line.indexOf('<');
            if (from < 0) {
                continue;
            }
            String file = line.substring(from + 1, line.indexOf('>', from));
            assertThat(failed).as(line).doesNotContain(file);
            if (line.contains("EIO")) {
                failed.add(file);
            }
        }
        return failed;
    }

    @Test
    void an_fsync_that_fails_for_ever_makes_it_read_only_until_the_disk_heals() throws Exception {
        FaultNeeds.need("strace");
        try (LoadProcess process = LoadProcess.start(setup(), "for-ever").awaitOpen()) {
            // Given
            process.tell("load");
            process.awaitAccepted(1_000);
            // When
            Strace strace = Strace.inject(process.pid(), "fdatasync", "error=EIO");
            // a segment that cannot be prepared may be the first to tell
            process.awaitLine(line -> line.startsWith("status READ_ONLY") || line.startsWith("status FULL"));
            process.awaitRefused("JournalUnavailableException");
            process.tell("pause");
            // Then: what is durable is delivered all the same
            assertThat(process.ask("drain", "drained")).isNotEqualTo("drained 0");
            int refusals = process.refused.size();
            process.tell("one sick");
            Conditions.await(LoadProcess.PATIENCE, "a refusal", () -> process.refused.size() > refusals);
            // When
            strace.close();
            process.awaitLine(line -> line.startsWith("status OPEN"));
            process.tell("one healed");
            process.awaitAccepted(1);
            // Then
            assertThat(process.accepted).contains("healed").doesNotContain("sick");
            process.ask("close", "closed");
            assertThat(verify(setup(), process.accepted)).containsExactly(Key.of("/load", "healed"));
        }
    }

    @Test
    void a_file_system_that_turns_read_only() throws Exception {
        FaultNeeds.need("mkfs.ext4", "mount", "fsck.ext4");
        try (Mount mount = Mount.loop(directory, "ext4", 200, ",errors=remount-ro")) {
            Setup setup = Setup.of(mount.point().resolve("journal"));
            try (LoadProcess process = LoadProcess.start(setup, "ro").awaitOpen()) {
                // Given
                process.tell("load");
                process.awaitAccepted(1_000);
                // When
                String device = mount.device();
                Files.writeString(
                        Path.of("/sys/fs/ext4", Path.of(device).getFileName().toString(), "trigger_fs_error"), "test");
                // Then
                process.awaitLine(line -> line.startsWith("status READ_ONLY") || line.startsWith("status FULL"));
                process.awaitRefused("Journal");
                process.tell("pause");
                assertThat(process.ask("drain", "drained")).isNotEqualTo("drained 0");
                process.kill();
                mount.unmount();
                assertThat(FaultNeeds.run(
                                        "fsck.ext4",
                                        "-fy",
                                        directory.resolve("ext4.img").toString())
                                .code())
                        .isLessThan(4);
                mount.mount();
                verify(setup, process.accepted);
            }
        }
    }

    @Test
    void a_disk_that_is_full_when_a_segment_is_to_be_prepared() {
        FaultNeeds.need("mount");
        try (Mount mount = Mount.tmpfs(directory, 12)) {
            Setup setup = Setup.of(mount.point().resolve("journal")).withoutHold();
            try (LoadProcess process = LoadProcess.start(setup, "full").awaitOpen()) {
                // Given
                process.tell("load");
                // When
                process.awaitRefused("JournalFullException");
                process.tell("pause");
                assertThat(process.ask("stats", "stats")).contains("status=FULL");
                // Then: it drains, and accepts again
                assertThat(process.ask("drain", "drained")).isNotEqualTo("drained 0");
                process.awaitLine(line -> line.startsWith("status OPEN"));
                process.tell("one again");
                Conditions.await(LoadProcess.PATIENCE, "again", () -> process.accepted.contains("again"));
                process.kill();
                verify(setup, process.accepted);
            }
        }
    }

    @Test
    void a_disk_without_a_byte_left_takes_outcomes() throws Exception {
        FaultNeeds.need("mount", "dd");
        try (Mount mount = Mount.tmpfs(directory, 24)) {
            Setup setup = Setup.of(mount.point().resolve("journal")).withoutHold();
            try (LoadProcess process = LoadProcess.start(setup, "brim").awaitOpen()) {
                // Given
                process.tell("load");
                process.awaitAccepted(8_000);
                process.tell("pause");
                FaultNeeds.run("dd", "if=/dev/zero", "of=" + mount.point().resolve("filler"), "bs=4k");
                assertThat(mount.point().toFile().getUsableSpace()).isZero();
                // When
                assertThat(process.ask("dead", "dead ")).doesNotContain("[]");
                process.ask("drain", "drained");
                Conditions.await(LoadProcess.PATIENCE, "all outcomes on disk", () -> process.ask("stats", "stats")
                        .contains("unsavedStates=0"));
                process.kill();
                // Then: nothing comes again
                assertThat(verify(setup, process.accepted)).isEmpty();
                try (Journal journal = Journal.open(setup.config())) {
                    assertThat(journal.stats().dead()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void a_file_size_limit_that_comes_and_goes() {
        FaultNeeds.need("prlimit");
        try (LoadProcess process = LoadProcess.start(setup(), "limit").awaitOpen()) {
            // Given
            process.tell("load");
            process.awaitAccepted(1_000);
            // When
            String pid = String.valueOf(process.pid());
            FaultNeeds.run("prlimit", "--pid", pid, "--fsize=4096:unlimited").ok();
            process.awaitRefused("Journal");
            process.awaitLine(line -> line.startsWith("status READ_ONLY") || line.startsWith("status FULL"));
            FaultNeeds.run("prlimit", "--pid", pid, "--fsize=unlimited:unlimited")
                    .ok();
            // Then
            process.awaitLine(line -> line.startsWith("status OPEN"));
            process.awaitAccepted(500);
            process.kill();
            assertThat(verify(setup(), process.accepted)).containsAll(keys(process.accepted));
        }
    }

    @Test
    void a_slow_disk_makes_batches_grow_and_then_refuses_and_memory_stays_bounded() throws Exception {
        FaultNeeds.need("strace");
        Setup setup = setup().inFlight(20_000, 1 << 20);
        try (LoadProcess process = LoadProcess.start(setup, "slow").awaitOpen()) {
            // Given
            Strace strace = Strace.inject(process.pid(), "fdatasync", "delay_enter=500000");
            process.tell("load");
            // When: half a second a force
            process.awaitRefused("JournalUnavailableException the disk is slower than the senders");
            process.awaitAccepted(3_000);
            process.tell("pause");
            String stats = process.ask("stats", "stats largestBatch=");
            assertThat(Integer.parseInt(stats.replaceAll(".*largestBatch=(\\d+) .*", "$1")))
                    .isGreaterThan(200);
            strace.close();
            // Then
            Conditions.await(LoadProcess.PATIENCE, "all on disk", () -> process.ask("stats", "stats")
                    .contains("inFlightBytes=0"));
            process.tell("one again");
            Conditions.await(LoadProcess.PATIENCE, "again", () -> process.accepted.contains("again"));
            process.kill();
            assertThat(process.said).noneMatch(line -> line.contains("OutOfMemory"));
            assertThat(verify(setup, process.accepted)).containsAll(keys(process.accepted));
        }
    }

    @Test
    void a_second_process_on_the_directory_is_refused_and_told_the_first_ones_id() {
        FaultNeeds.need();
        try (LoadProcess first = LoadProcess.start(setup(), "first").awaitOpen();
                LoadProcess second = LoadProcess.start(setup(), "second")) {
            // Then
            String line = second.awaitLine(said -> said.contains("JournalLockedException"));
            assertThat(line).contains("in use by process " + first.pid());
            first.tell("one works");
            first.awaitAccepted(1);
        }
    }
}
