package org.culebra.train;

import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleFunction;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A metric as what is gathered from a batch, how two gatherings become one, and the figure that a gathering comes to: counts, sums,
 * or the scores themselves.
 *
 * @param <S> what is gathered; nothing in the memory of tensors
 */
final class Gathered<S> implements Metric {
    private final String name;
    private final BiFunction<Tensor, Tensor, S> gather;
    private final BinaryOperator<S> merge;
    private final ToDoubleFunction<S> figure;
    private @Nullable S all;

    Gathered(String name, BiFunction<Tensor, Tensor, S> gather, BinaryOperator<S> merge, ToDoubleFunction<S> figure) {
        this.name = name;
        this.gather = gather;
        this.merge = merge;
        this.figure = figure;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void add(Tensor output, Tensor target) {
        S batch;
        try (Scope _ = Scope.open(name)) {
            batch = Tape.untracked(() -> gather.apply(output, target));
        }
        S before = all;
        all = before == null ? batch : merge.apply(before, batch);
    }

    @Override
    public double value() {
        S known = all;
        return known == null ? Double.NaN : figure.applyAsDouble(known);
    }

    @Override
    public void reset() {
        all = null;
    }

    @Override
    public String toString() {
        return name + " " + value();
    }
}
