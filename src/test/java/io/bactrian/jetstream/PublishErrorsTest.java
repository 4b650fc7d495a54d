package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PublishErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "10076, JetStream not enabled, NO_STREAM",
        "10077, maximum messages exceeded, CAPACITY",
        "10077, message too large, EVENT",
        "10009, JetStream cluster can not handle request, CLUSTER",
        "10158, duplicate message id is in process, CLUSTER",
        "10054, message size exceeds maximum allowed, EVENT",
        "10060, expected stream does not match, CONFIGURATION",
        "19999, something new, UNKNOWN"
    })
    void a_code_of_the_server_has_a_class(int code, String description, ErrorClass expected) {
        assertThat(ServerError.classify(code, description)).isEqualTo(expected);
    }

    @Test
    void a_full_stream_concerns_its_subjects_and_what_is_short_or_late_asks_for_less() {
        // Given
        PublishException full = PublishException.of(ErrorClass.CAPACITY, 10077, "maximum messages exceeded", null);
        PublishException resources = PublishException.of(ErrorClass.CAPACITY, 10023, "insufficient resources", null);
        PublishException late = PublishException.timeout("no answer in 5000 ms");
        PublishException away = PublishException.of(ErrorClass.TRANSPORT, "the connection was lost");
        PublishException denied = PublishException.denied("events.a");
        // Then
        assertThat(full.concernsSubject()).isTrue();
        assertThat(full.congested()).isFalse();
        assertThat(resources.concernsSubject()).isFalse();
        assertThat(resources.congested()).isTrue();
        assertThat(late.congested()).isTrue();
        assertThat(late.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(away.congested()).isFalse();
        assertThat(denied.concernsSubject()).isTrue();
        assertThat(denied.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
    }

    @Test
    void every_code_stands_in_the_table_once_with_a_reason() {
        // When
        var codes = Arrays.stream(ServerError.values()).collect(Collectors.groupingBy(ServerError::code));

        // Then
        assertThat(codes.values()).allSatisfy(rows -> {
            assertThat(rows).hasSize(1);
            assertThat(rows.get(0).reason()).isNotBlank();
            assertThat(ServerError.classify(rows.get(0).code(), ""))
                    .isEqualTo(rows.get(0).errorClass());
        });
    }

    @Test
    void what_jnats_wraps_twice_is_unwrapped() {
        // Given
        IOException noResponders = new IOException("Error Publishing: 503 No Responders Available For Request");

        // When
        PublishException failure = PublishErrors.classify(new CompletionException(new RuntimeException(noResponders)));

        // Then
        assertThat(failure.errorClass()).isEqualTo(ErrorClass.NO_STREAM);
        assertThat(failure).hasCause(noResponders);
    }

    @Test
    void what_may_have_been_stored_is_retried_for_ever() {
        assertThat(PublishErrors.classify(new CancellationException("no answer"))
                        .errorClass())
                .isEqualTo(ErrorClass.TRANSPORT);
        assertThat(PublishErrors.classify(new IllegalStateException("Output queue is full"))
                        .errorClass())
                .isEqualTo(ErrorClass.TRANSPORT);
    }

    @Test
    void an_error_of_the_process_is_not_the_events_fault() {
        assertThat(PublishErrors.classify(new OutOfMemoryError("Java heap space"))
                        .errorClass())
                .isEqualTo(ErrorClass.TRANSPORT);
    }

    @Test
    void what_the_client_refuses_is_permanent_and_the_unknown_is_bounded() {
        assertThat(PublishErrors.classify(new IllegalArgumentException("Control line is too long")))
                .isInstanceOf(PublishRefusedException.class);
        assertThat(PublishErrors.classify(new UnsupportedOperationException("?"))
                        .errorClass()
                        .retriesBounded())
                .isTrue();
    }

    @Test
    void the_table_of_the_documentation_is_the_table_of_the_code() throws IOException {
        // Given
        Map<Integer, ErrorClass> documented = new TreeMap<>();
        Pattern row = Pattern.compile("\\| `([A-Z_]+)` \\| ([^|]*)\\|");
        Pattern code = Pattern.compile("\\b(10\\d{3})(?: to (10\\d{3}))?");
        for (String line : Files.readAllLines(Path.of("docs", "jetstream.md"))) {
            Matcher cells = row.matcher(line);
            if (!cells.lookingAt()) {
                continue;
            }
            Matcher codes = code.matcher(cells.group(2).replace("10077 `message too large`", ""));
            while (codes.find()) {
                int first = Integer.parseInt(codes.group(1));
                int last = codes.group(2) == null ? first : Integer.parseInt(codes.group(2));
                for (int i = first; i <= last; i++) {
                    documented.put(i, ErrorClass.valueOf(cells.group(1)));
                }
            }
        }

        // Then
        Map<Integer, ErrorClass> known = new TreeMap<>();
        for (ServerError error : ServerError.values()) {
            known.put(error.code(), error.errorClass());
        }
        assertThat(documented).isEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSPORT, true, false",
        "NO_STREAM, true, false",
        "CAPACITY, true, false",
        "CLUSTER, true, false",
        "CONFIGURATION, true, false",
        "WINDOW, true, false",
        "EVENT, false, false",
        "UNKNOWN, true, true"
    })
    void a_class_says_what_to_do(ErrorClass errorClass, boolean retryable, boolean bounded) {
        assertThat(errorClass.retryable()).isEqualTo(retryable);
        assertThat(errorClass.retriesBounded()).isEqualTo(bounded);
    }
}
