package io.bactrian.benchmarks;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The comparison, on figures made up; the benchmarks themselves run in the profile only. */
class RegressionTest {

    @Test
    void the_machine_falls_out_of_a_ratio() {
        // Given
        Map<String, Double> slow = Map.of("ReferenceBenchmark.map", 200.0, "EventBenchmark.keep", 100.0);
        Map<String, Double> fast = Map.of("ReferenceBenchmark.map", 100.0, "EventBenchmark.keep", 50.0);
        // When, then
        assertThat(Regression.ratios(slow))
                .isEqualTo(Regression.ratios(fast))
                .containsEntry("EventBenchmark.keep", 0.5);
    }

    @Test
    void names_what_is_slower_new_or_gone() {
        // When
        List<String> findings = Regression.compare(
                Map.of("EventBenchmark.keep", 0.8, "EventBenchmark.readBinary", 1.4, "HeaderBenchmark.added", 1.0),
                Map.of("EventBenchmark.keep", 0.5, "EventBenchmark.readBinary", 1.0, "HeaderBenchmark.gone", 1.0));
        // Then
        assertThat(findings)
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("EventBenchmark.keep: 1.60 times"))
                .anySatisfy(line -> assertThat(line).contains("HeaderBenchmark.added: not in the baseline"))
                .anySatisfy(line -> assertThat(line).contains("HeaderBenchmark.gone"));
    }

    @Test
    void a_disk_may_vary_more_than_a_processor() {
        // When
        List<String> findings =
                Regression.compare(Map.of("AppendBenchmark.one", 2.0), Map.of("AppendBenchmark.one", 1.0));
        // Then
        assertThat(findings).isEmpty();
    }
}
