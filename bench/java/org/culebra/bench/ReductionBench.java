package org.culebra.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Expression;
import org.culebra.kernel.expression.Lowering;
import org.culebra.kernel.expression.Program;
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

/** Reductions beside eager PyTorch, f32. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReductionBench {
    /** Dimensions and, behind the colon, the axes that are reduced. */
    @Param({"4096:0", "4194304:0", "1000,512:1", "1000,512:0", "1000,10:1", "128,32,28,28:0,2,3", "128,28,28,32:0,1,2"})
    public String shape = "";

    /** What is reduced and how. */
    @Param({"SUM", "MAX", "SQUARED_DIFFERENCE"})
    public Work work = Work.SUM;

    /** Threads of both. */
    @Param({"1"})
    public int threads;

    /** A reduction. */
    public enum Work {
        /** Σx. */
        SUM(Reduction.SUM, Expression.input(0)),
        /** max x. */
        MAX(Reduction.MAX, Expression.input(0)),
        /** Σ(x − y)². */
        SQUARED_DIFFERENCE(
                Reduction.SUM, Expression.input(0).sub(Expression.input(1)).square());

        private final Reduction reduction;
        private final Expression expression;

        Work(Reduction reduction, Expression expression) {
            this.reduction = reduction;
            this.expression = expression;
        }
    }

    private static final double[] NONE = {};
    private Program program = new Program.Builder(DType.F32).build(0, 0, List.of());
    private Strided[] inputs = {};
    private Strided output = new Strided(GemmBench.random(DType.F32, 1), DType.F32, 0, new long[0], new long[0]);
    private boolean[] reduced = {};
    private long[] axes = {};
    private Tensor x = new Tensor();
    private Tensor y = new Tensor();

    /** Makes the operands. */
    @Setup
    public void prepare() {
        String[] parts = shape.split(":", -1);
        long[] dims = numbers(parts[0]);
        axes = numbers(parts[1]);
        reduced = new boolean[dims.length];
        long[] outputDims = dims.clone();
        for (long axis : axes) {
            reduced[(int) axis] = true;
            outputDims[(int) axis] = 1;
        }
        int count = work == Work.SQUARED_DIFFERENCE ? 2 : 1;
        inputs = new Strided[count];
        Arrays.setAll(inputs, i -> dense(dims));
        output = dense(outputDims);
        program = Lowering.lower(List.of(work.expression), DType.F32, count, 0);
        torch.set_num_threads(threads);
        x = torch.rand(dims);
        y = torch.rand(dims);
    }

    private static long[] numbers(String text) {
        return Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray();
    }

    private static Strided dense(long[] dims) {
        long count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return new Strided(GemmBench.random(DType.F32, count), DType.F32, 0, dims, Strided.contiguousStrides(dims));
    }

    /** Ours. */
    @Benchmark
    public void culebra() {
        Team.withThreads(threads, () -> Kernels.reduce(work.reduction, program, NONE, 0, inputs, reduced, output));
    }

    /** The peer. */
    @Benchmark
    public void pyTorch() {
        try (PointerScope scope = new PointerScope()) {
            switch (work) {
                case SUM -> scope.attach(torch.sum(x, axes));
                case MAX -> scope.attach(torch.amax(x, axes, false));
                case SQUARED_DIFFERENCE -> scope.attach(torch.sum(x.sub(y).square(), axes));
            }
        }
    }
}
