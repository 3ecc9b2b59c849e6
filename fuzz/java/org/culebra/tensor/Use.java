package org.culebra.tensor;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * One random call of a public method, with what its definition says it should give.
 *
 * @param inputs f64, in random layouts
 * @param call the method, with its other arguments drawn
 * @param shape of the result
 * @param oracle the element of the result at an index
 * @param isSmooth whether it has gradients that differences come near to
 */
record Use(
        List<Tensor> inputs,
        Function<List<Tensor>, Tensor> call,
        Shape shape,
        ToDoubleFunction<long[]> oracle,
        boolean isSmooth) {

    /** Draws a use. */
    @FunctionalInterface
    interface Drawn {
        Use draw(SplittableRandom random);
    }

    static Use of(Tensor x, UnaryOperator<Tensor> call, Shape shape, ToDoubleFunction<long[]> oracle) {
        return new Use(List.of(x), in -> call.apply(in.get(0)), shape, oracle, true);
    }

    /** Where the elements stay in row-major order. */
    static Use inOrder(Tensor x, UnaryOperator<Tensor> call, Shape shape) {
        double[] flat = x.toDoubleArray();
        return of(x, call, shape, index -> {
            long place = 0;
            for (int k = 0; k < index.length; k++) {
                place = place * shape.raw()[k] + index[k];
            }
            return flat[(int) place];
        });
    }

    /** The same without gradients. */
    Use stepwise() {
        return new Use(inputs, call, shape, oracle, false);
    }

    /** An axis, counted from the end now and then. */
    static int named(SplittableRandom random, int axis, int rank) {
        return random.nextBoolean() ? axis : axis - rank;
    }
}
