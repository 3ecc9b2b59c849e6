package org.culebra.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.kernel.gemm.ConvGeometry;
import org.culebra.kernel.gemm.Convolution;
import org.culebra.kernel.gemm.Epilogue;
import org.culebra.kernel.gemm.Operand;
import org.culebra.memory.DType;

/** The three faces of convolutions, beside PyTorch. */
final class ConvolutionRows {
    private ConvolutionRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        add(rows, "conv 128×1×28×28 → 32, 5×5", geometry(128, 1, 28, 32, 5, 1, 2, 1));
        add(rows, "conv 128×32×14×14 → 64, 5×5", geometry(128, 32, 14, 64, 5, 1, 2, 1));
        add(rows, "conv 64×1×28×28 → 32, 3×3", geometry(64, 1, 28, 32, 3, 1, 1, 1));
        add(rows, "conv 64×32×28×28 → 64, 3×3", geometry(64, 32, 28, 64, 3, 1, 1, 1));
        add(rows, "conv 64×64×14×14 → 128, 3×3", geometry(64, 64, 14, 128, 3, 1, 1, 1));
        add(rows, "conv 64×64×28×28 → 64, 1×1", geometry(64, 64, 28, 64, 1, 1, 0, 1));
        add(rows, "conv 128×1×28×28 → 6, 5×5", geometry(128, 1, 28, 6, 5, 1, 2, 1));
        add(rows, "conv 64×64×16×16 → 128, 4×4, stride 2", geometry(64, 64, 16, 128, 4, 2, 1, 1));
        // The inside of a U-Net: few pixels, many channels.
        add(rows, "conv 8×256×4×4 → 512, 4×4, stride 2", geometry(8, 256, 4, 512, 4, 2, 1, 1));
        add(rows, "conv 64×256×4×4 → 512, 4×4, stride 2", geometry(64, 256, 4, 512, 4, 2, 1, 1));
        add(rows, "conv 32×128×28×28 depthwise, 3×3", geometry(32, 128, 28, 128, 3, 1, 1, 128));
        // Transposed: the gradient with respect to the input of a convolution from 64 channels of 16×16 to 128 of 8×8.
        add(rows, "conv transposed 64×128×8×8 → 64, 4×4, stride 2", geometry(64, 64, 16, 128, 4, 2, 1, 1));
        return rows;
    }

    private static ConvGeometry geometry(
            long n, long c, long size, long o, long kernel, long stride, long pad, long groups) {
        return new ConvGeometry(n, c, size, size, o, kernel, kernel, stride, stride, pad, pad, 1, 1, groups);
    }

    private static void add(List<Row> rows, String name, ConvGeometry g) {
        double operations = 2.0 * g.n() * g.o() * g.outH() * g.outW() * ((double) g.c() / g.groups()) * g.kh() * g.kw();
        Cost cost = Cost.operations(operations);
        boolean transposed = name.contains("transposed");
        rows.add(new Row(
                name + ", forward", cost, () -> transposed ? new Work(g).inputGradient() : new Work(g).forward()));
        if (g.c() > 1) {
            rows.add(new Row(
                    name + ", input gradient",
                    cost,
                    () -> transposed ? new Work(g).forward() : new Work(g).inputGradient()));
        }
        if (!transposed) {
            rows.add(new Row(name + ", weight gradient", cost, () -> new Work(g).weightGradient()));
        }
    }

    /** Operands of one geometry. Ours writes over a result that is there, as the engine's memory from the pool is. */
    private static final class Work {
        private final ConvGeometry g;
        private final Pair x;
        private final Pair w;
        private final Pair y;
        private final long[] stride;
        private final long[] padding;
        private final long[] one = {1, 1};

        Work(ConvGeometry geometry) {
            g = geometry;
            x = Pair.normal(g.n(), g.c(), g.h(), g.w());
            w = Pair.normal(g.o(), g.c() / g.groups(), g.kh(), g.kw());
            y = Pair.normal(g.n(), g.o(), g.outH(), g.outW());
            stride = new long[] {g.strideH(), g.strideW()};
            padding = new long[] {g.padH(), g.padW()};
        }

        private static Operand operand(Pair pair) {
            Operand room = room(pair);
            room.segment().copyFrom(MemorySegment.ofArray(pair.ours().toFloatArray()));
            return room;
        }

        private static Operand room(Pair pair) {
            return new Operand(Arena.ofAuto().allocate((4 * pair.ours().size() + 63) & -64, 64), 0);
        }

        private static MemorySegment numbers(Operand operand, Pair like) {
            return operand.segment().asSlice(0, 4 * like.ours().size());
        }

        Sides forward() {
            Operand from = operand(x);
            Operand weights = operand(w);
            Operand to = room(y);
            return Sides.of(
                    () -> {
                        Convolution.forward(DType.F32, g, from, weights, to, Epilogue.OVERWRITE);
                        return numbers(to, y);
                    },
                    () -> torch.conv2d(x.theirs(), w.theirs(), new TensorOptional(), stride, padding, one, g.groups()));
        }

        Sides inputGradient() {
            Operand from = operand(y);
            Operand weights = operand(w);
            Operand to = room(x);
            return Sides.of(
                    () -> {
                        Convolution.inputGradient(DType.F32, g, from, weights, to, Epilogue.OVERWRITE);
                        return numbers(to, x);
                    },
                    () -> backward(true));
        }

        Sides weightGradient() {
            Operand images = operand(x);
            Operand cotangent = operand(y);
            Operand to = room(w);
            return Sides.of(
                    () -> {
                        Convolution.weightGradient(DType.F32, g, images, cotangent, to);
                        return numbers(to, w);
                    },
                    () -> backward(false));
        }

        private org.bytedeco.pytorch.Tensor backward(boolean input) {
            var wanted = new BoolPointer(3).put(0, input).put(1, !input).put(2, false);
            var gradients = torch.convolution_backward(
                    y.theirs(),
                    x.theirs(),
                    w.theirs(),
                    new LongArrayRefOptional(),
                    stride,
                    padding,
                    one,
                    false,
                    new long[] {0, 0},
                    g.groups(),
                    wanted);
            return input ? gradients.get0() : gradients.get1();
        }
    }
}
