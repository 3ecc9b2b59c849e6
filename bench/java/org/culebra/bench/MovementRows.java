package org.culebra.bench;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.memory.DType;
import org.culebra.nn.Dropout;
import org.culebra.nn.Mode;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Pooling, moving numbers about, and drawing them, beside eager PyTorch. */
final class MovementRows {
    private static final long MEGA = 1 << 20;

    private MovementRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        double planes = 64.0 * 32 * 28 * 28;
        rows.add(new Row("max-pool 2×2 of [64, 32, 28, 28]", Cost.floats(1.25 * planes), () -> {
            Pair x = Pair.normal(64, 32, 28, 28);
            long[] two = {2, 2};
            return Sides.of(
                    () -> x.ours().maxPool2d(2),
                    () -> torch.max_pool2d(x.theirs(), two, two, new long[2], new long[] {1, 1}, false));
        }));
        rows.add(new Row("max-pool 2×2 of [64, 32, 28, 28], forward and backward", Cost.floats(3 * planes), () -> {
            Pair x = Pair.normal(64, 32, 28, 28);
            Pair g = Pair.normal(64, 32, 14, 14);
            long[] two = {2, 2};
            long[] none = {0, 0};
            long[] one = {1, 1};
            return Sides.of(
                    () -> {
                        try (var tape = Tape.open()) {
                            Tensor y = x.ours().maxPool2d(2);
                            return tape.keep(tape.gradient(y, x.ours(), g.ours(), org.culebra.tensor.Order.FIRST));
                        }
                    },
                    () -> {
                        var pooled = torch.max_pool2d_with_indices(x.theirs(), two, two, none, one, false);
                        return torch.max_pool2d_with_indices_backward(
                                g.theirs(), x.theirs(), two, two, none, one, false, pooled.get1());
                    });
        }));
        rows.add(new Row("concat of two [64, 32, 28, 28] along channels", Cost.floats(4 * planes), () -> {
            Pair a = Pair.normal(64, 32, 28, 28);
            Pair b = Pair.normal(64, 32, 28, 28);
            return Sides.of(
                    () -> Tensor.concat(1, a.ours(), b.ours()),
                    () -> torch.cat(new TensorVector(a.theirs(), b.theirs()), 1));
        }));
        rows.add(permutation("NCHW → NHWC of [64, 64, 28, 28]", new long[] {64, 64, 28, 28}, 0, 2, 3, 1));
        rows.add(permutation("NHWC → NCHW of [64, 28, 28, 64]", new long[] {64, 28, 28, 64}, 0, 3, 1, 2));
        rows.add(new Row("gather 10,000 rows of [50000, 128]", Cost.floats(2 * 1.28e6), () -> {
            Pair table = Pair.normal(50_000, 128);
            Pair index = Pair.indices(50_000, 10_000);
            return Sides.of(
                    () -> table.ours().indexSelect(0, index.ours()),
                    () -> torch.index_select(table.theirs(), 0, index.theirs()));
        }));
        rows.add(new Row("add 10,000 rows into [50000, 128]", Cost.floats(2 * 6.4e6 + 1.28e6), () -> {
            Pair table = Pair.normal(50_000, 128);
            Pair index = Pair.indices(50_000, 10_000);
            Pair source = Pair.normal(10_000, 128);
            return Sides.of(
                    () -> table.ours().indexAdd(0, index.ours(), source.ours()),
                    () -> torch.index_add(table.theirs(), 0, index.theirs(), source.theirs()));
        }));
        addRandom(rows);
        return rows;
    }

    private static Row permutation(String name, long[] dims, int... order) {
        double count = 2.0 * java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        long[] theirs = java.util.Arrays.stream(order).asLongStream().toArray();
        return new Row(name, Cost.floats(count), () -> {
            Pair x = Pair.normal(dims);
            return Sides.of(
                    () -> x.ours().permute(order).contiguous(),
                    () -> x.theirs().permute(theirs).contiguous());
        });
    }

    private static void addRandom(List<Row> rows) {
        rows.add(new Row("normal 1 M", Cost.floats(MEGA), () -> {
            var random = Random.seeded(0);
            return Sides.drawing(() -> Tensor.normal(random, 0, 1, MEGA), () -> torch.randn(MEGA));
        }));
        rows.add(new Row("bernoulli 1 M", Cost.floats(MEGA), () -> {
            var random = Random.seeded(0);
            return Sides.drawing(
                    () -> Tensor.bernoulli(random, DType.F32, .5, MEGA),
                    () -> torch.empty(MEGA).bernoulli_());
        }));
        rows.add(new Row("dropout of 1 M", Cost.floats(2 * MEGA), () -> {
            Pair x = Pair.normal(MEGA);
            var mode = Mode.training(Random.seeded(0));
            var dropout = new Dropout(.5);
            return Sides.drawing(() -> dropout.forward(x.ours(), mode), () -> torch.dropout(x.theirs(), .5, true));
        }));
    }
}
