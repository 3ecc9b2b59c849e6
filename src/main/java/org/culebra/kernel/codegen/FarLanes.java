package org.culebra.kernel.codegen;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.culebra.kernel.expression.FarArgument;

/**
 * {@link FarArgument#reduce} on vectors: one comparison, and lane by lane where any lane is far.
 *
 * <p>Small, and with vectors of a known species on both ways out, so that C2 inlines it into the loop and boxes
 * nothing.
 */
public final class FarLanes {
    private FarLanes() {}

    /** The number, or what {@code kind} says where it is far. */
    public static FloatVector reduce(FloatVector x, int kind) {
        if (!x.abs().compare(GT, FarArgument.NARROW_LIMIT).anyTrue()) {
            return x;
        }
        float[] lanes = x.toArray();
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = FarArgument.reduce(lanes[i], kind);
        }
        return FloatVector.fromArray(x.species(), lanes, 0);
    }

    /** The number, or what {@code kind} says where it is far. */
    public static DoubleVector reduce(DoubleVector x, int kind) {
        if (!x.abs().compare(GT, FarArgument.WIDE_LIMIT).anyTrue()) {
            return x;
        }
        double[] lanes = x.toArray();
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = FarArgument.reduce(lanes[i], kind);
        }
        return DoubleVector.fromArray(x.species(), lanes, 0);
    }
}
