package org.culebra.kernel.index;

import java.util.function.Consumer;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;

/**
 * Arrays whose dimensions agree but for one axis, walked together: an outer loop over positions, and at each of them
 * a table of
 * the axis by an inner loop, the one whose elements lie closest.
 */
final class Fibers {
    /** Elements that make a task worth handing to another thread. */
    private static final long TASK = 1 << 15;
    /** Fibers that are never split between tasks: a cache line of f32. */
    private static final long LINE = 16;
    /** The inner loop is cut into this many parts at most: short pieces of rows are slow to walk. */
    private static final long SLICES = 8;

    /**
     * Part of the table at one position of the outer loop: from–to along the axis (its rows) and along the inner loop
     * (its
     * columns).
     */
    record Part(long position, long axisFrom, long axisTo, long innerFrom, long innerTo) {
        long rows() {
            return axisTo - axisFrom;
        }

        long columns() {
            return innerTo - innerFrom;
        }
    }

    /** Where the elements of a table lie: element (r, c) at {@code start + r·row + c·column}. */
    record Grid(long start, long row, long column) {
        /** Where a row begins. */
        long at(long r) {
            return start + r * row;
        }

        /** With rows and columns exchanged. */
        Grid turned() {
            return new Grid(start, /* row= */ column, /* column= */ row);
        }
    }

    private final long[] outerDims;
    private final long[][] outerStrides;
    private final long[] offsets;
    private final long[] axisStrides;
    private final long[] innerStrides;
    private final long outer;
    private final long inner;

    Fibers(int axis, Strided... arrays) {
        int innerAxis = innerAxis(axis, arrays);
        int rank = arrays[0].rank();
        int kept = rank - (innerAxis < 0 ? 1 : 2);
        outerDims = new long[kept];
        outerStrides = new long[arrays.length][kept];
        offsets = new long[arrays.length];
        axisStrides = new long[arrays.length];
        innerStrides = new long[arrays.length];
        long positions = 1;
        int next = 0;
        for (int k = 0; k < rank; k++) {
            if (k != axis && k != innerAxis) {
                outerDims[next] = arrays[0].dims()[k];
                positions *= outerDims[next];
                for (int i = 0; i < arrays.length; i++) {
                    outerStrides[i][next] = arrays[i].strides()[k];
                }
                next++;
            }
        }
        for (int i = 0; i < arrays.length; i++) {
            offsets[i] = arrays[i].offset();
            axisStrides[i] = arrays[i].strides()[axis];
            innerStrides[i] = innerAxis < 0 ? 0 : arrays[i].strides()[innerAxis];
        }
        outer = positions;
        inner = innerAxis < 0 ? 1 : arrays[0].dims()[innerAxis];
    }

    /**
     * The axis, other than the indexed one, along which the first array's elements lie closest; −1 if there is none.
     */
    private static int innerAxis(int axis, Strided[] arrays) {
        int best = -1;
        long closest = Long.MAX_VALUE;
        for (int k = arrays[0].rank() - 1; k >= 0; k--) {
            long stride = Math.abs(arrays[0].strides()[k]);
            if (k != axis && arrays[0].dims()[k] != 1 && stride < closest) {
                best = k;
                closest = stride;
            }
        }
        return best;
    }

    /** Number of positions of the outer loop. */
    long outer() {
        return outer;
    }

    /** Length of the inner loop. */
    long inner() {
        return inner;
    }

    /** Distance along the axis. */
    long axisStride(int array) {
        return axisStrides[array];
    }

    /** Distance along the inner loop. */
    long innerStride(int array) {
        return innerStrides[array];
    }

    /** Where an array's table at a position of the outer loop begins. */
    long start(int array, long position) {
        long at = offsets[array];
        long rest = position;
        for (int k = outerDims.length - 1; k >= 0; k--) {
            at += rest % outerDims[k] * outerStrides[array][k];
            rest /= outerDims[k];
        }
        return at;
    }

    /** True if an array's elements lie closer along the axis than along the inner loop. */
    boolean isAxisCloser(int array) {
        return Math.abs(axisStrides[array]) < Math.abs(innerStrides[array]);
    }

    /**
     * Whole fibers if the elements of a fiber lie close, else whole rows, or pieces of them if the axis may not be
     * cut.
     */
    private long innerBlock(long length, boolean axisToo) {
        if (isAxisCloser(0)) {
            return Math.clamp(TASK / length, 1, inner);
        }
        long wanted = axisToo ? TASK : Math.max(TASK / length, inner / SLICES);
        return Math.min(inner, Math.ceilDiv(Math.max(wanted, 1), LINE) * LINE);
    }

    /** Where an array's elements of a part lie. */
    Grid grid(int array, Part part) {
        return new Grid(
                start(array, part.position) + part.axisFrom * axisStrides[array] + part.innerFrom * innerStrides[array],
                axisStrides[array],
                innerStrides[array]);
    }

    /** The same for the array whose position along the axis an index gives: its elements 0 along the axis. */
    Grid indexed(int array, Part part) {
        return new Grid(start(array, part.position) + part.innerFrom * innerStrides[array], 0, innerStrides[array]);
    }

    /**
     * Shares out all tables of {@code length} along the axis.
     *
     * @param axisToo whether the axis may be cut as well; if not, one thread sees all of a fiber, in order
     */
    void forEachPart(long length, boolean axisToo, Consumer<Part> body) {
        if (outer == 0 || inner == 0 || length == 0) {
            return;
        }
        long together = Math.clamp(TASK / (length * inner), 1, outer);
        long innerBlock = innerBlock(length, axisToo);
        long axisBlock = axisToo ? Math.clamp(TASK / innerBlock, 1, length) : length;
        long axisBlocks = Math.ceilDiv(length, axisBlock);
        long innerBlocks = Math.ceilDiv(inner, innerBlock);
        long perPosition = axisBlocks * innerBlocks;
        Team.run(Math.ceilDiv(outer, together) * perPosition, (task, worker) -> {
            long first = task / perPosition * together;
            long axisFrom = task % perPosition / innerBlocks * axisBlock;
            long innerFrom = task % innerBlocks * innerBlock;
            long axisTo = Math.min(axisFrom + axisBlock, length);
            long innerTo = Math.min(innerFrom + innerBlock, inner);
            for (long position = first; position < Math.min(first + together, outer); position++) {
                body.accept(new Part(position, axisFrom, axisTo, innerFrom, innerTo));
            }
        });
    }
}
