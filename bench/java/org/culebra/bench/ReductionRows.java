package org.culebra.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.LayerNorm;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Reductions and what is made of them, beside eager PyTorch. */
final class ReductionRows {
    private ReductionRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(sum("sum of [4096, 4096]", new long[] {4096, 4096}, 0, 1));
        rows.add(sum("sum of [4096, 4096] over axis 0", new long[] {4096, 4096}, 0));
        rows.add(sum("sum of [4096, 4096] over axis 1", new long[] {4096, 4096}, 1));
        rows.add(sum("sum of [64, 64, 28, 28] over 0, 2, 3", new long[] {64, 64, 28, 28}, 0, 2, 3));
        rows.add(softmax(128, 1000));
        rows.add(softmax(4096, 64));
        rows.add(new Row("cross-entropy [1000, 10]", Cost.floats(10_000), () -> {
            Pair x = Pair.normal(1000, 10);
            Pair labels = Pair.indices(10, 1000);
            return Sides.of(
                    () -> Losses.crossEntropy(x.ours(), labels.ours()),
                    () -> torch.cross_entropy_loss(x.theirs(), labels.theirs()));
        }));
        addNormalizations(rows);
        return rows;
    }

    private static void addNormalizations(List<Row> rows) {
        double planes = 64.0 * 64 * 28 * 28;
        rows.add(new Row("layer norm of [128, 1024]", Cost.floats(2.0 * 128 * 1024), () -> {
            Pair x = Pair.normal(128, 1024);
            LayerNorm layer = LayerNorm.of(1024);
            layer.initialize(Random.seeded(0));
            var scale = new TensorOptional(torch.ones(1024));
            var shift = new TensorOptional(torch.zeros(1024));
            return Sides.of(
                    () -> layer.forward(x.ours()),
                    () -> torch.layer_norm(x.theirs(), new long[] {1024}, scale, shift, 1e-5, false));
        }));
        rows.add(new Row("batch norm of [64, 64, 28, 28]", Cost.floats(3 * planes), () -> {
            BatchNormalization both = new BatchNormalization();
            return Sides.of(() -> both.layer.forward(both.x.ours(), both.mode), both::forward);
        }));
        rows.add(new Row("batch norm of [64, 64, 28, 28], forward and backward", Cost.floats(8 * planes), () -> {
            BatchNormalization both = new BatchNormalization();
            Pair g = Pair.normal(64, 64, 28, 28);
            both.x.theirs().set_requires_grad(true);
            return Sides.of(
                    () -> {
                        try (var tape = Tape.open()) {
                            Tensor x = both.x.ours();
                            Tensor y = both.layer.forward(x, both.mode);
                            return tape.keep(tape.gradients(List.of(y), List.of(g.ours()), both.inputs(), Order.FIRST)
                                    .of(x));
                        }
                    },
                    () -> {
                        for (var input : both.theirs()) {
                            input.mutable_grad().reset();
                        }
                        both.forward().backward(g.theirs(), new BoolOptional(), false, new TensorArrayRefOptional());
                        return both.x.theirs().grad();
                    });
        }));
    }

    /** Batch norm in training, with its running averages. */
    private static final class BatchNormalization {
        private final Pair x = Pair.normal(64, 64, 28, 28);
        private final BatchNorm layer = BatchNorm.of(64);
        private final Mode mode = Mode.training(Random.seeded(0));
        private final org.bytedeco.pytorch.Tensor scale = torch.ones(64).set_requires_grad(true);
        private final org.bytedeco.pytorch.Tensor shift = torch.zeros(64).set_requires_grad(true);
        private final TensorOptional mean = new TensorOptional(torch.zeros(64));
        private final TensorOptional variance = new TensorOptional(torch.ones(64));

        private BatchNormalization() {
            layer.initialize(Random.seeded(0));
        }

        private List<Tensor> inputs() {
            List<Tensor> all = new ArrayList<>(layer.parameters());
            all.add(x.ours());
            return all;
        }

        private List<org.bytedeco.pytorch.Tensor> theirs() {
            return List.of(x.theirs(), scale, shift);
        }

        private org.bytedeco.pytorch.Tensor forward() {
            return torch.batch_norm(
                    x.theirs(),
                    new TensorOptional(scale),
                    new TensorOptional(shift),
                    mean,
                    variance,
                    true,
                    .1,
                    1e-5,
                    false);
        }
    }

    private static Row sum(String name, long[] dims, int... axes) {
        double count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return new Row(name, Cost.floats(count), () -> {
            Pair x = Pair.uniform(dims);
            long[] theirs = Arrays.stream(axes).asLongStream().toArray();
            return Sides.of(() -> x.ours().sum(axes), () -> torch.sum(x.theirs(), theirs));
        });
    }

    private static Row softmax(long rows, long columns) {
        return new Row("softmax [" + rows + ", " + columns + "]", Cost.floats(2.0 * rows * columns), () -> {
            Pair x = Pair.normal(rows, columns);
            return Sides.of(() -> x.ours().softmax(1), () -> torch.softmax(x.theirs(), 1));
        });
    }
}
