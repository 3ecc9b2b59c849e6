package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.expression.Derivative;
import org.culebra.kernel.expression.Expression;
import org.jspecify.annotations.Nullable;

/**
 * How the cotangents of some inputs of an elementwise function are computed: as one elementwise function of its inputs, saved
 * results and cotangents.
 *
 * @param needed inputs whose cotangents are computed, as bits
 * @param given results that have cotangents, as bits
 * @param saved whether it may read the function's values
 * @param function the adjoints that need computing, null if there are none
 * @param sources what the function reads: numbers below n are inputs, the next m results, the next m cotangents
 * @param targets the input that each of its results is the cotangent of
 * @param copied for each input the source that is its cotangent as it stands, or −1
 */
record GradientPlan(
        long needed,
        long given,
        boolean saved,
        @Nullable Elementwise function,
        int[] sources,
        int[] targets,
        int[] copied) {

    /**
     * The plan for some inputs.
     *
     * @param saved whether the function's values are at hand; those of a term under a sum are not
     */
    static GradientPlan derive(Elementwise of, long needed, long given, boolean saved) {
        var gradient = saved
                ? Derivative.gradient(
                        of.outputs(), of.arity(), BitSet.valueOf(new long[] {needed}), BitSet.valueOf(new long[] {given
                        }))
                : withoutSaved(of, needed);
        var packed = gradient.packed();
        int[] copied = new int[of.arity()];
        Arrays.fill(copied, -1);
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
                needed,
                given,
                saved,
                function,
                packed.sources(),
                targets.stream().mapToInt(Integer::intValue).toArray(),
                copied);
    }

    private static Derivative.Gradient withoutSaved(Elementwise of, long needed) {
        List<@Nullable Expression> adjoints = new ArrayList<>(
                Derivative.adjoints(of.outputs(), List.of(Expression.input(of.arity() + 1)), of.arity()));
        for (int i = 0; i < of.arity(); i++) {
            if ((needed >>> i & 1) == 0) {
                adjoints.set(i, null);
            }
        }
        return new Derivative.Gradient(of.arity(), 1, adjoints);
    }

    boolean serves(long inputs, long results, boolean values) {
        return needed == inputs && given == results && saved == values;
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
        long given = 0;
        for (int i = 0; i < cotangents.length; i++) {
            given |= cotangents[i] != null ? 1L << i : 0;
        }
        @Nullable Tensor[] gradients = new Tensor[needed.length];
        long full = 0;
        for (int i = 0; i < needed.length; i++) {
            if (needed[i] && call.inputShape(i).equals(shape)) {
                full |= 1L << i;
            } else if (needed[i]) {
                of.plan(1L << i, given, saved).reduce(scalars, key, call, cotangents, i, shape, gradients);
            }
        }
        if (full != 0) {
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
        return Objects.requireNonNull(cotangents[source - inputs - cotangents.length]);
    }
}
