package org.culebra.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Sides;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.Pool;
import org.culebra.memory.Scope;

/**
 * A process that does one side of a row and nothing else, step after step for some seconds from its start, and prints what that took:
 * resident memory, garbage, and how long it was until the work went as fast as it ever goes. Our side does not load PyTorch.
 */
final class Life {
    /** A step is as fast as in the long run from this share of its speed on. */
    private static final double NEARLY = .9;

    /** So many steps, and so many seconds, must be that fast in the median. */
    private static final int WINDOW = 5;

    private static final double WINDOW_SECONDS = .5;

    private final Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
    private long[] ends = new long[1 << 16];
    private int steps;

    private Life() {}

    /**
     * The process.
     *
     * @param args the row's name, the side's, threads, seconds
     */
    public static void main(String... args) {
        int threads = Integer.parseInt(args[2]);
        double seconds = Double.parseDouble(args[3]);
        Runnable work = work(Rows.named(args[0]).maker().get(), args[1], threads);
        new Life().run(work, seconds).forEach((name, value) -> System.out.printf(Locale.ROOT, "%s=%s%n", name, value));
        System.exit(0); // PyTorch's threads need not be waited for
    }

    private static Runnable work(Sides sides, String side, int threads) {
        if (side.equals(Table.OURS)) {
            return () -> Team.withThreads(threads, () -> {
                try (var _ = Scope.open("step")) {
                    Object _ = sides.ours().get();
                }
            });
        }
        torch.set_num_threads(threads);
        Supplier<?> peer = sides.peer(side);
        return () -> {
            try (var _ = new PointerScope()) {
                Object _ = peer.get();
            }
        };
    }

    private Map<String, Double> run(Runnable work, double seconds) {
        long begun = System.nanoTime() - Duration.between(start, Instant.now()).toNanos();
        long last = begun + (long) (1e9 * seconds);
        until(work, begun, last - (last - begun) / 3);
        int settled = steps;
        long garbage = garbage();
        long resident = kilobytes("VmRSS");
        long taken = Pool.report().systemAllocations();
        until(work, begun, last);
        int more = steps - settled;
        Map<String, Double> figures = new TreeMap<>();
        figures.put("steps", (double) steps);
        figures.put("garbage", (garbage() - garbage) / (double) more);
        figures.put("growth", 1024.0 * (kilobytes("VmRSS") - resident) / more);
        figures.put("taken", (double) Pool.report().systemAllocations() - taken);
        figures.put("peak", 1024.0 * kilobytes("VmHWM"));
        double steady = median(settled, steps);
        figures.put("steady", steady);
        figures.put("first", (double) ends[0]);
        figures.put("warm", (double) warm(steady));
        return figures;
    }

    private void until(Runnable work, long begun, long end) {
        while (System.nanoTime() < end) {
            work.run();
            if (steps == ends.length) {
                ends = Arrays.copyOf(ends, 2 * steps);
            }
            ends[steps++] = System.nanoTime() - begun;
        }
    }

    private long nanos(int step) {
        return ends[step] - (step == 0 ? 0 : ends[step - 1]);
    }

    private double median(int from, int to) {
        long[] nanos = new long[to - from];
        Arrays.setAll(nanos, i -> nanos(from + i));
        Arrays.sort(nanos);
        return nanos[nanos.length / 2];
    }

    /** Nanoseconds from the start of the process until the steps are nearly as fast as in the end. */
    private long warm(double steady) {
        int window = (int) Math.max(WINDOW, WINDOW_SECONDS * TimeUnit.SECONDS.toNanos(1) / steady);
        for (int step = 1; step + window <= steps; step++) {
            if (median(step, step + window) <= steady / NEARLY) {
                return ends[step - 1];
            }
        }
        return ends[steps - 1];
    }

    /** What all threads have allocated on the heap but the one that has kernels compiled, which no step waits for. */
    private static long garbage() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long warming = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("culebra-warmup"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
                .sum();
        return threads.getTotalThreadAllocatedBytes() - warming;
    }

    /** What the system says of this process. */
    private static long kilobytes(String name) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
