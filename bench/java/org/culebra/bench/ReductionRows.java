package org.culebra.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.nn.Losses;

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
        return rows;
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
