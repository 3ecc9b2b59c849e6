package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/**
 * Work along one axis, line after line: the place of the extreme element, the cumulative sum.
 *
 * <p>A line goes through scratch piece by piece as f64 (floating) or i64, so that every layout and dtype is the same
 * loop.
 */
final class Lines {
    private static final long PIECE = Workspace.BLOCK;

    private Lines() {}

    /** The walk over the lines of two arrays: without the axis. */
    private static Walk walk(Strided leader, Strided other, int axis) {
        long[][] strides = {without(leader.strides(), axis), without(other.strides(), axis)};
        Walk walk = new Walk(without(leader.dims(), axis), strides, 0);
        walk.makeLongestRows();
        return walk;
    }

    private static long[] without(long[] values, int axis) {
        long[] rest = new long[values.length - 1];
        System.arraycopy(values, 0, rest, 0, axis);
        System.arraycopy(values, axis + 1, rest, axis, rest.length - axis);
        return rest;
    }

    /** One line after another. */
    private abstract static class LinePlan extends BlockPlan {
        private static final long LINES = 256;
        private final Strided input;
        private final long stride;
        final long length;
        final DType type;

        LinePlan(Walk walk, Strided input, int axis) {
            super(walk, 1, LINES, 2 * Math.max(1, input.dims()[axis]));
            this.input = input;
            this.stride = input.strides()[axis];
            this.length = input.dims()[axis];
            this.type = input.dtype().isFloating() ? DType.F64 : DType.I64;
        }

        /** Does all lines of the input and the output. */
        final void go(Strided output) {
            Arguments arguments = Arguments.take();
            try {
                arguments.add(input);
                arguments.add(output);
                go(arguments);
            } finally {
                arguments.release();
            }
        }

        @Override
        final void begin(Arguments arguments, long[] offsets) {
            for (int i = 0; i < 2; i++) {
                offsets[i] = arguments.array(i).offset() + walk().shift(i);
            }
        }

        @Override
        final void block(Arguments arguments, Workspace workspace, Block block) {
            for (long column = 0; column < block.columns(); column++) {
                long from = workspace.starts()[0] + column * walk().columnStride(0);
                long to = workspace.starts()[1] + column * walk().columnStride(1);
                line(workspace.scratch(0), from, to);
            }
        }

        /** Brings a piece of a line to the start of scratch. */
        final void fetch(long from, long first, long count, MemorySegment scratch) {
            Copies.copyBlock(
                    input.segment(), input.dtype(), from + first * stride, 0, stride, scratch, type, 0, 0, 1, 1, count);
        }

        /** Does the line that begins at {@code from} in the input and {@code to} in the output. */
        abstract void line(MemorySegment scratch, long from, long to);
    }

    /**
     * output = the index along {@code axis} of the largest or the smallest element: of equal ones the first; a NaN
     * beats all.
     *
     * @param output i64, with size 1 at the axis
     */
    static void argReduce(boolean largest, Strided input, int axis, Strided output) {
        if (output.count() > 0) {
            new ArgReduce(walk(input, output, axis), input, axis, largest, output.segment()).go(output);
        }
    }

    private static final class ArgReduce extends LinePlan {
        private final boolean largest;
        private final MemorySegment output;

        ArgReduce(Walk walk, Strided input, int axis, boolean largest, MemorySegment output) {
            super(walk, input, axis);
            this.largest = largest;
            this.output = output;
        }

        @Override
        void line(MemorySegment scratch, long from, long to) {
            output.setAtIndex(
                    ValueLayout.JAVA_LONG, to, type == DType.F64 ? number(scratch, from) : integer(scratch, from));
        }

        private long number(MemorySegment scratch, long from) {
            long place = 0;
            double best = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            for (long first = 0; first < length; first += PIECE) {
                long count = Math.min(PIECE, length - first);
                fetch(from, first, count, scratch);
                for (long i = 0; i < count; i++) {
                    double x = scratch.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
                    if (largest ? x > best : x < best) {
                        best = x;
                        place = first + i;
                    } else if (Double.isNaN(x)) {
                        return first + i;
                    }
                }
            }
            return place;
        }

        private long integer(MemorySegment scratch, long from) {
            long place = 0;
            long best = largest ? Long.MIN_VALUE : Long.MAX_VALUE;
            for (long first = 0; first < length; first += PIECE) {
                long count = Math.min(PIECE, length - first);
                fetch(from, first, count, scratch);
                for (long i = 0; i < count; i++) {
                    long x = scratch.getAtIndex(ValueLayout.JAVA_LONG, i);
                    if (largest ? x > best : x < best) {
                        best = x;
                        place = first + i;
                    }
                }
            }
            return place;
        }
    }

    /**
     * outputᵢ = Σ inputⱼ over j ≤ i along {@code axis}, added from the first to the last in f64 or i64.
     *
     * @param output of the input's dimensions
     */
    static void cumulativeSum(Strided input, int axis, Strided output) {
        if (output.count() > 0) {
            new CumulativeSum(walk(input, output, axis), input, axis, output, output.strides()[axis]).go(output);
        }
    }

    private static final class CumulativeSum extends LinePlan {
        private final Strided output;
        private final long stride;

        CumulativeSum(Walk walk, Strided input, int axis, Strided output, long stride) {
            super(walk, input, axis);
            this.output = output;
            this.stride = stride;
        }

        @Override
        void line(MemorySegment scratch, long from, long to) {
            double sum = 0;
            long total = 0;
            for (long first = 0; first < length; first += PIECE) {
                long count = Math.min(PIECE, length - first);
                fetch(from, first, count, scratch);
                for (long i = 0; i < count; i++) {
                    if (type == DType.F64) {
                        sum += scratch.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
                        scratch.setAtIndex(ValueLayout.JAVA_DOUBLE, i, sum);
                    } else {
                        total += scratch.getAtIndex(ValueLayout.JAVA_LONG, i);
                        scratch.setAtIndex(ValueLayout.JAVA_LONG, i, total);
                    }
                }
                Copies.copyBlock(
                        scratch,
                        type,
                        0,
                        0,
                        1,
                        output.segment(),
                        output.dtype(),
                        to + first * stride,
                        0,
                        stride,
                        1,
                        count);
            }
        }
    }
}
