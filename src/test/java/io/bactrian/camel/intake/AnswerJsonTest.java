package io.bactrian.camel.intake;

import java.io.IOException;
import java.io.StringWriter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class AnswerJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "order 4711",
                "a\"quote",
                "back\\slash",
                "tab\tline\nnull\u0000",
                "\u001f !~\u007f",
                "/slash/",
                "Ünïcode 漢字",
                "\uD83D\uDC2B two humps",
                "</script>"
            })
    void textIsWrittenAsJacksonWritesIt(String text) throws IOException {
        // Given
        StringWriter expected = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(expected)) {
            json.writeString(text);
        }
        // When
        byte[] written = new AnswerJson().text(text).toBytes();
        // Then
        assertThat(new String(written, UTF_8)).isEqualTo(expected.toString());
    }

    @Test
    void noTextIsNull() {
        // When
        byte[] written = new AnswerJson().text(null).toBytes();
        // Then
        assertThat(new String(written, UTF_8)).isEqualTo("null");
    }

    @Test
    void thereIsRoomForWhateverIsWritten() {
        // Given
        String longText = "x".repeat(10_000);
        AnswerJson json = new AnswerJson();
        // When
        json.json("[").text(longText).json(",").number(Long.MIN_VALUE).json(",").flag(true);
        json.json(",".getBytes(UTF_8)).flag(false).json("]");
        // Then
        assertThat(new String(json.toBytes(), UTF_8))
                .isEqualTo("[\"" + longText + "\",-9223372036854775808,true,false]");
    }
}
