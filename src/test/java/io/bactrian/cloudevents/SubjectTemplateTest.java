package io.bactrian.cloudevents;

import io.bactrian.jetstream.Subjects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SubjectTemplateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "events.{name}                  | events.github",
                "plain                          | plain",
                "{name}                         | github",
                "a.{type}.b                     | a.com.example.push.b",
                "{type}-{name}                  | com.example.push-github",
                "in.{source}                    | in.https://example.com/a",
                "in.{subject}.{partitionkey}    | in._.k_1"
            })
    void placeholders_are_filled_in(String template, String subject) throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("1")
                .source("https://example.com/a")
                .type("com.example.push")
                .attribute("partitionkey", "k 1")
                .build();

        SubjectTemplate compiled = SubjectTemplate.parse(template);

        assertThat(compiled.resolve("github", event)).isEqualTo(subject);
        assertThat(compiled).hasToString(template);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a*b>c           | x.a_b_c",
                "a b             | x.a_b",
                ">               | x._",
                ".               | x._._",
                "a..b            | x.a._.b",
                ".a.             | x._.a._",
                "\u00A0\u2003\u2028 | x.___",
                "Zoë😀           | x.Zoë😀",
                "$SYS.a          | x.$SYS.a"
            })
    void values_are_made_safe_token_by_token(String value, String subject) throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("1")
                .source("/s")
                .type("t")
                .subject(value)
                .build();

        assertThat(SubjectTemplate.parse("x.{subject}").resolve("n", event)).isEqualTo(subject);
    }

    @Test
    void a_sender_cannot_reach_the_subjects_of_the_server() throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("1")
                .source("/s")
                .type("$JS.API.STREAM.DELETE.EVENTS")
                .build();

        assertThat(SubjectTemplate.parse("{type}").resolve("n", event)).isEqualTo("_JS.API.STREAM.DELETE.EVENTS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_INBOX.a|_INBOX_a",
                "$INBOX.a|_INBOX_a",
                "*INBOX.a.b|_INBOX_a.b",
                "_INBOX|_INBOX",
                "_inbox.a|_inbox.a"
            })
    void a_sender_cannot_answer_the_requests_of_others(String type, String subject) throws Exception {
        CloudEvent event = CloudEvent.builder().id("1").source("/s").type(type).build();

        assertThat(SubjectTemplate.parse("{type}").resolve("n", event)).isEqualTo(subject);
    }

    @Test
    void a_long_subject_is_cut_and_stays_distinct() throws Exception {
        SubjectTemplate template = SubjectTemplate.parse("x.{subject}");
        CloudEvent.Builder event = CloudEvent.builder().id("1").source("/s").type("t");
        String longValue = "é".repeat(5000);

        String one = template.resolve("n", event.subject(longValue + "1").build());
        String two = template.resolve("n", event.subject(longValue + "2").build());

        assertThat(Vectors.bytes(one)).hasSizeBetween(SubjectTemplate.MAX_BYTES - 3, SubjectTemplate.MAX_BYTES);
        assertThat(one).startsWith("x.éé").isNotEqualTo(two);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a.*",
                "a.>",
                "a b",
                "a\tb",
                "a.{nme}",
                "a.{",
                "a.{name",
                "a.name}",
                "{}",
                "$SYS.{name}",
                "_INBOX.{name}",
                "a.{name}."
            })
    void a_template_nats_would_refuse_is_refused_with_its_text(String template) {
        assertThatThrownBy(() -> SubjectTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("NATS subject \"" + template + "\" ");
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings()
                .withChars('.', '$', '*', '>', ' ', 'a', 'é', '\u2028')
                .ofMinLength(1)
                .ofMaxLength(12)
                .flatMap(text -> Arbitraries.of("", "_INBOX", "INBOX.").map(start -> start + text));
    }

    @Property
    void a_resolved_subject_is_always_one_nats_takes(@ForAll("values") String value, @ForAll("values") String type)
            throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("1")
                .source("/s")
                .type(type)
                .subject(value)
                .build();

        String subject = SubjectTemplate.parse("{subject}.{type}x{subject}").resolve("n", event);

        assertThat(subject).matches("[^.\\s*>\\p{Z}\\p{Cntrl}]+(\\.[^.\\s*>\\p{Z}\\p{Cntrl}]+)*");
        assertThat(Subjects.problem(subject)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "events.{name}                  | events.git.hub",
                "plain                          | plain",
                "a.{type}.b                     | a.>",
                "a.{name}-{type}                | a.git.>",
                "a.x{type}                      | a.>",
                "{type}-{name}                  | >",
                "{name}.{subject}               | git.hub.>"
            })
    void a_pattern_stands_for_all_that_senders_may_make_of_a_template(String template, String pattern) {
        assertThat(SubjectTemplate.parse(template).covering("git.hub")).isEqualTo(pattern);
    }
}
