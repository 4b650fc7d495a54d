package io.bactrian.app.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AnswerParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 202 Accepted\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n3;x=y\r\nend\r\n0\r\n\r\n",
                "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: x\r\n\r\n"
            })
    void finds_the_end_of_an_answer_wherever_it_is_cut(String answer) throws IOException {
        byte[] bytes = answer.getBytes(ISO_8859_1);
        for (int cut = 0; cut < bytes.length; cut++) {
            // Given
            AnswerParser parser = new AnswerParser();
            // When
            int before = parser.feed(ByteBuffer.wrap(bytes, 0, cut));
            int behind = parser.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            // Then
            assertThat(before).as("cut at %d", cut).isZero();
            assertThat(behind).as("cut at %d", cut).isEqualTo(202);
            assertThat(parser.feed(ByteBuffer.wrap(bytes)))
                    .as("the next answer on the same connection")
                    .isEqualTo(202);
        }
    }

    @Test
    void refuses_what_is_no_answer() {
        // Given
        AnswerParser parser = new AnswerParser();
        // When, then
        assertThatThrownBy(() -> parser.feed(ByteBuffer.wrap("SSH-2.0-OpenSSH\r\n".getBytes(ISO_8859_1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SSH-2.0");
    }
}
