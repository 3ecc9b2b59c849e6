package org.culebra.tensor;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One random use of an operation, with what a loop over indices says it should give.
 *
 * @param op with its parameters drawn
 * @param inputs f64, in random layouts
 * @param indices integers that the operation takes after the inputs
 * @param shape of the first result
 * @param oracle the element of the first result at an index
 */
record Sample(Op op, List<Tensor> inputs, List<Tensor> indices, Shape shape, ToDoubleFunction<long[]> oracle) {

    Sample(Op op, List<Tensor> inputs, Shape shape, ToDoubleFunction<long[]> oracle) {
        this(op, inputs, List.of(), shape, oracle);
    }

    /** The first result for inputs like those drawn. */
    Tensor apply(List<Tensor> like) {
        return op.one(Stream.concat(like.stream(), indices.stream()).toArray(Tensor[]::new));
    }

    /** Draws a sample. */
    @FunctionalInterface
    interface Sampler {
        Sample draw(SplittableRandom random);
    }

    /** The oracle's numbers in row-major order. */
    double[] expected() {
        return elements(shape, oracle);
    }

    /** A function of all indices of a shape, in row-major order. */
    static double[] elements(Shape shape, ToDoubleFunction<long[]> oracle) {
        double[] values = new double[(int) shape.size()];
        long[] index = new long[shape.rank()];
        for (int e = 0; e < values.length; e++) {
            long rest = e;
            for (int k = index.length - 1; k >= 0; k--) {
                index[k] = rest % shape.raw()[k];
                rest /= shape.raw()[k];
            }
            values[e] = oracle.applyAsDouble(index);
        }
        return values;
    }

    /** A copy of an index with one number changed. */
    static long[] at(long[] index, int axis, long value) {
        long[] changed = index.clone();
        changed[axis] = value;
        return changed;
    }
}
