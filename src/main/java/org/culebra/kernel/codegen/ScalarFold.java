package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.culebra.kernel.Reduction;
import org.culebra.memory.DType;

/**
 * The scalar twin of the vector loops that {@link FoldWriter} writes for f32 and f64: the same virtual lanes, in an
 * array.
 *
 * <p>Written out lane by lane, the code would be too long for C1. It computes in double: a float sum or product
 * rounded from
 * double is the same as one rounded once.
 */
record ScalarFold(Reduction reduction, DType dtype) implements FoldLoop {

    @Override
    public void run(
            MemorySegment from,
            long fromOffset,
            long fromRow,
            MemorySegment to,
            long toOffset,
            long toRow,
            long rows,
            long columns) {
        double[] lanes = new double[FoldWriter.lanes(dtype)];
        double identity = Double.longBitsToDouble(reduction.identity(dtype));
        for (long row = 0; row < rows; row++) {
            Arrays.fill(lanes, identity);
            long at = toOffset + row * toRow;
            if (dtype == DType.F32) {
                takeInFloats(lanes, from, fromOffset + row * fromRow, columns);
                to.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) tree(lanes));
            } else {
                takeInDoubles(lanes, from, fromOffset + row * fromRow, columns);
                to.setAtIndex(ValueLayout.JAVA_DOUBLE, at, tree(lanes));
            }
        }
    }

    private void takeInFloats(double[] lanes, MemorySegment from, long offset, long columns) {
        for (long j = 0; j < columns; j++) {
            int lane = (int) j & (lanes.length - 1);
            lanes[lane] = (float) reduction.combine(lanes[lane], from.getAtIndex(ValueLayout.JAVA_FLOAT, offset + j));
        }
    }

    private void takeInDoubles(double[] lanes, MemorySegment from, long offset, long columns) {
        for (long j = 0; j < columns; j++) {
            int lane = (int) j & (lanes.length - 1);
            lanes[lane] = reduction.combine(lanes[lane], from.getAtIndex(ValueLayout.JAVA_DOUBLE, offset + j));
        }
    }

    private double tree(double[] lanes) {
        for (int half = lanes.length / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                double sum = reduction.combine(lanes[i], lanes[i + half]);
                lanes[i] = dtype == DType.F32 ? (float) sum : sum;
            }
        }
        return lanes[0];
    }
}
