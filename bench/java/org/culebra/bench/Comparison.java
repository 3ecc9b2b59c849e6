package org.culebra.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs benchmarks as JMH's own main class does, with its options, and then prints a table: work, our time, each peer's time, and
 * the ratio of the best peer's to ours, above 1 where we are faster. Times are medians of the iterations.
 *
 * <p>A benchmark class has a method {@code culebra} and one for each peer that does the same work; what differs otherwise are its
 * parameters.
 */
public final class Comparison {
    private static final String OURS = "culebra";

    private Comparison() {}

    /** JMH's arguments. */
    public static void main(String... args) throws RunnerException, CommandLineOptionException, IOException {
        var options = new CommandLineOptions(args);
        if (options.shouldHelp() || options.shouldList()) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        System.out.println(table(new Runner(options).run()));
    }

    private record Time(double median, String unit) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, median < 10 ? "%.3f %s" : "%.1f %s", median, unit);
        }
    }

    private static String table(Collection<RunResult> results) {
        Map<String, Map<String, Time>> rows = new TreeMap<>();
        for (RunResult result : results) {
            BenchmarkParams parameters = result.getParams();
            var primary = result.getPrimaryResult();
            String unit = primary.getScoreUnit().replace("/op", "");
            var time = new Time(primary.getStatistics().getPercentile(50), unit);
            rows.computeIfAbsent(work(parameters), work -> new TreeMap<>()).put(method(parameters), time);
        }
        var text = new StringBuilder(System.lineSeparator())
                .append("| work | ours | peers | ratio |")
                .append(System.lineSeparator())
                .append("|---|---|---|---|");
        rows.forEach((work, times) -> text.append(System.lineSeparator()).append(row(work, times)));
        return text.toString();
    }

    private static String row(String work, Map<String, Time> times) {
        Time ours = times.get(OURS);
        String peers = times.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(OURS))
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        double best = times.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(OURS))
                .mapToDouble(entry -> entry.getValue().median())
                .min()
                .orElse(Double.NaN);
        String ratio = ours == null ? "" : String.format(Locale.ROOT, "%.2f", best / ours.median());
        return "| " + work + " | " + (ours == null ? "" : ours) + " | " + peers + " | " + ratio + " |";
    }

    /** The class without its package and the word Bench, and the parameters. */
    private static String work(BenchmarkParams parameters) {
        String name = parameters.getBenchmark();
        String type = name.substring(0, name.lastIndexOf('.'));
        String work = type.substring(type.lastIndexOf('.') + 1).replaceFirst("Bench$", "");
        return parameters.getParamsKeys().stream()
                .sorted()
                .map(key -> ", " + key + " " + parameters.getParam(key))
                .collect(Collectors.joining("", work, ""));
    }

    private static String method(BenchmarkParams parameters) {
        String name = parameters.getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
