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
                "wait=99999999999|-1",
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
        assertThat(preferences).isEqualTo(new Preferences(3, true));
    }

    @Test
    void the_wait_is_capped() {
        assertThat(new Preferences(60, false).waitAtMost(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(9));
        assertThat(new Preferences(2, false).waitAtMost(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(2));
    }
}
