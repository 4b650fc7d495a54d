package io.bactrian.jetstream;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
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
    void what_the_client_refuses_is_permanent_and_the_unknown_is_bounded() {
        assertThat(PublishErrors.classify(new IllegalArgumentException("Control line is too long")))
                .isInstanceOf(PublishRefusedException.class);
        assertThat(PublishErrors.classify(new UnsupportedOperationException("?"))
                        .errorClass()
                        .retriesBounded())
                .isTrue();
    }
}
