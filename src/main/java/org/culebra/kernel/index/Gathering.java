package org.culebra.kernel.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.kernel.index.Fibers.Grid;
import org.culebra.kernel.index.Fibers.Part;

/** output[…, a, …] = x[…, index[…, a, …], …]. */
public final class Gathering {
    /** Bytes from which {@code MemorySegment.copy} is faster than a loop. */
    private static final long WORTH_BULK = 64;

    private final MemorySegment x;
    private final MemorySegment index;
    private final MemorySegment output;
    private final int size;
    private final long xAxis;

    private Gathering(Strided x, Strided index, Strided output, int axis) {
        this.x = x.segment();
        this.index = index.segment();
        this.output = output.segment();
        this.size = x.dtype().byteSize();
        this.xAxis = x.strides()[axis];
    }

    /**
     * Gathers along an axis.
     *
     * @param x of any dtype
     * @param index i64, all of them from 0 to x's size along the axis − 1; the other dimensions are x's
     * @param output of x's dtype and the index's dimensions
     */
    public static void run(Strided x, Strided index, int axis, Strided output) {
        var gathering = new Gathering(x, index, output, axis);
        var fibers = new Fibers(axis, output, index, x);
        fibers.forEachPart(output.dims()[axis], true, part -> gathering.run(fibers, part));
    }

    private void run(Fibers fibers, Part part) {
        Grid to = fibers.grid(0, part);
        Grid at = fibers.grid(1, part);
        Grid from = fibers.indexed(2, part);
        if (at.column() == 0 && to.column() == 1 && from.column() == 1) {
            rows(to, at, from.start(), part.rows(), part.columns());
        } else if (Math.abs(to.row()) < Math.abs(to.column())) {
            table(to.turned(), at.turned(), from.turned(), part.columns(), part.rows());
        } else {
            table(to, at, from, part.rows(), part.columns());
        }
    }

    /** One index per row, rows without gaps. */
    private void rows(Grid to, Grid at, long from, long rows, long columns) {
        for (long row = 0; row < rows; row++) {
            long source = from + index.getAtIndex(ValueLayout.JAVA_LONG, at.at(row)) * xAxis;
            if (columns * size >= WORTH_BULK) {
                MemorySegment.copy(x, source * size, output, to.at(row) * size, columns * size);
            } else {
                copyRow(source, to.at(row), columns);
            }
        }
    }

    private void copyRow(long from, long to, long columns) {
        switch (size) {
            case 4 -> {
                for (long k = 0; k < columns; k++) {
                    output.setAtIndex(ValueLayout.JAVA_INT, to + k, x.getAtIndex(ValueLayout.JAVA_INT, from + k));
                }
            }
            case 8 -> {
                for (long k = 0; k < columns; k++) {
                    output.setAtIndex(ValueLayout.JAVA_LONG, to + k, x.getAtIndex(ValueLayout.JAVA_LONG, from + k));
                }
            }
            default -> {
                for (long k = 0; k < columns; k++) {
                    output.set(ValueLayout.JAVA_BYTE, to + k, x.get(ValueLayout.JAVA_BYTE, from + k));
                }
            }
        }
    }

    /** An index per element. */
    private void table(Grid to, Grid at, Grid from, long rows, long columns) {
        for (long row = 0; row < rows; row++) {
            switch (size) {
                case 4 -> ints(to, at, from, row, columns);
                case 8 -> longs(to, at, from, row, columns);
                default -> bytes(to, at, from, row, columns);
            }
        }
    }

    /** Where an element comes from, given where its index lies and where its fiber begins. */
    private long source(long at, long fiber) {
        return fiber + index.getAtIndex(ValueLayout.JAVA_LONG, at) * xAxis;
    }

    private void ints(Grid to, Grid at, Grid from, long row, long count) {
        long o = to.at(row);
        long i = at.at(row);
        long f = from.at(row);
        for (long k = 0; k < count; k++) {
            long source = source(i + k * at.column(), f + k * from.column());
            output.setAtIndex(ValueLayout.JAVA_INT, o + k * to.column(), x.getAtIndex(ValueLayout.JAVA_INT, source));
        }
    }

    private void longs(Grid to, Grid at, Grid from, long row, long count) {
        long o = to.at(row);
        long i = at.at(row);
        long f = from.at(row);
        for (long k = 0; k < count; k++) {
            long source = source(i + k * at.column(), f + k * from.column());
            output.setAtIndex(ValueLayout.JAVA_LONG, o + k * to.column(), x.getAtIndex(ValueLayout.JAVA_LONG, source));
        }
    }

    private void bytes(Grid to, Grid at, Grid from, long row, long count) {
        long o = to.at(row);
        long i = at.at(row);
        long f = from.at(row);
        for (long k = 0; k < count; k++) {
            long source = source(i + k * at.column(), f + k * from.column());
            output.set(ValueLayout.JAVA_BYTE, o + k * to.column(), x.get(ValueLayout.JAVA_BYTE, source));
        }
    }
}
