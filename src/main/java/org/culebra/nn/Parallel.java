package org.culebra.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.culebra.tensor.Tensor;

/**
 * Branches that see the same x, and what is made of their results: y = h(f₁(x), …, fₙ(x)). Their names are their positions, from 0 on.
 *
 * @param branches f
 * @param join h
 */
public record Parallel(List<Layer> branches, Function<List<Tensor>, Tensor> join) implements Layer {
    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if there is no branch
     */
    public Parallel {
        branches = List.copyOf(branches);
        Checks.positive("parallel", "number of branches", branches.size());
    }

    /** Results one after the other along an axis: 1 for channels. */
    public static Parallel concat(int axis, Layer... branches) {
        return new Parallel(List.of(branches), results -> Tensor.concat(axis, results));
    }

    /** Σ fᵢ(x). */
    public static Parallel sum(Layer... branches) {
        return new Parallel(
                List.of(branches),
                results -> results.stream().reduce(Tensor::add).orElseThrow());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        var results = new ArrayList<Tensor>();
        children().forEach((name, branch) -> results.add(mode.call(name, branch, x)));
        return join.apply(results);
    }

    @Override
    public Map<String, Layer> children() {
        return Checks.numbered(branches);
    }

    @Override
    public String toString() {
        return describe();
    }
}
