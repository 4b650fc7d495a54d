package io.bactrian.camel.http;

import java.util.Random;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RequestBodyTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000, 65_536, 99_999, 100_000})
    void a_body_is_what_came_however_it_was_cut(int size) throws ProblemException {
        // Given
        byte[] sent = new byte[size];
        Random random = new Random(size);
        random.nextBytes(sent);

        for (int longest : new int[] {1, 7, 4096, 1_000_000}) {
            // When
            RequestBody body = new RequestBody(100_000);
            for (int at = 0; at < size; ) {
                int end = Math.min(size, at + random.nextInt(longest) + 1);
                body.add(Buffer.buffer().appendBytes(sent, at, end - at));
                at = end;
            }

            // Then
            assertThat(body.toBytes()).isEqualTo(sent);
        }
    }

    @Test
    void an_empty_chunk_changes_nothing() throws ProblemException {
        RequestBody body = new RequestBody(10);
        body.add(Buffer.buffer());
        body.add(Buffer.buffer("ab"));
        body.add(Buffer.buffer());
        body.add(Buffer.buffer("c"));
        assertThat(body.toBytes()).isEqualTo("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void a_byte_more_than_allowed_is_refused() throws ProblemException {
        RequestBody body = new RequestBody(10);
        body.add(Buffer.buffer("12345"));
        body.add(Buffer.buffer("67890"));
        assertThatThrownBy(() -> body.add(Buffer.buffer("x"))).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> new RequestBody(10).add(Buffer.buffer("12345678901")))
                .isInstanceOf(ProblemException.class);
    }
}
