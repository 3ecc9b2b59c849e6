package org.culebra.nn;

import org.culebra.tensor.Shape;

/** How many numbers a weight [O, I, k…] adds up, forwards and backwards. */
final class Fans {
    private Fans() {}

    static double in(Shape shape) {
        return fan(shape, 1);
    }

    static double out(Shape shape) {
        return fan(shape, 0);
    }

    private static double fan(Shape shape, int axis) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("initializer: fans need a weight with at least 2 axes, not " + shape);
        }
        double fan = shape.dim(axis);
        for (int k = 2; k < shape.rank(); k++) {
            fan *= shape.dim(k);
        }
        return Math.max(fan, 1);
    }
}
