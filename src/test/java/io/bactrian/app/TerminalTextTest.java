package io.bactrian.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.jetstream.Finding;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Key;
import io.bactrian.journal.StoredRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What senders and servers wrote never reaches a terminal as something that steers it. */
class TerminalTextTest {

    /** ESC [, the same as one character, what reorders a line, what ends one, what hides, and a tag outside of the BMP. */
    private static final String HOSTILE = "red\u001b[31m\u009b32m\u202ecba\u2028x\u200b\u007f\udb40\udc01\ttab";

    private static void assertHarmless(String shown) {
        assertThat(shown.codePoints().filter(c -> c != '\n' && c != '\r'))
                .allMatch(c -> !Character.isISOControl(c)
                        && Character.getType(c) != Character.FORMAT
                        && Character.getType(c) != Character.LINE_SEPARATOR
                        && Character.getType(c) != Character.SURROGATE);
    }

    private static String answer(String value) throws Exception {
        return new ObjectMapper()
                .createObjectNode()
                .put("id", "i")
                .put("state", "dead")
                .put("acceptedAt", "2026-01-02T03:04:05.678Z")
                .put("webhook", value)
                .put("type", value)
                .put("attempts", 1)
                .set("lastError", new ObjectMapper().createObjectNode().put("class", value))
                .toString();
    }

    private static String list(String answer, boolean json) {
        StringWriter out = new StringWriter();
        EventsText text = new EventsText(new PrintWriter(out), json);
        text.page("{\"items\":[" + answer + "],\"next\":null}");
        text.end();
        return out.toString();
    }

    @Test
    void a_table_shows_question_marks() throws Exception {
        // When
        String table = list(answer(HOSTILE), false);

        // Then
        assertHarmless(table);
        assertThat(table).contains("red?[31m?").hasLineCount(2);
    }

    @Test
    void json_means_the_same_and_shows_nothing_of_it() throws Exception {
        // Given
        JsonNode meant = new ObjectMapper().readTree(answer(HOSTILE));

        // When
        String listed = list(answer(HOSTILE), true);
        String shown = EventsText.tree(answer(HOSTILE));
        String raw = TerminalText.json(answer(HOSTILE));

        // Then
        assertHarmless(listed);
        assertHarmless(shown);
        assertHarmless(raw);
        assertThat(new ObjectMapper().readTree(listed).at("/items/0")).isEqualTo(meant);
        assertThat(new ObjectMapper().readTree(shown)).isEqualTo(meant);
        assertThat(new ObjectMapper().readTree(raw)).isEqualTo(meant);
    }

    @Test
    void records_of_a_journal_and_findings_show_question_marks() {
        // Given
        StoredRecord dead = new StoredRecord(
                "seg-1.wal",
                64,
                64,
                "dead",
                false,
                7,
                Instant.EPOCH,
                Key.of("/s", "i"),
                0,
                1,
                null,
                new Failure("event", HOSTILE, Instant.EPOCH),
                null);

        // Then
        assertHarmless(JournalText.line(dead));
        assertHarmless(JournalJson.of(dead, false));
        assertHarmless(FindingText.of(List.of(Finding.error("stream", HOSTILE, HOSTILE))));
        assertHarmless(FindingText.json(List.of(Finding.error("stream", HOSTILE, HOSTILE))));
        assertHarmless(Causes.oneLine(new IllegalStateException(HOSTILE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.example.created", "日本語", "مرحبا", "🐫🐫", "é", ""})
    void what_is_for_showing_stays(String text) {
        assertThat(TerminalText.plain(text)).isEqualTo(text);
        assertThat(TerminalText.json(text)).isEqualTo(text);
    }

    @Test
    void a_long_value_is_cut_between_characters() {
        assertThat(TerminalText.cut("🐫".repeat(5), 8)).isEqualTo("🐫🐫🐫…");
        assertThat(TerminalText.cut("🐫".repeat(4), 8)).isEqualTo("🐫🐫🐫🐫");
        assertThat(TerminalText.cut("abcde", 4)).isEqualTo("abc…");
        assertThat(TerminalText.cut("e\u0301e\u0301e\u0301", 2)).isEqualTo("e\u0301…");
    }

    @ParameterizedTest
    @CsvSource({
        "'',0",
        "com.example.created,19",
        "日本語,6",
        "한국어,6",
        "ｆｕｌｌ,8",
        "🐫🐪,4",
        "⚡✅,4",
        "e\u0301,1",
        "❤\ufe0f,1",
        "مرحبا,5",
        "é…→,3"
    })
    void the_width_is_that_of_a_terminal(String text, int columns) {
        assertThat(TextWidth.of(text)).isEqualTo(columns);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.example.created",
                "日本語",
                "日本語日本語日本語日本語日本語日本語",
                "🐫🐫",
                "e\u0301",
                "x🐫x🐫x🐫x🐫x🐫x🐫x🐫x🐫x🐫x🐫"
            })
    void columns_stand_below_each_other_whatever_is_in_them(String value) throws Exception {
        // When
        List<String> lines = list(answer(value), false).lines().toList();

        // Then
        assertThat(columnOf(lines.get(1), "2026-")).isEqualTo(columnOf(lines.get(0), "ACCEPTED"));
        int type = columnOf(lines.get(0), "TYPE");
        String cut = TerminalText.cut(value, 28);
        assertThat(columnOf(lines.get(1), lines.get(1).lastIndexOf(cut + " "))).isEqualTo(type);
        assertThat(columnOf(lines.get(1), lines.get(1).indexOf(" 1 ") + 2))
                .isEqualTo(columnOf(lines.get(0), "ATTEMPTS") + "ATTEMPTS".length());
    }

    private static int columnOf(String line, String word) {
        return columnOf(line, line.indexOf(word));
    }

    private static int columnOf(String line, int index) {
        return TextWidth.of(line.substring(0, index));
    }
}
