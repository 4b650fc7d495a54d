package io.bactrian.camel.config;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({"0,0", "512,512", "7B,7", "64KiB,65536", "10MiB,10485760", "1GiB,1073741824", "2TiB,2199023255552"})
    void a_size_is_bytes(String text, long bytes) {
        assertThat(Values.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "-1", "1.5MiB", "64kb", "64 KiB", "KiB", "99999999999999TiB", "0x10"})
    void anything_else_is_no_size_and_never_zero(String text) {
        assertThatThrownBy(() -> Values.bytes(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "5s,5000", "10m,600000", "24h,86400000", "30d,2592000000", "0s,0"})
    void a_duration_has_a_unit(String text, long millis) {
        assertThat(Values.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5S", "5 s", "1.5s", "-5s", "PT5S", "1h30m", "999999999999d"})
    void anything_else_is_no_duration_and_never_zero(String text) {
        assertThatThrownBy(() -> Values.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("duration");
    }

    @Test
    void a_list_is_separated_by_blanks_or_commas() {
        assertThat(Values.list(" a, b  c,,d\t")).containsExactly("a", "b", "c", "d");
        assertThat(Values.list("  ")).isEmpty();
    }
}
