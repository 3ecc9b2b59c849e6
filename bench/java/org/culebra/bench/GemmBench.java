package org.culebra.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.culebra.kernel.gemm.Epilogue;
import org.culebra.kernel.gemm.Gemm;
import org.culebra.kernel.gemm.Matrix;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** C = A·B beside OpenBLAS. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GemmBench {
    private static final long[] NO_BATCH = {};

    /** M×N×K; {@code a} or {@code b} says which operand is transposed. */
    @Param({
        "64x64x64", "128x128x128", "256x256x256", "512x512x512", "1024x1024x1024", "2048x2048x2048", "128x784x512",
        "64x3136x1152", "128x10x512", "128x512x784b", "784x512x128a", "1x512x512", "512x1x512", "8x8x8"
    })
    public String shape = "";

    /** Type of the elements. */
    @Param({"F32"})
    public DType dtype = DType.F32;

    /** Threads of both. */
    @Param({"1"})
    public int threads;

    private int m;
    private int n;
    private int k;
    private boolean aTransposed;
    private boolean bTransposed;
    private MemorySegment a = MemorySegment.NULL;
    private MemorySegment b = MemorySegment.NULL;
    private MemorySegment c = MemorySegment.NULL;
    private Matrix left = new Matrix(a, 0, 0, 0);
    private Matrix right = left;
    private Matrix result = left;

    /** Makes the operands. */
    @Setup
    public void prepare() throws Throwable {
        aTransposed = shape.contains("a");
        bTransposed = shape.contains("b");
        String[] sizes = shape.replaceAll("[ab]", "").split("x", -1);
        m = Integer.parseInt(sizes[0]);
        n = Integer.parseInt(sizes[1]);
        k = Integer.parseInt(sizes[2]);
        a = random(dtype, (long) m * k);
        b = random(dtype, (long) k * n);
        c = random(dtype, (long) m * n);
        left = aTransposed ? new Matrix(a, 0, 1, m) : new Matrix(a, 0, k, 1);
        right = bTransposed ? new Matrix(b, 0, 1, k) : new Matrix(b, 0, n, 1);
        result = new Matrix(c, 0, n, 1);
        OpenBlas.threads(threads);
    }

    /** Numbers from a normal distribution. */
    static MemorySegment random(DType dtype, long count) {
        MemorySegment segment = Arena.ofAuto().allocate((count * dtype.byteSize() + 63) / 64 * 64, 64);
        Random random = new Random(1);
        for (long i = 0; i < count; i++) {
            if (dtype == DType.F32) {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            } else {
                segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, random.nextGaussian());
            }
        }
        return segment;
    }

    /** Ours. */
    @Benchmark
    public MemorySegment culebra() {
        Team.withThreads(
                threads, () -> Gemm.multiply(dtype, NO_BATCH, m, n, k, left, right, result, Epilogue.OVERWRITE));
        return c;
    }

    /** The peer. */
    @Benchmark
    public MemorySegment openBlas() throws Throwable {
        if (dtype == DType.F32) {
            OpenBlas.sgemm(aTransposed, bTransposed, m, n, k, a, b, c);
        } else {
            OpenBlas.dgemm(aTransposed, bTransposed, m, n, k, a, b, c);
        }
        return c;
    }
}
