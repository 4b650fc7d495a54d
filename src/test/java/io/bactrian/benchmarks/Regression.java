package io.bactrian.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the micro-benchmarks and compares their ratios with the committed ones: {@code mvn -B verify -Pbenchmarks
 * -DskipTests}. Every time is divided by the time of a reference measured in the same run, so that the machine falls out
 * of it. With {@code update} as its argument it writes the file anew.
 */
final class Regression {
    private static final Path BASELINE = Path.of("src", "test", "resources", "benchmarks", "baseline.txt");
    private static final double TOLERANCE = 1.5;
    private static final double TOLERANCE_OF_DISKS = 2.5;
    private static final String MAP = "ReferenceBenchmark.map";
    private static final String SHA = "ReferenceBenchmark.sha256";
    private static final String DEVICE = "AppendBenchmark.device";

    private Regression() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Double> ratios = ratios(run());
        if (arguments.length > 0 && arguments[0].equals("update")) {
            write(ratios);
            return;
        }
        List<String> worse = compare(ratios, read());
        worse.forEach(System.out::println);
        System.exit(worse.isEmpty() ? 0 : 1);
    }

    private static Map<String, Double> run() throws RunnerException {
        Options options = new OptionsBuilder()
                .include("io\\.bactrian\\..*Benchmark\\..*")
                .param("dataSize", "512")
                .warmupIterations(4)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(10)
                .measurementTime(TimeValue.milliseconds(200))
                .build();
        Map<String, Double> times = new TreeMap<>();
        for (RunResult result : new Runner(options).run()) {
            String[] name = result.getParams().getBenchmark().split("\\.", -1);
            times.put(
                    name[name.length - 2] + "." + name[name.length - 1],
                    // the best iteration: what else the machine does only ever adds
                    result.getPrimaryResult().getStatistics().getMin());
        }
        return times;
    }

    static String reference(String benchmark) {
        if (benchmark.startsWith("AppendBenchmark")) {
            return DEVICE;
        }
        return benchmark.startsWith("SignatureBenchmark") || benchmark.equals("EventBenchmark.key") ? SHA : MAP;
    }

    static Map<String, Double> ratios(Map<String, Double> times) {
        Map<String, Double> ratios = new TreeMap<>();
        times.forEach((benchmark, time) -> {
            if (!benchmark.startsWith("ReferenceBenchmark") && !benchmark.equals(DEVICE)) {
                ratios.put(benchmark, time / times.get(reference(benchmark)));
            }
        });
        return ratios;
    }

    /** @return one line for each benchmark that is slower than it was, is new, or is gone */
    static List<String> compare(Map<String, Double> now, Map<String, Double> before) {
        List<String> findings = new ArrayList<>();
        now.forEach((benchmark, ratio) -> {
            Double was = before.get(benchmark);
            double tolerance = reference(benchmark).equals(DEVICE) ? TOLERANCE_OF_DISKS : TOLERANCE;
            if (was == null) {
                findings.add(benchmark + ": not in the baseline; it takes " + ratio + " of " + reference(benchmark));
            } else if (ratio > was * tolerance) {
                findings.add(String.format(
                        "%s: %.2f times as long as before (%.3f of %s, was %.3f)",
                        benchmark, ratio / was, ratio, reference(benchmark), was));
            }
        });
        before.keySet().stream()
                .filter(benchmark -> !now.containsKey(benchmark))
                .forEach(benchmark -> findings.add(benchmark + ": in the baseline, but there is no such benchmark"));
        return findings;
    }

    private static Map<String, Double> read() throws IOException {
        Map<String, Double> baseline = new TreeMap<>();
        for (String line : Files.readAllLines(BASELINE)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                String[] words = line.split(" ", -1);
                baseline.put(words[0], Double.valueOf(words[1]));
            }
        }
        return baseline;
    }

    private static void write(Map<String, Double> ratios) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# benchmark, its time divided by that of the reference behind it; written by Regression update");
        ratios.forEach((benchmark, ratio) ->
                lines.add(String.format(java.util.Locale.ROOT, "%s %.4f %s", benchmark, ratio, reference(benchmark))));
        Files.createDirectories(BASELINE.getParent());
        Files.write(BASELINE, lines);
    }
}
