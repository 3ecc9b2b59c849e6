package org.culebra.tensor;

import java.util.Arrays;

/**
 * The axes that a reduction runs over, and whether they stay behind with size 1.
 *
 * @param mask bit k is set if axis k of the tensor is reduced
 * @param rank of the tensor
 */
record Axes(long mask, int rank) {

    /** No axes named: all of them. Negative ones count from the end. */
    static Axes of(Shape shape, int... axes) {
        if (axes.length == 0) {
            return new Axes((1L << shape.rank()) - 1, shape.rank());
        }
        long mask = 0;
        for (int axis : axes) {
            long bit = 1L << shape.axis(axis);
            if ((mask & bit) != 0) {
                throw Errors.repeatedAxis(axis, axes);
            }
            mask |= bit;
        }
        return new Axes(mask, shape.rank());
    }

    boolean contains(int axis) {
        return (mask >>> axis & 1) != 0;
    }

    boolean isEmpty() {
        return mask == 0;
    }

    boolean[] flags() {
        boolean[] flags = new boolean[rank];
        for (int k = 0; k < rank; k++) {
            flags[k] = contains(k);
        }
        return flags;
    }

    /** The shape with the reduced axes at size 1. */
    Shape kept(Shape shape) {
        long[] dims = shape.dims();
        for (int k = 0; k < rank; k++) {
            if (contains(k)) {
                dims[k] = 1;
            }
        }
        return Shape.adopt(dims);
    }

    /** The shape without the reduced axes. */
    Shape dropped(Shape shape) {
        long[] dims = new long[rank - Long.bitCount(mask)];
        int next = 0;
        for (int k = 0; k < rank; k++) {
            if (!contains(k)) {
                dims[next++] = shape.raw()[k];
            }
        }
        return Shape.adopt(dims);
    }

    /** Number of elements that go into one result. */
    long count(Shape shape) {
        long count = 1;
        for (int k = 0; k < rank; k++) {
            if (contains(k)) {
                count *= shape.raw()[k];
            }
        }
        return count;
    }

    int[] toArray() {
        int[] axes = new int[Long.bitCount(mask)];
        int next = 0;
        for (int k = 0; k < rank; k++) {
            if (contains(k)) {
                axes[next++] = k;
            }
        }
        return axes;
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }
}
