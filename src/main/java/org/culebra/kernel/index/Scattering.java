package org.culebra.kernel.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.kernel.index.Fibers.Grid;
import org.culebra.kernel.index.Fibers.Part;
import org.culebra.memory.DType;

/** output[…, index[…, a, …], …] += source[…, a, …]: the adjoint of {@link Gathering}. */
public final class Scattering {
    private final MemorySegment index;
    private final MemorySegment source;
    private final MemorySegment output;
    private final DType dtype;
    private final long outputAxis;

    private Scattering(Strided index, Strided source, Strided output, int axis) {
        this.index = index.segment();
        this.source = source.segment();
        this.output = output.segment();
        this.dtype = source.dtype();
        this.outputAxis = output.strides()[axis];
    }

    /**
     * Adds along an axis. What goes to the same place is added in the order of the axis, by one thread: the result is
     * the same
     * bits for any number of threads.
     *
     * @param index i64, all of them from 0 to the output's size along the axis − 1
     * @param source of the index's dimensions: f32, f64, i32 or i64
     * @param output of the source's dtype, and its dimensions but for the axis; strides not 0
     */
    public static void add(Strided index, Strided source, int axis, Strided output) {
        var scattering = new Scattering(index, source, output, axis);
        var fibers = new Fibers(axis, output, index, source);
        fibers.forEachPart(source.dims()[axis], false, part -> scattering.run(fibers, part));
    }

    private void run(Fibers fibers, Part part) {
        Grid to = fibers.indexed(0, part);
        Grid at = fibers.grid(1, part);
        Grid from = fibers.grid(2, part);
        // Either way round, the elements of a fiber are added in the order of the axis.
        if (fibers.isAxisCloser(2)) {
            table(to.turned(), at.turned(), from.turned(), part.columns(), part.rows());
        } else {
            table(to, at, from, part.rows(), part.columns());
        }
    }

    private void table(Grid to, Grid at, Grid from, long rows, long columns) {
        boolean whole = at.column() == 0 && from.column() == 1 && to.column() == 1;
        boolean dense = at.column() == 1 && from.column() == 1;
        for (long row = 0; row < rows; row++) {
            if (whole) {
                row(from.at(row), target(at.at(row), to.at(row)), columns);
            } else if (dense) {
                elements(to.at(row), to.column(), at.at(row), from.at(row), columns);
            } else {
                scattered(to, at, from, row, columns);
            }
        }
    }

    private void elements(long o, long oStep, long i, long f, long count) {
        switch (dtype) {
            case F32 -> floats(o, oStep, i, f, count);
            case F64 -> doubles(o, oStep, i, f, count);
            case I32 -> ints(o, oStep, i, f, count);
            default -> longs(o, oStep, i, f, count);
        }
    }

    /** The same for any layout, an element at a time. */
    private void scattered(Grid to, Grid at, Grid from, long row, long count) {
        for (long k = 0; k < count; k++) {
            long target = target(at.at(row) + k * at.column(), to.at(row) + k * to.column());
            row(from.at(row) + k * from.column(), target, 1);
        }
    }

    /** One index for a row without gaps. */
    private void row(long from, long to, long columns) {
        switch (dtype) {
            case F32 -> {
                for (long k = 0; k < columns; k++) {
                    float sum = output.getAtIndex(ValueLayout.JAVA_FLOAT, to + k)
                            + source.getAtIndex(ValueLayout.JAVA_FLOAT, from + k);
                    output.setAtIndex(ValueLayout.JAVA_FLOAT, to + k, sum);
                }
            }
            case F64 -> {
                for (long k = 0; k < columns; k++) {
                    double sum = output.getAtIndex(ValueLayout.JAVA_DOUBLE, to + k)
                            + source.getAtIndex(ValueLayout.JAVA_DOUBLE, from + k);
                    output.setAtIndex(ValueLayout.JAVA_DOUBLE, to + k, sum);
                }
            }
            case I32 -> {
                for (long k = 0; k < columns; k++) {
                    int sum = output.getAtIndex(ValueLayout.JAVA_INT, to + k)
                            + source.getAtIndex(ValueLayout.JAVA_INT, from + k);
                    output.setAtIndex(ValueLayout.JAVA_INT, to + k, sum);
                }
            }
            default -> {
                for (long k = 0; k < columns; k++) {
                    long sum = output.getAtIndex(ValueLayout.JAVA_LONG, to + k)
                            + source.getAtIndex(ValueLayout.JAVA_LONG, from + k);
                    output.setAtIndex(ValueLayout.JAVA_LONG, to + k, sum);
                }
            }
        }
    }

    /** Where an element goes, given where its index lies and where its fiber begins. */
    private long target(long at, long fiber) {
        return fiber + index.getAtIndex(ValueLayout.JAVA_LONG, at) * outputAxis;
    }

    // As in Gathering: fields in locals and constant steps leave the loops no checks but those of the targets.

    private void floats(long o, long oStep, long i, long f, long count) {
        MemorySegment to = output;
        MemorySegment at = index;
        MemorySegment from = source;
        long step = outputAxis;
        for (long k = 0; k < count; k++) {
            long target = o + k * oStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            float sum = to.getAtIndex(ValueLayout.JAVA_FLOAT, target) + from.getAtIndex(ValueLayout.JAVA_FLOAT, f + k);
            to.setAtIndex(ValueLayout.JAVA_FLOAT, target, sum);
        }
    }

    private void doubles(long o, long oStep, long i, long f, long count) {
        MemorySegment to = output;
        MemorySegment at = index;
        MemorySegment from = source;
        long step = outputAxis;
        for (long k = 0; k < count; k++) {
            long target = o + k * oStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            double sum =
                    to.getAtIndex(ValueLayout.JAVA_DOUBLE, target) + from.getAtIndex(ValueLayout.JAVA_DOUBLE, f + k);
            to.setAtIndex(ValueLayout.JAVA_DOUBLE, target, sum);
        }
    }

    private void ints(long o, long oStep, long i, long f, long count) {
        MemorySegment to = output;
        MemorySegment at = index;
        MemorySegment from = source;
        long step = outputAxis;
        for (long k = 0; k < count; k++) {
            long target = o + k * oStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            int sum = to.getAtIndex(ValueLayout.JAVA_INT, target) + from.getAtIndex(ValueLayout.JAVA_INT, f + k);
            to.setAtIndex(ValueLayout.JAVA_INT, target, sum);
        }
    }

    private void longs(long o, long oStep, long i, long f, long count) {
        MemorySegment to = output;
        MemorySegment at = index;
        MemorySegment from = source;
        long step = outputAxis;
        for (long k = 0; k < count; k++) {
            long target = o + k * oStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            long sum = to.getAtIndex(ValueLayout.JAVA_LONG, target) + from.getAtIndex(ValueLayout.JAVA_LONG, f + k);
            to.setAtIndex(ValueLayout.JAVA_LONG, target, sum);
        }
    }
}
