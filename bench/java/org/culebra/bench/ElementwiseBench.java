package org.culebra.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.culebra.kernel.Kernels;
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

/** Elementwise functions beside eager PyTorch, f32; the peer writes to a tensor that is there already where it can. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ElementwiseBench {
    /** Elements: fewer than a vector's worth of overhead, in L1, in L2, in memory. */
    @Param({"64", "4096", "65536", "4194304"})
    public int n;

    /** What is computed. */
    @Param({"ADD", "MULTIPLY_ADD_RELU", "EXP", "TANH", "GELU", "BIAS", "ADAM"})
    public Work work = Work.ADD;

    /** Threads of both. */
    @Param({"1"})
    public int threads;

    private static final Expression X = Expression.input(0);
    private static final Expression Y = Expression.input(1);
    private static final Expression Z = Expression.input(2);

    /** A function and what the peer does for it. */
    public enum Work {
        /** x + y. */
        ADD(2, X.add(Y)) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.add_out(out, in[0], in[1]);
            }
        },
        /** max(x·y + z, 0). */
        MULTIPLY_ADD_RELU(3, X.mul(Y).add(Z).max(0)) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.addcmul_out(out, in[2], in[0], in[1]);
                torch.relu_(out);
            }
        },
        /** exp x. */
        EXP(1, X.exp()) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.exp_out(out, in[0]);
            }
        },
        /** tanh x. */
        TANH(1, X.tanh()) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.tanh_out(out, in[0]);
            }
        },
        /** x/2·(1 + erf(x/√2)). */
        GELU(1, X.mul(.5).mul(X.mul(Math.sqrt(.5)).erf().add(1))) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.gelu_out(out, in[0]);
            }
        },
        /** x + b, rows of 64 (14·14 in a network) that share one number each. */
        BIAS(2, X.add(Y)) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                torch.add_out(
                        out.view(-1, 64),
                        in[0].view(-1, 64),
                        in[1].narrow(0, 0, in[1].numel() / 64).view(-1, 1));
            }
        },
        /** One step of Adam without bias correction: three arrays read and written, one read. */
        ADAM(4, adam()) {
            @Override
            void peer(Tensor[] in, Tensor out) {
                in[1].mul_(new Scalar(.9)).add_(in[0], new Scalar(.1));
                in[2].mul_(new Scalar(.999)).addcmul_(in[0], in[0], new Scalar(.001));
                in[3].addcdiv_(in[1], in[2].sqrt().add_(new Scalar(1e-8)), new Scalar(-1e-3));
            }
        };

        private final int inputs;
        private final Program program;

        Work(int inputs, Expression... outputs) {
            this.inputs = inputs;
            this.program = Lowering.lower(List.of(outputs), DType.F32, inputs, 0);
        }

        private static Expression[] adam() {
            Expression m = Y.mul(.9).add(X.mul(.1));
            Expression v = Z.mul(.999).add(X.square().mul(.001));
            return new Expression[] {
                m, v, Expression.input(3).sub(m.mul(1e-3).div(v.sqrt().add(1e-8)))
            };
        }

        abstract void peer(Tensor[] in, Tensor out);
    }

    private static final double[] NONE = {};
    private final NoGradGuard noGradient = new NoGradGuard();
    private Strided[] inputs = {};
    private Strided[] outputs = {};
    private Tensor[] peerInputs = {};
    private Tensor peerOutput = new Tensor();

    /** Makes the operands. */
    @Setup
    public void prepare() {
        inputs = IntStream.range(0, work.inputs).mapToObj(i -> vector()).toArray(Strided[]::new);
        outputs = new Strided[] {vector()};
        if (work == Work.ADAM) {
            outputs = new Strided[] {inputs[1], inputs[2], inputs[3]};
        } else if (work == Work.BIAS) {
            long[] dims = {n / 64, 64};
            inputs[0] = new Strided(inputs[0].segment(), DType.F32, 0, dims, new long[] {64, 1});
            inputs[1] = new Strided(inputs[1].segment(), DType.F32, 0, dims, new long[] {1, 0});
            outputs[0] = new Strided(outputs[0].segment(), DType.F32, 0, dims, new long[] {64, 1});
        }
        torch.set_num_threads(threads);
        peerInputs =
                IntStream.range(0, work.inputs).mapToObj(i -> torch.rand(n)).toArray(Tensor[]::new);
        peerOutput = torch.rand(n);
    }

    private Strided vector() {
        return new Strided(GemmBench.random(DType.F32, n), DType.F32, 0, new long[] {n}, new long[] {1});
    }

    /** Ours. */
    @Benchmark
    public void culebra() {
        if (threads == 1) {
            Team.withThreads(1, () -> Kernels.map(work.program, NONE, 0, inputs, outputs));
        } else {
            Kernels.map(work.program, NONE, 0, inputs, outputs);
        }
    }

    /** The peer. */
    @SuppressWarnings("try") // the scope owns what is made while it is open
    @Benchmark
    public void pyTorch() {
        try (PointerScope scope = new PointerScope()) {
            work.peer(peerInputs, peerOutput);
        }
    }

    /** Keeps the peer from recording what it does. */
    NoGradGuard guard() {
        return noGradient;
    }
}
