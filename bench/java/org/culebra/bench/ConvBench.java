package org.culebra.bench;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.culebra.kernel.gemm.ConvGeometry;
import org.culebra.kernel.gemm.Convolution;
import org.culebra.kernel.gemm.Epilogue;
import org.culebra.kernel.gemm.Operand;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The three faces of a convolution beside PyTorch, f32. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConvBench {
    /** Images, channels, height and width, output channels, kernel, padding, stride, groups. */
    @Param({
        "128,1,28,32,5,2,1,1",
        "128,32,14,64,5,2,1,1",
        "64,1,28,32,3,1,1,1",
        "64,32,28,64,3,1,1,1",
        "64,64,14,128,3,1,1,1",
        "64,64,28,64,1,0,1,1",
        "128,1,28,6,5,2,1,1",
        "32,64,32,128,4,1,2,1",
        "64,64,28,64,3,1,1,64"
    })
    public String geometry = "";

    /** Which of the three. */
    @Param({"FORWARD", "INPUT_GRADIENT", "WEIGHT_GRADIENT"})
    public Face face = Face.FORWARD;

    /** Threads of both. */
    @Param({"1"})
    public int threads;

    /** A function of the triad. */
    public enum Face {
        /** y from x and w. */
        FORWARD,
        /** x from y and w. */
        INPUT_GRADIENT,
        /** w from x and y. */
        WEIGHT_GRADIENT
    }

    private ConvGeometry sizes = new ConvGeometry(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
    private Operand x = new Operand(MemorySegment.NULL, 0);
    private Operand w = x;
    private Operand y = x;
    private @Nullable TorchConvolution peer;

    /** Makes the operands. */
    @Setup
    public void prepare() {
        long[] v = Arrays.stream(geometry.split(",", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        sizes = new ConvGeometry(v[0], v[1], v[2], v[2], v[3], v[4], v[4], v[6], v[6], v[5], v[5], 1, 1, v[7]);
        x = random(sizes.n() * sizes.c() * sizes.h() * sizes.w());
        w = random(sizes.o() * sizes.c() / sizes.groups() * sizes.kh() * sizes.kw());
        y = random(sizes.n() * sizes.o() * sizes.outH() * sizes.outW());
        TorchConvolution.threads(threads);
        peer = new TorchConvolution(sizes, x.segment(), w.segment(), y.segment());
    }

    private static Operand random(long count) {
        return new Operand(GemmBench.random(DType.F32, count), 0);
    }

    /** Lets the peer go. */
    @TearDown
    public void close() {
        Objects.requireNonNull(peer).close();
    }

    /** Ours. */
    @Benchmark
    public void culebra() {
        Team.withThreads(threads, () -> {
            switch (face) {
                case FORWARD -> Convolution.forward(DType.F32, sizes, x, w, y, Epilogue.OVERWRITE);
                case INPUT_GRADIENT -> Convolution.inputGradient(DType.F32, sizes, y, w, x, Epilogue.OVERWRITE);
                case WEIGHT_GRADIENT -> Convolution.weightGradient(DType.F32, sizes, x, y, w);
            }
        });
    }

    /** The peer. */
    @Benchmark
    public void pyTorch() {
        TorchConvolution torch = Objects.requireNonNull(peer);
        try (PointerScope scope = new PointerScope()) {
            switch (face) {
                case FORWARD -> scope.attach(torch.forward());
                case INPUT_GRADIENT -> scope.attach(torch.inputGradient());
                case WEIGHT_GRADIENT -> scope.attach(torch.weightGradient());
            }
        }
    }
}
