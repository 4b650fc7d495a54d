package io.bactrian.cloudevents;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Whatever the headers, an event is read or what is wrong is said, and of an event that was read nothing dangerous leaves
 * to NATS. Headers come from {@code src/test/resources/cloudevents/header-corpus}, mutated by a seed.
 */
class HeaderFuzzTest {
    private static final int MUTATIONS = 20_000;
    private static final String PIECES = "%\"\\;=:/.>*$ ,%%00%0A%20%E2%82%AC%ED%A0%80%F0%9F%98%80é\u0001";
    private static final List<SubjectTemplate> SUBJECTS = List.of(
            SubjectTemplate.parse("events.{name}.{type}"),
            SubjectTemplate.parse("{source}"),
            SubjectTemplate.parse("a.{subject}.{partitionkey}.z"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutated_headers_are_read_or_refused_and_nothing_dangerous_leaves(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> corpus = corpus();
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String block = corpus.get(random.nextInt(corpus.size()));
            for (int n = random.nextInt(3); n > 0; n--) {
                block = mutated(block, random);
            }
            try {
                accepted += read(block) ? 1 : 0;
            } catch (Exception | AssertionError e) {
                fail("seed " + seed + " block " + i + ":\n" + block, e);
            }
        }
        // a fuzzer that never gets past the door tests the door only
        assertThat(accepted).isBetween(MUTATIONS / 50, MUTATIONS * 49 / 50);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void any_legal_text_survives_a_header(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < MUTATIONS; i++) {
            String text = random.ints(random.nextInt(20), 0x20, 0x11_0000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            if (AttributeRules.isLegalString(text)) {
                assertThat(HeaderValues.decode(HeaderValues.encode(text))).isEqualTo(text);
            }
        }
    }

    private static boolean read(String block) throws Exception {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line : block.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(Map.entry(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
        for (Map.Entry<String, String> header : headers) {
            MediaType.parse(header.getValue());
            try {
                ContentMode.of(header.getValue());
            } catch (UnsupportedEventFormatException e) {
                assertThat(e).message().isNotEmpty();
            }
        }
        CloudEvent event;
        try {
            event = HttpBinding.readBinary(HttpHeaders.of(headers), new byte[] {1});
        } catch (InvalidCloudEventException e) {
            assertThat(e.violations()).isNotEmpty().allSatisfy(violation -> assertThat(violation.rule())
                    .isNotEmpty());
            return false;
        }
        NatsBinding.NatsMessage binary = NatsBinding.binary(event);
        assertThat(binary.headers())
                .allSatisfy(header -> assertThat(header.name() + header.value()).matches("[!-~ ]+"))
                .allSatisfy(header -> assertThat(header.name()).matches("ce-[a-z0-9]+"));
        assertThat(Vectors.attributes(Vectors.fromNats(binary))).isEqualTo(Vectors.attributes(event));
        assertThat(JsonFormat.read(NatsBinding.structured(event).payload()).id())
                .isEqualTo(event.id());
        for (SubjectTemplate template : SUBJECTS) {
            assertThat(template.resolve("hook", event)).matches("[^\\s>*.\\p{Cntrl}]+(\\.[^\\s>*.\\p{Cntrl}]+)*");
        }
        return true;
    }

    private static String mutated(String block, Random random) {
        int at = random.nextInt(block.length() + 1);
        int end = Math.min(block.length(), at + random.nextInt(6));
        int piece = random.nextInt(PIECES.length());
        return switch (random.nextInt(4)) {
            case 0 ->
                block.substring(0, at)
                        + PIECES.substring(piece, Math.min(PIECES.length(), piece + 1 + random.nextInt(9)))
                        + block.substring(at);
            case 1 -> block.substring(0, at) + block.substring(end);
            case 2 -> block.substring(0, at) + (char) random.nextInt(256) + block.substring(end);
            default -> block.substring(0, at) + block.substring(end) + block.substring(at, end);
        };
    }

    private static List<String> corpus() throws Exception {
        URI folder =
                HeaderFuzzTest.class.getResource("/cloudevents/header-corpus").toURI();
        List<String> blocks = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.sorted().toList()) {
                blocks.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }
}
