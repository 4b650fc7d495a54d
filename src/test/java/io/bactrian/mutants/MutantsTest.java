package io.bactrian.mutants;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every fault of the list is caught by the test named beside it, which passes without the fault. {@code mvn -B test -Pfaults
 * -Dtest=MutantsTest}.
 */
@Tag("faults")
class MutantsTest {
    private static final String JOURNAL = "io.bactrian.journal.";
    private static final String SIMULATION = JOURNAL + "SimulationTest#no_crash_and_no_fault_loses_an_accepted_event";
    private static final String CRASHES = JOURNAL + "CrashPointsTest";
    private static final String FLIPS = JOURNAL + "BitFlipTest";
    private static final String RETENTION = JOURNAL + "RetentionTest";
    private static final String JOURNALS = JOURNAL + "JournalTest";

    @TempDir
    Path directory;

    static Stream<Mutant> mutants() {
        return Stream.of(
                new Mutant(
                        "the fsync is skipped",
                        JOURNAL + "Flusher",
                        "        segment.file.force();\n        return at;",
                        "        return at;",
                        CRASHES),
                new Mutant(
                        "the answer comes before the fsync",
                        JOURNAL + "Flusher",
                        "            end = write(segment, batch);",
                        "batch.events.forEach(e -> e.succeed(completions)); completions.dispatch(); end = write(segment, batch);",
                        SIMULATION),
                new Mutant(
                        "the directory is not forced after a segment was made",
                        JOURNAL + "Preparation",
                        "            file.force();\n            core.storage.syncDirectory();\n",
                        "            file.force();\n",
                        CRASHES),
                new Mutant(
                        "the directory is not forced after a manifest was made",
                        JOURNAL + "Manifest",
                        "storage.syncDirectory();",
                        "storage.usableSpace();",
                        SIMULATION),
                new Mutant(
                        "the directory is not forced after a copy was made",
                        JOURNAL + "KeptWriter",
                        "        storage.syncDirectory();\n",
                        "",
                        CRASHES),
                new Mutant(
                        "the CRC is ignored",
                        JOURNAL + "RecordFormat",
                        " && buffer.getInt(at + CRC_AT) == crc(buffer, at, occupied, crc)",
                        "",
                        FLIPS),
                new Mutant(
                        "a read that fails counts as damage",
                        JOURNAL + "RecordReader",
                        "        segment.file.read(chunk, offset);\n",
                        "        try { segment.file.read(chunk, offset); } catch (IOException e) { chunk.position(0); }\n",
                        SIMULATION),
                new Mutant(
                        "who asks for what cannot be read is refused for good",
                        JOURNAL + "Queries",
                        ": new JournalUnavailableException(message, SOON, e);",
                        ": new JournalException(message, e);",
                        SIMULATION),
                new Mutant(
                        "a copy drops damage in silence",
                        JOURNAL + "Compaction",
                        "lost.add(segment, from, to, records);",
                        "",
                        SIMULATION),
                new Mutant(
                        "delivery gives a damaged event up in silence",
                        JOURNAL + "Unreadable",
                        "            core.segments.removePending(segment);\n",
                        "            core.segments.removePending(segment); if (key != null) { core.index.remove(key.high(), key.low()); return; }\n",
                        SIMULATION),
                new Mutant(
                        "a start passes over damage in silence",
                        JOURNAL + "RecoveryState",
                        "        core.damaged(damage);\n",
                        "",
                        SIMULATION),
                new Mutant(
                        "damage in a batch that another one follows is taken for a torn end",
                        JOURNAL + "SegmentScanner",
                        "            if (offset > end) {\n",
                        "            if (offset > end && (knownEnd != 0 || batch > end)) {\n",
                        SIMULATION),
                new Mutant(
                        "a start believes what was said of an event before a damaged state",
                        JOURNAL + "RecoveryState",
                        "        lostStates.makePending(reader, damages);\n",
                        "",
                        SIMULATION),
                new Mutant(
                        "a replay reuses the message id",
                        "io.bactrian.cloudevents.EventKey",
                        "epoch == 0 ? messageId() : messageId() + \"#r\" + epoch",
                        "messageId()",
                        "io.bactrian.cloudevents.EventKeyTest"),
                new Mutant(
                        "a replay has the epoch of before",
                        JOURNAL + "Operator",
                        "state.epoch() + 1,",
                        "state.epoch(),",
                        JOURNALS),
                new Mutant(
                        "a file is forced again after its force failed",
                        JOURNAL + "Flusher",
                        "        abandon(segment);\n        segment.abandoned = true;\n",
                        "",
                        SIMULATION),
                new Mutant(
                        "records are not marked for one use of a file",
                        JOURNAL + "RecordFormat",
                        "(salt ^ offset)",
                        "offset",
                        CRASHES),
                new Mutant(
                        "no segment is reserved for outcomes",
                        List.of(
                                new Mutant.Edit(
                                        JOURNAL + "Flusher",
                                        "core.active.events.isEmpty() || core.closing ? 1 : 2",
                                        "1"),
                                new Mutant.Edit(
                                        JOURNAL + "Core",
                                        "return segments.prepared.size() < 2\n",
                                        "return segments.prepared.isEmpty()\n")),
                        RETENTION),
                new Mutant(
                        "outcomes are dropped when their write fails",
                        JOURNAL + "Core",
                        "        writing.forEach(lazy::putIfAbsent);\n",
                        "",
                        SIMULATION),
                new Mutant(
                        "a start answers from a batch that may be in the cache only",
                        JOURNAL + "Recovery",
                        "        rewriteTail(tail);\n    }\n",
                        "        tail.forEach(segment -> segment.closed = true);\n    }\n",
                        SIMULATION),
                new Mutant(
                        "a new segment does not say where the abandoned one ended",
                        JOURNAL + "Flusher",
                        "            body.putLong(segment.ordinal).putLong(segment.end);\n",
                        "            body.putLong(0).putLong(0);\n",
                        SIMULATION),
                new Mutant(
                        "keys of pending events expire",
                        JOURNAL + "Location",
                        "return kind >= PROCESSED && kind != DEAD;",
                        "return kind != DEAD;",
                        RETENTION),
                new Mutant(
                        "a write of the manifest overwrites the newest one",
                        JOURNAL + "Manifest",
                        "        newest = slot;\n        second = slot;\n",
                        "        newest = slot + NAMES.length - 1;\n        second = -1;\n",
                        SIMULATION),
                new Mutant(
                        "processed events are let go before their hold is over",
                        JOURNAL + "Retirement",
                        "return !core.aboveSoftLimit\n",
                        "return core.aboveSoftLimit\n",
                        RETENTION),
                new Mutant(
                        "what is copied comes in the order of its files",
                        JOURNAL + "Segment",
                        "Comparator.comparingLong((Segment s) -> s.position)",
                        "Comparator.comparingLong((Segment s) -> s.ordinal)",
                        SIMULATION),
                new Mutant(
                        "a refused event keeps its key",
                        JOURNAL + "Intake",
                        "        }\n        release(reservation, refusal);\n        return refused(refusal);",
                        "        }\n        return refused(refusal);",
                        JOURNALS),
                new Mutant(
                        "a key is forgotten although its event was replayed meanwhile",
                        JOURNAL + "Changes",
                        "return Location.pending(kind)\n                || kind == Location.DEAD\n                ||",
                        "return",
                        JOURNAL + "ForgettingTest"));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void is_caught(Mutant mutant) throws Exception {
        // Given
        mutant.compile(directory, classPath());
        // When
        Ran ran = run(directory + File.pathSeparator + classPath(), mutant.caughtBy());
        // Then
        assertThat(ran.code)
                .as("%s by %s: %s", mutant, mutant.caughtBy(), ran.output)
                .isEqualTo(RunTest.FAILED);
    }

    @Test
    void and_without_a_fault_the_same_tests_pass() throws Exception {
        Set<String> tests = new TreeSet<>();
        mutants().forEach(mutant -> tests.add(mutant.caughtBy()));
        for (String test : tests) {
            // When
            Ran ran = run(classPath(), test);
            // Then
            assertThat(ran.code).as("%s: %s", test, ran.output).isEqualTo(RunTest.PASSED);
        }
    }

    private record Ran(int code, String output) {}

    private Ran run(String classPath, String test) throws Exception {
        Path log = Files.createTempFile(directory, "test", ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Djournal.seeds=3000",
                        "-cp",
                        classPath,
                        RunTest.class.getName(),
                        test)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code = process.waitFor();
        String output = Files.readString(log, StandardCharsets.UTF_8);
        return new Ran(code, output.substring(Math.max(0, output.length() - 4000)));
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
