package org.culebra.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What each side of a row takes in a process of its own, as a table in Markdown: memory, garbage, and time until it runs at full speed. */
final class Lives {
    private final double seconds;

    /** Processes that last so many seconds each. */
    Lives(double seconds) {
        this.seconds = seconds;
    }

    void print(List<Row> rows, List<Integer> threads) throws IOException, InterruptedException {
        System.out.println(
                "| work | threads | by | peak resident | garbage a step | resident growth a step | taken from the system"
                        + " | first step after | nine tenths of the steady speed after | steady step |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (Row row : rows) {
            for (int count : threads) {
                List<String> sides = new ArrayList<>(List.of(Table.OURS));
                sides.addAll(row.maker().get().peers());
                for (String side : sides) {
                    System.out.println(line(row.name(), count, side));
                }
            }
        }
    }

    private String line(String row, int threads, String side) throws IOException, InterruptedException {
        Map<String, Double> figures = measure(row, threads, side);
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %.0f MiB | %.1f KB | %.1f KB | %s | %.2f s | %.1f s | %s |",
                row,
                threads,
                side,
                figures.get("peak") / (1 << 20),
                figures.get("garbage") / 1e3,
                figures.get("growth") / 1e3,
                side.equals(Table.OURS) ? String.format(Locale.ROOT, "%.0f times", figures.get("taken")) : "",
                figures.get("first") / 1e9,
                figures.get("warm") / 1e9,
                Table.time(figures.get("steady")));
    }

    private Map<String, Double> measure(String row, int threads, String side) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Life.class.getName(), row, side));
        command.addAll(List.of(String.valueOf(threads), String.valueOf(seconds)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(row + " by " + side + " ended with " + process.exitValue() + ": " + out);
        }
        return out.lines()
                .map(line -> line.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Double.valueOf(pair[1])));
    }
}
