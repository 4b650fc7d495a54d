package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PreferencesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=5|5",
                "WAIT=5|5",
                "respond-async, wait=10|10",
                "wait=\"7\"|7",
                "wait=0|0",
                "wait=|-1",
                "wait=-3|-1",
                "wait=1.5|-1",
                "wait=99999999999|86400",
                "wait=00000000005|5",
                "wait=1, wait=9|1",
                "return=minimal|-1"
            })
    void wait_is_a_whole_number_of_seconds_and_the_first_counts(String header, int seconds) {
        assertThat(Preferences.of(List.of(header)).waitSeconds()).isEqualTo(seconds);
    }

    @Test
    void several_headers_are_one_list() {
        // When
        Preferences preferences = Preferences.of(List.of("handling=lenient", "wait=3"));

        // Then
        assertThat(preferences).isEqualTo(new Preferences(3, true, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async|false|true",
                "Respond-Async; x=1, handling=lenient|true|true",
                "handling=\"lenient\"|true|false",
                "handling=strict, handling=lenient|false|false",
                "handling|false|false",
                "respond-asynchronously|false|false"
            })
    void handling_and_respond_async_are_read_as_the_rfc_writes_them(String header, boolean lenient, boolean async) {
        assertThat(Preferences.of(List.of(header))).isEqualTo(new Preferences(-1, lenient, async));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "wait=5|201|false|wait=5",
                "wait=5|202|false|wait=5",
                "wait=5|200|false|-",
                "respond-async|202|false|respond-async",
                "respond-async|201|false|-",
                "respond-async, wait=5|202|false|respond-async, wait=5",
                "handling=lenient|202|false|-",
                "handling=lenient|202|true|handling=lenient",
                "handling=lenient, wait=5|207|true|wait=5, handling=lenient"
            })
    void only_what_was_honoured_is_said_to_be_applied(String header, int status, boolean batch, String applied) {
        assertThat(Preferences.of(List.of(header)).applied(status, Duration.ofSeconds(5), batch))
                .isEqualTo(applied);
    }

    @Test
    void the_wait_is_capped() {
        assertThat(new Preferences(60, false, false).waitAtMost(Duration.ofSeconds(9)))
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(new Preferences(2, false, false).waitAtMost(Duration.ofSeconds(9)))
                .isEqualTo(Duration.ofSeconds(2));
    }
}
