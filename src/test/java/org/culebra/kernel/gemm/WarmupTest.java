package org.culebra.kernel.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Micro-kernels reach C2 in a fresh JVM, whoever calls them first. */
class WarmupTest {
    /** The trap costs a factor of seventy. */
    private static final double FACTOR = 20;

    private static final int PATIENCE_SECONDS = 120;

    private static double stuck;

    /** C1 alone: vectors are objects, as they stay where the trap snaps shut. */
    @BeforeAll
    static void measureTheTrap() {
        stuck = rate(List.of("-XX:TieredStopAtLevel=1"), "VECTOR", 0, 5);
        assertTrue(stuck > 0);
    }

    @Test
    void smallProductsFirst() {
        double vector = rate(List.of(), "VECTOR", FACTOR * stuck, PATIENCE_SECONDS);
        assertTrue(vector > FACTOR * stuck, vector + " GFLOP/s, stuck at " + stuck);
    }

    @Test
    void backgroundWarmup() {
        double background = rate(List.of(), "BACKGROUND", FACTOR * stuck, PATIENCE_SECONDS);
        assertTrue(background > FACTOR * stuck, background + " GFLOP/s, stuck at " + stuck);
    }

    private static double rate(List<String> flags, String mode, double enough, int seconds) {
        ForkedJvm.Result result =
                ForkedJvm.runMain(Main.class, flags, mode, String.valueOf(enough), String.valueOf(seconds));
        assertEquals(0, result.exitCode(), result.err());
        return Double.parseDouble(result.out().strip());
    }

    /** Prints the best rate of a large product after many small ones, in GFLOP/s of this thread's time. */
    static final class Main {
        private static final long[] NO_BATCH = {};
        private static final MemorySegment MEMORY = Arena.ofAuto().allocate(1 << 20, 64);

        private Main() {}

        public static void main(String[] args) {
            Gemm gemm = new Gemm(VectorWidth.bits(), Warming.Mode.valueOf(args[0]));
            double enough = Double.parseDouble(args[1]);
            long seconds = Long.parseLong(args[2]);
            Team.withThreads(1, () -> System.out.println(bestRate(gemm, enough, seconds)));
        }

        /** The best of some seconds, or the first that is enough. */
        private static double bestRate(Gemm gemm, double enough, long seconds) {
            for (int i = 0; i < 20_000; i++) {
                multiply(gemm, 1 + i % 13, 1 + i % 40, 1 + i % 7);
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            double best = 0;
            while ((enough == 0 || best < enough) && System.nanoTime() < end) {
                long begin = threads.getCurrentThreadCpuTime();
                multiply(gemm, 192, 192, 192);
                long nanos = Math.max(1, threads.getCurrentThreadCpuTime() - begin);
                best = Math.max(best, 2.0 * 192 * 192 * 192 / nanos);
            }
            return best;
        }

        private static void multiply(Gemm gemm, long m, long n, long k) {
            Matrix a = new Matrix(MEMORY, 0, k, 1);
            Matrix b = new Matrix(MEMORY, 1 << 16, n, 1);
            Matrix c = new Matrix(MEMORY, 1 << 17, n, 1);
            gemm.run(DType.F32, NO_BATCH, m, n, k, a, b, c, Epilogue.OVERWRITE);
        }
    }
}
