package org.culebra.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/** Functions of each element, beside eager PyTorch. Both take the memory of the result from their allocator. */
final class ElementwiseRows {
    private static final Elementwise MULTIPLY_ADD_RELU =
            Elementwise.of((a, b, c) -> a.mul(b).add(c).max(0));

    private ElementwiseRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int k : new int[] {4, 1024, 16 * 1024}) {
            long n = 1024L * k;
            String size = k < 1024 ? " " + k + " K" : " " + k / 1024 + " M";
            rows.add(new Row("add" + size, Cost.floats(3.0 * n), () -> {
                Pair a = Pair.normal(n);
                Pair b = Pair.normal(n);
                return Sides.of(() -> a.ours().add(b.ours()), () -> torch.add(a.theirs(), b.theirs()));
            }));
            rows.add(unary("relu" + size, n, Tensor::relu, torch::relu));
            rows.add(unary("exp" + size, n, Tensor::exp, torch::exp));
            rows.add(unary("tanh" + size, n, Tensor::tanh, torch::tanh));
            rows.add(unary("sigmoid" + size, n, Tensor::sigmoid, torch::sigmoid));
            rows.add(unary("gelu" + size, n, Tensor::gelu, torch::gelu));
            rows.add(new Row("max(a·b + c, 0)" + size, Cost.floats(4.0 * n), () -> {
                Pair a = Pair.normal(n);
                Pair b = Pair.normal(n);
                Pair c = Pair.normal(n);
                return Sides.of(
                        () -> MULTIPLY_ADD_RELU.apply(a.ours(), b.ours(), c.ours()),
                        () -> torch.addcmul(c.theirs(), a.theirs(), b.theirs()).relu_());
            }));
        }
        rows.add(broadcast("add a bias over [64, 64, 28, 28]", new long[] {64, 64, 28, 28}, 64, 1, 1));
        rows.add(broadcast("add a row to [1024, 1024]", new long[] {1024, 1024}, 1024));
        rows.add(broadcast("add a column to [1024, 1024]", new long[] {1024, 1024}, 1024, 1));
        return rows;
    }

    private static Row unary(
            String name, long n, UnaryOperator<Tensor> ours, UnaryOperator<org.bytedeco.pytorch.Tensor> theirs) {
        return new Row(name, Cost.floats(2.0 * n), () -> {
            Pair x = Pair.normal(n);
            return Sides.of(() -> ours.apply(x.ours()), () -> theirs.apply(x.theirs()));
        });
    }

    private static Row broadcast(String name, long[] dims, long... repeated) {
        double count = 2.0 * java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return new Row(name, Cost.floats(count), () -> {
            Pair x = Pair.normal(dims);
            Pair b = Pair.normal(repeated);
            return Sides.of(() -> x.ours().add(b.ours()), () -> torch.add(x.theirs(), b.theirs()));
        });
    }
}
