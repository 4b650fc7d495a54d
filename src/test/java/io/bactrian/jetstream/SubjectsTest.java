package io.bactrian.jetstream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SubjectsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "events.github", "events.a*b", "events.>x", "ereignisse.größe"})
    void a_literal_subject_is_good(String subject) {
        assertThat(Subjects.problem(subject)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a b",
                "a\tb",
                "a\r\nb",
                "a\u0000",
                "*",
                "a.*",
                "a.*.b",
                ">",
                "a.>",
                "$JS.API.STREAM.DELETE.EVENTS",
                "$SYS.REQ",
                "_INBOX.x"
            })
    void a_subject_that_is_no_place_for_an_event_is_refused(String subject) {
        assertThat(Subjects.problem(subject)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "a.>, a.b, true", "a.>, a.b.c, true", "a.>, a.*, true", "a.>, a.>, true", "a.>, a, false",
        "a.*, a.b, true", "a.*, a.*, true", "a.*, a.>, false", "a.*, a.b.c, false", "a.b, a.b, true",
        "a.b, a.*, false", "a.b, a.b.c, false", "a.b.c, a.b, false", ">, a, true", "*.b, a.b, true"
    })
    void a_pattern_covers_what_it_includes(String pattern, String subject, boolean covers) {
        assertThat(Subjects.covers(pattern, subject)).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({
        "a.>, a.b, true",
        "a.b, a.>, true",
        "a.*, a.b.c, false",
        "a.*, *.b, true",
        "a.>, a, false",
        "a, a.>, false",
        "a.b, a.c, false",
        ">, a.b, true",
        "*.c, a.b, false",
        "a.>, *.b.c, true",
        "a.b, a.b.c, false"
    })
    void patterns_overlap_when_some_subject_is_of_both(String one, String other, boolean overlap) {
        assertThat(Subjects.overlap(one, other)).isEqualTo(overlap);
        assertThat(Subjects.overlap(other, one)).isEqualTo(overlap);
    }
}
