package io.bactrian.camel.intake;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IsoMillisTest {

    private static final DateTimeFormatter FORMATTER =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Property
    void writes_what_the_formatter_of_the_JDK_writes(
            @ForAll @LongRange(min = -70_000_000_000_000L, max = 400_000_000_000_000L) long millis) {
        Instant at = Instant.ofEpochMilli(millis);
        assertThat(IsoMillis.of(at)).isEqualTo(FORMATTER.format(at));
    }

    @Test
    void cuts_what_is_finer_than_a_millisecond() {
        assertThat(IsoMillis.of(Instant.parse("2026-01-02T03:04:05.678999999Z")))
                .isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(IsoMillis.of(Instant.parse("2024-02-29T00:00:00Z"))).isEqualTo("2024-02-29T00:00:00.000Z");
    }
}
