package io.bactrian.cloudevents;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Whatever the bytes, a reader answers an event or says what is wrong with it, and an event it answers can be written and read again. Bytes come from {@code src/test/resources/cloudevents/corpus} (add what once failed) and from the vectors, mutated by a seed.
 */
class JsonFuzzTest {
    private static final int MUTATIONS = 20_000;
    private static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\",
            "\\u",
            "\\uD800",
            "null",
            "true",
            "-0",
            "1e9",
            "0.1",
            "data",
            "data_base64",
            "\"id\":",
            "\u0000",
            "é",
            "😀",
            " ",
            "\n",
            "datacontenttype",
            "text/plain");

    @TestFactory
    Stream<DynamicTest> each_document_of_the_corpus_is_read_or_refused() throws Exception {
        return corpus().stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(), () -> read(Files.readAllBytes(file), "corpus")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutated_documents_are_read_or_refused(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> documents = documents();
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] document = documents.get(random.nextInt(documents.size()));
            for (int n = random.nextInt(3); n >= 0; n--) {
                document = mutated(document, random);
            }
            accepted += read(document, "seed " + seed + " document " + i) ? 1 : 0;
        }
        // a fuzzer that never gets past the door tests the door only
        assertThat(accepted).isBetween(MUTATIONS / 50, MUTATIONS * 49 / 50);
    }

    private static boolean read(byte[] document, String origin) {
        boolean accepted = false;
        try {
            try {
                CloudEvent event = JsonFormat.read(document);
                accepted = true;
                byte[] written = JsonFormat.write(event);
                assertThat(JsonFormat.write(JsonFormat.read(written))).isEqualTo(written);
                assertThat(JsonFormat.write(EventCodec.read(EventCodec.write(event))))
                        .isEqualTo(written);
                NatsBinding.binary(event);
            } catch (InvalidCloudEventException e) {
                assertThat(accepted).as("what was written can be read").isFalse();
                assertThat(e.violations()).isNotEmpty();
            }
            try {
                JsonFormat.readBatchLenient(document, 5);
            } catch (InvalidCloudEventException | BatchTooLargeException e) {
                assertThat(e).message().isNotEmpty();
            }
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            fail(origin + " " + Arrays.toString(document), e);
        }
        return accepted;
    }

    private static byte[] mutated(byte[] document, Random random) {
        int at = random.nextInt(document.length + 1);
        return switch (random.nextInt(5)) {
            case 0 -> spliced(document, at, at, Vectors.bytes(TOKENS.get(random.nextInt(TOKENS.size()))));
            case 1 -> spliced(document, at, Math.min(document.length, at + 1 + random.nextInt(8)), new byte[0]);
            case 2 -> spliced(document, at, Math.min(document.length, at + 1), new byte[] {(byte) random.nextInt()});
            case 3 -> {
                int from = random.nextInt(document.length + 1);
                int to = Math.min(document.length, from + random.nextInt(40));
                yield spliced(document, at, at, Arrays.copyOfRange(document, from, to));
            }
            default -> document;
        };
    }

    private static byte[] spliced(byte[] document, int from, int to, byte[] replacement) {
        byte[] out = new byte[document.length - (to - from) + replacement.length];
        System.arraycopy(document, 0, out, 0, from);
        System.arraycopy(replacement, 0, out, from, replacement.length);
        System.arraycopy(document, to, out, from + replacement.length, document.length - to);
        return out;
    }

    private static List<byte[]> documents() throws Exception {
        List<byte[]> documents = new ArrayList<>();
        for (String file : List.of("valid-events", "invalid-events", "valid-batches", "invalid-batches")) {
            Vectors.json("format-json/" + file + ".json").get("tests").forEach(test -> {
                documents.add(Vectors.bytes(
                        test.path("event").isMissingNode()
                                ? test.get("batch").toString()
                                : test.get("event").toString()));
            });
        }
        for (Path file : corpus()) {
            documents.add(Files.readAllBytes(file));
        }
        return documents;
    }

    private static List<Path> corpus() throws Exception {
        URI folder = JsonFuzzTest.class.getResource("/cloudevents/corpus").toURI();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            List<Path> found = files.sorted().toList();
            if (found.isEmpty()) {
                throw new IOException("the corpus is empty");
            }
            return found;
        }
    }
}
