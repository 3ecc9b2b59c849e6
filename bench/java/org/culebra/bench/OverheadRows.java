package org.culebra.bench;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Work so small that calling is what costs. The peer's times include its Java binding. */
final class OverheadRows {
    private static final int LINKS = 50;

    private OverheadRows() {}

    static List<Row> rows() {
        return List.of(
                new Row("add two scalars", Cost.UNKNOWN, () -> {
                    Pair a = Pair.normal();
                    Pair b = Pair.normal();
                    return Sides.of(() -> a.ours().add(b.ours()), () -> torch.add(a.theirs(), b.theirs()));
                }),
                new Row("sgemm 8×8×8", Cost.UNKNOWN, () -> {
                    Pair a = Pair.normal(8, 8);
                    Pair b = Pair.normal(8, 8);
                    return Sides.of(() -> a.ours().matmul(b.ours()), () -> torch.matmul(a.theirs(), b.theirs()));
                }),
                new Row("chain of 100 small operations, forward and backward", Cost.UNKNOWN, () -> {
                    Pair x = Pair.normal(16);
                    x.theirs().set_requires_grad(true);
                    return Sides.of(() -> chain(x.ours()), () -> chain(x.theirs()));
                }));
    }

    private static Tensor chain(Tensor x) {
        try (var tape = Tape.open()) {
            Tensor y = x;
            for (int i = 0; i < LINKS; i++) {
                y = y.tanh().mul(1.01);
            }
            return tape.keep(tape.gradient(y.sum(), x));
        }
    }

    private static org.bytedeco.pytorch.Tensor chain(org.bytedeco.pytorch.Tensor x) {
        var factor = new Scalar(1.01);
        var y = x;
        for (int i = 0; i < LINKS; i++) {
            y = y.tanh().mul(factor);
        }
        y.sum().backward();
        var gradient = x.grad().clone();
        x.mutable_grad().reset();
        return gradient;
    }
}
