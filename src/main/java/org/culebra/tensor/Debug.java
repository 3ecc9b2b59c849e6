package org.culebra.tensor;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.culebra.kernel.Machine;

/**
 * What {@code -Dculebra.debug} shows on standard error: 1 the choices made at the start, 2 time per operation at the end of the
 * process, 3 every tape as it closes, 4 stops at the first NaN or infinity and names the operation that made it. Each level
 * includes those below it.
 */
final class Debug {
    private Debug() {}

    private static final int CHOICES = 1;
    private static final int TIMES = 2;
    private static final int TAPES = 3;
    private static final int NOT_FINITE = 4;

    private static final int LEVEL = Integer.getInteger("culebra.debug", 0);

    /** True if operations are to be watched at all: a constant, so that watching costs nothing when off. */
    static final boolean ENABLED = LEVEL >= TIMES;

    private static final Map<String, Timing> TIMINGS = new ConcurrentHashMap<>();

    private record Timing(LongAdder nanos, LongAdder calls) {}

    static {
        if (LEVEL >= CHOICES) {
            Machine.describe().forEach((name, value) -> System.err.printf(Locale.ROOT, "%-14s %s%n", name, value));
        }
        if (ENABLED) {
            Runtime.getRuntime().addShutdownHook(new Thread(Debug::printTimings, "culebra-debug"));
        }
    }

    static Tensor[] observe(Op op, Tensor[] inputs) {
        long start = System.nanoTime();
        Tensor[] outputs = op.forward(inputs);
        Timing timing = TIMINGS.computeIfAbsent(op.name(), name -> new Timing(new LongAdder(), new LongAdder()));
        timing.nanos.add(System.nanoTime() - start);
        timing.calls.increment();
        if (LEVEL >= NOT_FINITE) {
            stopAtNonFinite(op, inputs, outputs);
        }
        return outputs;
    }

    private static void stopAtNonFinite(Op op, Tensor[] inputs, Tensor[] outputs) {
        for (Tensor output : outputs) {
            if (!isFinite(output)) {
                throw Errors.notFinite(op, inputs, output);
            }
        }
    }

    private static boolean isFinite(Tensor x) {
        if (!x.dtype().isFloating() || x.size() == 0) {
            return true;
        }
        for (double value : x.toDoubleArray()) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    static void tapeClosed(Tape tape) {
        if (LEVEL >= TAPES) {
            var text = new StringBuilder("tape of " + tape.size() + " steps\n");
            for (Call call : tape.calls()) {
                text.append("  ").append(call.index()).append("  ").append(call).append('\n');
            }
            System.err.print(text);
        }
    }

    private static void printTimings() {
        var text = new StringBuilder(
                String.format(Locale.ROOT, "%-28s %10s %12s %12s%n", "operation", "calls", "total ms", "mean µs"));
        TIMINGS.entrySet().stream()
                .sorted(Comparator.comparingLong(
                        entry -> -entry.getValue().nanos.sum()))
                .forEach(entry -> {
                    long nanos = entry.getValue().nanos.sum();
                    long calls = entry.getValue().calls.sum();
                    text.append(String.format(
                            Locale.ROOT,
                            "%-28s %10d %12.2f %12.2f%n",
                            entry.getKey(),
                            calls,
                            nanos / 1e6,
                            nanos / 1e3 / calls));
                });
        System.err.print(text);
    }
}
