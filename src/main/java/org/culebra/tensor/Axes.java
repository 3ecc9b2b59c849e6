package org.culebra.tensor;

import java.util.Arrays;

/**
 * The axes that a reduction runs over.
 *
 * @param flags whether each axis of the tensor is reduced
 */
record Axes(boolean[] flags) {

    /** No axes named: all of them. Negative ones count from the end. The operation is for messages. */
    static Axes of(String operation, Shape shape, int... axes) {
        boolean[] flags = new boolean[shape.rank()];
        Arrays.fill(flags, axes.length == 0);
        for (int axis : axes) {
            int counted = shape.axis(operation, axis);
            if (flags[counted]) {
                throw Errors.repeatedAxis(operation, axis, axes);
            }
            flags[counted] = true;
        }
        return new Axes(flags);
    }

    int rank() {
        return flags.length;
    }

    /** How many are reduced. */
    int reduced() {
        int reduced = 0;
        for (boolean flag : flags) {
            reduced += flag ? 1 : 0;
        }
        return reduced;
    }

    boolean isEmpty() {
        return reduced() == 0;
    }

    /** The shape with the reduced axes at size 1. */
    Shape kept(Shape shape) {
        long[] dims = shape.dims();
        for (int k = 0; k < dims.length; k++) {
            dims[k] = flags[k] ? 1 : dims[k];
        }
        return Shape.adopt(dims);
    }

    /** The shape without the reduced axes. */
    Shape dropped(Shape shape) {
        long[] dims = new long[rank() - reduced()];
        int next = 0;
        for (int k = 0; k < flags.length; k++) {
            if (!flags[k]) {
                dims[next++] = shape.raw()[k];
            }
        }
        return Shape.adopt(dims);
    }

    /** Number of elements that go into one result. */
    long count(Shape shape) {
        long count = 1;
        for (int k = 0; k < flags.length; k++) {
            count *= flags[k] ? shape.raw()[k] : 1;
        }
        return count;
    }

    int[] toArray() {
        int[] axes = new int[reduced()];
        int next = 0;
        for (int k = 0; k < flags.length; k++) {
            if (flags[k]) {
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
