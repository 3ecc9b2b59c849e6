package org.culebra.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures rows of the table by JMH and prints them in Markdown: work, our time, each peer's, the ratio of the best peer's time to
 * ours (above 1 we are faster), and our share of what the machine can do.
 */
@Command(name = "table", mixinStandardHelpOptions = true, description = "Times Culebra beside its peers.")
public final class Table implements Callable<Integer> {
    static final String OURS = "culebra";

    /** One row of each kind, for a look in two minutes. */
    private static final String CHOICE = "^(sgemm 1024×1024×1024|conv 64×32×28×28 → 64, 3×3, forward"
            + "|conv 64×64×16×16 → 128, 4×4, stride 2, input gradient|exp 1 M|sum of \\[4096, 4096\\] over axis 0"
            + "|batch norm of \\[64, 64, 28, 28\\]|max-pool 2×2 of \\[64, 32, 28, 28\\], forward and backward)$";

    @Parameters(
            arity = "0..1",
            defaultValue = "",
            description =
                    "rows whose names contain a match; all by default; 'quick' is one of each kind, in two minutes")
    private String rows = "";

    /** Seconds until all kernels of a step are compiled: one with many shapes needs dozens, one after the other. */
    private static final int TRAINING_WARM_UP = 40;

    @Option(names = "--threads", split = ",", defaultValue = "1", description = "threads of all: 1, 2 or 1,2")
    private List<Integer> threads = List.of();

    @Option(
            names = "--pairs",
            defaultValue = "1",
            description = "how often each side runs, in turns; the ratio is their median")
    private int pairs;

    @Option(names = "--quick", description = "shorter measurements")
    private boolean quick;

    @Option(
            names = "--processes",
            paramLabel = "SECONDS",
            description =
                    "not the times of rows, but what a process of each side takes that lasts so long: memory, garbage,"
                            + " and how long it is until it runs at full speed; all rows of training by default")
    private @Nullable Double processes;

    private double operationsPerNano;
    private double bytesPerNano;

    /** The command. */
    public static void main(String... args) {
        System.exit(new CommandLine(new Table()).execute(args));
    }

    @Override
    public Integer call() throws RunnerException, IOException, InterruptedException {
        Double seconds = processes;
        if (seconds != null) {
            new Lives(seconds).print(chosen(rows.isEmpty() ? "^training" : rows), threads);
        } else {
            times();
        }
        return 0;
    }

    private static List<Row> chosen(String expression) {
        List<Row> chosen = Rows.matching(expression);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no row matches " + expression);
        }
        return chosen;
    }

    private void times() throws RunnerException {
        boolean choice = rows.equals("quick");
        quick |= choice;
        List<Row> chosen = chosen(choice ? CHOICE : rows);
        operationsPerNano = Peaks.operationsPerOperation() / median(run("Peaks.fma", "", 1));
        bytesPerNano = Peaks.bytesPerCopy() / median(run("Peaks.copy", "", 1));
        System.out.printf(
                Locale.ROOT,
                "one thread's peak: %.1f GFLOP/s of multiply-adds, %.1f GB/s read and written by a copy%n%n",
                operationsPerNano,
                bytesPerNano);
        System.out.println("| work | threads | ours | peers | ratio | share of the peak |");
        System.out.println("|---|---|---|---|---|---|");
        List<Double> ratios = new ArrayList<>();
        for (Row row : chosen) {
            for (int count : threads) {
                System.out.println(line(row, count, ratios));
            }
        }
        double logs = ratios.stream().mapToDouble(Math::log).average().orElse(Double.NaN);
        System.out.printf(
                Locale.ROOT,
                "%n%d rows, geometric mean of the ratios %.2f, least %.2f%n",
                ratios.size(),
                Math.exp(logs),
                ratios.stream().mapToDouble(r -> r).min().orElse(Double.NaN));
    }

    private String line(Row row, int count, List<Double> ratios) throws RunnerException {
        List<String> sides = new ArrayList<>(List.of(OURS));
        sides.addAll(row.maker().get().peers());
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        for (int pair = 0; pair < pairs; pair++) {
            for (String side : sides) {
                nanos.computeIfAbsent(side, s -> new ArrayList<>())
                        .add(median(run("RowBench." + side, row.name(), count)));
            }
        }
        List<Double> ofPairs = new ArrayList<>();
        for (int pair = 0; pair < pairs; pair++) {
            int at = pair;
            double best = sides.stream()
                    .filter(side -> !side.equals(OURS))
                    .mapToDouble(side -> nanos.get(side).get(at))
                    .min()
                    .orElse(Double.NaN);
            ofPairs.add(best / nanos.get(OURS).get(at));
        }
        double ratio = middle(ofPairs);
        ratios.add(ratio);
        double ours = middle(nanos.get(OURS));
        String peers = sides.stream()
                .filter(side -> !side.equals(OURS))
                .map(side -> side + " " + time(middle(nanos.get(side))))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %.2f | %s |",
                row.name(),
                count,
                time(ours),
                peers,
                ratio,
                share(row.cost(), ours, count));
    }

    private String share(Row.Cost cost, double nanos, int count) {
        if (cost.operations() > 0) {
            return String.format(
                    Locale.ROOT, "%.0f %% of FMA", 100 * cost.operations() / nanos / operationsPerNano / count);
        }
        return cost.bytes() > 0
                ? String.format(Locale.ROOT, "%.0f %% of copy", 100 * cost.bytes() / nanos / bytesPerNano)
                : "";
    }

    static String time(double nanos) {
        if (nanos < 1e4) {
            return String.format(Locale.ROOT, "%.0f ns", nanos);
        }
        return nanos < 1e7
                ? String.format(Locale.ROOT, "%.1f µs", nanos / 1e3)
                : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    private RunResult run(String benchmark, String row, int count) throws RunnerException {
        var options = new OptionsBuilder()
                .include("\\." + benchmark.replace(".", "\\.") + "$")
                .verbosity(VerboseMode.SILENT);
        if (!row.isEmpty()) {
            options.param("row", row).param("threads", String.valueOf(count));
        }
        if (row.startsWith("training") && !quick) {
            options.warmupIterations(TRAINING_WARM_UP);
        }
        if (quick) {
            options.warmupIterations(row.startsWith("conv") ? 10 : 4)
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(300));
        }
        return new Runner(options.build()).runSingle();
    }

    /** In nanoseconds. */
    private static double median(RunResult result) {
        var primary = result.getPrimaryResult();
        double unit = primary.getScoreUnit().startsWith("us") ? 1e3 : 1;
        return unit * primary.getStatistics().getPercentile(50);
    }

    private static double middle(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
