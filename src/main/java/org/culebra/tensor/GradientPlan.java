package org.culebra.tensor;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.expression.Derivative;
import org.culebra.kernel.expression.Expression;
import org.jspecify.annotations.Nullable;

/**
 * How the cotangents of some inputs of an elementwise function are computed: as one elementwise function of its inputs, saved
 * results and cotangents.
 *
 * @param function the adjoints that need computing, null if there are none
 * @param sources what the function reads: numbers below n are inputs, the next m results, the next m cotangents
 * @param targets the input that each of its results is the cotangent of
 * @param copied for each input the source that is its cotangent as it stands, or −1
 */
record GradientPlan(@Nullable Elementwise function, int[] sources, int[] targets, int[] copied) {

    /**
     * The plan for some inputs.
     *
     * @param saved whether the function's values are at hand; those of a term under a sum are not
     */
    static GradientPlan derive(Elementwise of, boolean[] needed, boolean[] given, boolean saved) {
        var gradient = saved
                ? Derivative.gradient(of.outputs(), of.arity(), bits(needed), bits(given))
                : withoutSaved(of, needed);
        var packed = gradient.packed();
        int[] copied = new int[needed.length];
        java.util.Arrays.fill(copied, -1);
        List<Expression> adjoints = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        for (int i = 0; i < packed.expressions().size(); i++) {
            Expression adjoint = packed.expressions().get(i);
            int target = packed.targets()[i];
            if (adjoint instanceof Expression.Input(int source)) {
                copied[target] = packed.sources()[source];
            } else {
                adjoints.add(adjoint);
                targets.add(target);
            }
        }
        Elementwise function = adjoints.isEmpty()
                ? null
                : new Elementwise(of.name() + "Gradient", packed.sources().length, of.scalars(), adjoints, false);
        return new GradientPlan(
                function,
                packed.sources(),
                targets.stream().mapToInt(Integer::intValue).toArray(),
                copied);
    }

    private static Derivative.Gradient withoutSaved(Elementwise of, boolean[] needed) {
        List<@Nullable Expression> adjoints = new ArrayList<>(
                Derivative.adjoints(of.outputs(), List.of(Expression.input(of.arity() + 1)), of.arity()));
        for (int i = 0; i < needed.length; i++) {
            if (!needed[i]) {
                adjoints.set(i, null);
            }
        }
        return new Derivative.Gradient(of.arity(), 1, adjoints);
    }

    private static BitSet bits(boolean[] flags) {
        var bits = new BitSet();
        for (int i = 0; i < flags.length; i++) {
            bits.set(i, flags[i]);
        }
        return bits;
    }

    /**
     * The cotangents of a function's inputs. Those of full shape come out of one pass together; one that was broadcast is
     * summed in the pass that computes its terms.
     *
     * @param shape over which the function was evaluated
     * @param saved whether the call's results are the function's values
     */
    static @Nullable Tensor[] apply(
            Elementwise of,
            double[] scalars,
            long key,
            Call call,
            @Nullable Tensor[] cotangents,
            boolean[] needed,
            Shape shape,
            boolean saved) {
        boolean[] given = new boolean[cotangents.length];
        for (int i = 0; i < given.length; i++) {
            given[i] = cotangents[i] != null;
        }
        @Nullable Tensor[] gradients = new Tensor[needed.length];
        boolean[] full = new boolean[needed.length];
        boolean any = false;
        for (int i = 0; i < needed.length; i++) {
            full[i] = needed[i] && call.inputShape(i).equals(shape);
            any |= full[i];
            if (needed[i] && !full[i]) {
                boolean[] alone = new boolean[needed.length];
                alone[i] = true;
                of.plan(alone, given, saved).reduce(scalars, key, call, cotangents, i, shape, gradients);
            }
        }
        if (any) {
            of.plan(full, given, saved).map(scalars, key, call, cotangents, shape, gradients);
        }
        return gradients;
    }

    private void map(
            double[] scalars,
            long key,
            Call call,
            @Nullable Tensor[] cotangents,
            Shape shape,
            @Nullable Tensor[] gradients) {
        copy(call, cotangents, shape, gradients);
        if (function != null) {
            Tensor[] results = new Map(function, scalars, key).apply(read(call, cotangents));
            for (int i = 0; i < results.length; i++) {
                gradients[targets[i]] = results[i].expand(shape);
            }
        }
    }

    private void reduce(
            double[] scalars,
            long key,
            Call call,
            @Nullable Tensor[] cotangents,
            int input,
            Shape shape,
            @Nullable Tensor[] gradients) {
        copy(call, cotangents, shape, gradients);
        if (function != null) {
            Axes axes = ViewArguments.repeatedAxes(call.inputShape(input), shape);
            gradients[input] =
                    new Reduce(Reduction.SUM, function, scalars, key, shape, axes).one(read(call, cotangents));
        }
    }

    private void copy(Call call, @Nullable Tensor[] cotangents, Shape shape, @Nullable Tensor[] gradients) {
        for (int i = 0; i < copied.length; i++) {
            if (copied[i] >= 0) {
                gradients[i] = source(call, cotangents, copied[i]).expand(shape);
            }
        }
    }

    private Tensor[] read(Call call, @Nullable Tensor[] cotangents) {
        Tensor[] read = new Tensor[sources.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = source(call, cotangents, sources[i]);
        }
        return read;
    }

    private static Tensor source(Call call, @Nullable Tensor[] cotangents, int source) {
        int inputs = call.inputs().length;
        if (source < inputs) {
            return call.input(source);
        }
        if (source < inputs + cotangents.length) {
            return call.output(source - inputs);
        }
        return java.util.Objects.requireNonNull(cotangents[source - inputs - cotangents.length]);
    }
}
