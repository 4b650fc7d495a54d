package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonElementsTest {

    private static final List<String> BLANKS = List.of("", " ", "\n", "\t \r\n");
    private static final List<String> VALUES = List.of(
            "0",
            "-1.50e+3",
            "12345678901234567890123456789",
            "true",
            "false",
            "null",
            "\"\"",
            "\"a\\\\\"",
            "\"],\\\"\"",
            "\"ü€😀\"",
            "[]",
            "[ 1 ,[2]]",
            "{}",
            "{ \"a\" : [ {\"b\":\"}\"} ] }");

    private static List<String> texts(String json, String pointer) throws Exception {
        return JsonElements.at(pointer).of(json.getBytes(UTF_8), 1000).stream()
                .map(bytes -> new String(bytes, UTF_8))
                .toList();
    }

    @Test
    void each_element_is_cut_out_untouched_whatever_stands_between_and_around() throws Exception {
        Random random = new Random(7);
        for (int run = 0; run < 2_000; run++) {
            // Given
            List<String> elements = new ArrayList<>();
            StringBuilder array = new StringBuilder("[");
            for (int i = random.nextInt(6); i > 0; i--) {
                elements.add(VALUES.get(random.nextInt(VALUES.size())));
                array.append(BLANKS.get(random.nextInt(4)))
                        .append(elements.get(elements.size() - 1))
                        .append(BLANKS.get(random.nextInt(4)))
                        .append(i == 1 ? "" : ",");
            }
            String blank = BLANKS.get(random.nextInt(4));
            array.append(blank).append(']');
            String around = blank + "{\"é\":" + VALUES.get(random.nextInt(VALUES.size())) + ",\"l\":[7," + array + blank
                    + ",[0]]," + blank + "\"z\":[[1]]}";

            // Then
            assertThat(texts(blank + array + blank, "")).isEqualTo(elements);
            assertThat(texts(around, "/l/1")).as(around).isEqualTo(elements);
        }
    }

    @Test
    void what_follows_the_array_must_be_json_too() {
        for (String json : List.of("{\"a\":[1]", "{\"a\":[1],}", "{\"a\":[1]}x", "{\"a\":[1],\"b\":[}")) {
            assertThatThrownBy(() -> texts(json, "/a")).as(json).isInstanceOf(InvalidCloudEventException.class);
        }
    }

    @Test
    void bytes_that_are_no_utf_8_and_other_encodings_are_refused() {
        assertThatThrownBy(() -> JsonElements.at("").of(new byte[] {'[', '"', (byte) 0xFF, '"', ']'}, 10))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> JsonElements.at("").of("[1]".getBytes(java.nio.charset.StandardCharsets.UTF_16), 10))
                .isInstanceOf(InvalidCloudEventException.class);
    }

    @Test
    void one_element_too_many_is_refused_before_the_rest_is_read() {
        assertThatThrownBy(() -> JsonElements.at("").of("[1,2,3,".getBytes(UTF_8), 2))
                .isInstanceOf(BatchTooLargeException.class);
    }

    @Test
    void what_is_no_pointer_is_refused_at_once() {
        assertThatThrownBy(() -> JsonElements.at("value")).hasMessageContaining("starts with /");
    }
}
