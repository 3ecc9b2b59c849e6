package org.culebra.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.kernel.parallel.Team;
import org.culebra.kernel.window.Windows;
import org.culebra.memory.DType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Max-pooling forward and backward, and PyTorch's, on rectified random numbers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class PoolBench {
    @Param({"128x32x28x28", "128x64x14x14"})
    String shape;

    /** Kernel, stride, padding. */
    @Param({"2s2p0", "3s2p1"})
    String window;

    /** The gradient instead of the maxima. */
    @Param({"false", "true"})
    boolean backward;

    @Param("1")
    int threads;

    private final Arena arena = Arena.ofShared();
    private Window rows;
    private Strided x;
    private Strided y;
    private Strided indices;
    private Strided gradient;
    private long planes;
    private NoGradGuard noGradient;
    private Tensor torchX;
    /** Owns the two below. */
    private T_TensorTensor_T pooled;

    private Tensor torchY;
    private Tensor torchIndices;
    private long[] kernel;
    private long[] stride;
    private long[] padding;
    private final long[] dilation = {1, 1};

    @Setup(Level.Trial)
    public void setUp() {
        long[] dims = longs(shape);
        long[] w = longs(window);
        int size = (int) dims[2];
        int outputs = (int) ((size + 2 * w[2] - w[0]) / w[1] + 1);
        rows = new Window((int) w[0], (int) w[1], (int) w[2], 1, size, outputs);
        planes = dims[0] * dims[1];
        x = array(DType.F32, dims);
        gradient = array(DType.F32, dims);
        y = array(DType.F32, dims[0], dims[1], outputs, outputs);
        indices = array(DType.I32, y.dims());
        var random = new SplittableRandom(0);
        for (long i = 0; i < x.count(); i++) {
            x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, Math.max(0, random.nextFloat() - .5f));
        }
        setUpTorch(dims, w);
        pool();
    }

    private void setUpTorch(long[] dims, long[] w) {
        noGradient = new NoGradGuard();
        torch.set_num_threads(threads);
        kernel = new long[] {w[0], w[0]};
        stride = new long[] {w[1], w[1]};
        padding = new long[] {w[2], w[2]};
        torchX = torch.empty(dims);
        torchX.data_ptr_float().put(x.segment().toArray(ValueLayout.JAVA_FLOAT));
        pooled = torchPool();
        torchY = pooled.get0();
        torchIndices = pooled.get1();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        noGradient.close();
        arena.close();
    }

    private static long[] longs(String list) {
        return java.util.Arrays.stream(list.split("[xsp]"))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private Strided array(DType dtype, long... dims) {
        long count = java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        MemorySegment segment = arena.allocate(Math.ceilDiv(count * dtype.byteSize(), 64) * 64, 64);
        return new Strided(segment, dtype, 0, dims, Strided.contiguousStrides(dims));
    }

    /** Ours. */
    @Benchmark
    public void culebra() {
        Team.withThreads(threads, backward ? this::scatter : this::pool);
    }

    private void pool() {
        Windows.maxPool(x, rows, rows, y, indices);
    }

    private void scatter() {
        Windows.scatter(y, indices, gradient, planes);
    }

    /** PyTorch's. */
    @Benchmark
    public Object pyTorch() {
        return backward ? torchScatter() : torchPool();
    }

    private T_TensorTensor_T torchPool() {
        return torch.max_pool2d_with_indices(torchX, kernel, stride, padding, dilation, false);
    }

    private Tensor torchScatter() {
        return torch.max_pool2d_with_indices_backward(
                torchY, torchX, kernel, stride, padding, dilation, false, torchIndices);
    }
}
