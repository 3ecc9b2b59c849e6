package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * Partial results of a reduction: of each result, {@code parts} of them, which are combined in their order. Floating
 * ones are combined
 * in double.
 */
final class Partials {
    private static final int CHUNK = 256;
    private static final long WORTH_SHARING = 1 << 16;

    private final Reduction reduction;
    private final DType dtype;
    private final Strided output;
    private final long results;
    private final long parts;
    private final boolean partsAdjacent;
    private final @Nullable Buffer buffer;
    private final MemorySegment segment;
    private final long offset;

    /**
     * Room for partial results.
     *
     * @param output of the reduction, with the dimensions that are kept, in the order in which results are numbered
     * @param partsAdjacent the parts of one result lie side by side; else the same parts of all results do
     */
    Partials(Reduction reduction, DType dtype, Strided output, long parts, boolean partsAdjacent) {
        this.reduction = reduction;
        this.dtype = dtype;
        this.output = output;
        this.results = output.count();
        this.parts = parts;
        this.partsAdjacent = partsAdjacent;
        if (parts == 1 && canHoldResults(output)) {
            buffer = null;
            segment = output.segment();
            offset = output.offset();
        } else {
            buffer = Buffer.allocate(results * (parts + 1) * dtype.byteSize());
            segment = buffer.segment();
            offset = 0;
        }
    }

    private boolean canHoldResults(Strided array) {
        return array.dtype() == dtype && array.isContiguous();
    }

    MemorySegment segment() {
        return segment;
    }

    /** Element of the segment where a part of a result belongs. */
    long position(long result, long part) {
        return offset + result * resultStride() + part * partStride();
    }

    /** Elements from a result to the next. */
    long resultStride() {
        return partsAdjacent ? parts : 1;
    }

    /** Elements from a part to the next of the same result. */
    long partStride() {
        return partsAdjacent ? 1 : results;
    }

    /** Combines the parts and writes the output. */
    void finish() {
        if (buffer == null) {
            return;
        }
        try {
            if (parts > 1 && canHoldResults(output)) {
                combineAll(output);
                return;
            }
            Strided results = ownResults();
            if (parts > 1) {
                combineAll(results);
            }
            Copies.copy(results, output);
        } finally {
            buffer.release();
        }
    }

    /** Dense results in the buffer: behind the parts, or the parts themselves if there is one of each. */
    private Strided ownResults() {
        long[] dims = output.dims();
        return new Strided(segment, dtype, parts == 1 ? 0 : results * parts, dims, Strided.contiguousStrides(dims));
    }

    private void combineAll(Strided target) {
        long chunks = Math.ceilDiv(results, CHUNK);
        if (results * parts >= WORTH_SHARING) {
            Team.run(chunks, (chunk, worker) -> combine(chunk * CHUNK, target));
        } else {
            for (long chunk = 0; chunk < chunks; chunk++) {
                combine(chunk * CHUNK, target);
            }
        }
    }

    private void combine(long first, Strided target) {
        int count = (int) Math.min(CHUNK, results - first);
        if (dtype.isFloating()) {
            combineFloating(first, count, target);
        } else {
            combineIntegers(first, count, target);
        }
    }

    private void combineFloating(long first, int count, Strided target) {
        double[] sums = Workspace.current(0).sums(CHUNK);
        boolean single = dtype == DType.F32;
        for (long part = 0; part < parts; part++) {
            for (int i = 0; i < count; i++) {
                long at = position(first + i, part);
                double value = single
                        ? segment.getAtIndex(ValueLayout.JAVA_FLOAT, at)
                        : segment.getAtIndex(ValueLayout.JAVA_DOUBLE, at);
                sums[i] = part == 0 ? value : reduction.combine(sums[i], value);
            }
        }
        for (int i = 0; i < count; i++) {
            long at = target.offset() + first + i;
            if (single) {
                target.segment().setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) sums[i]);
            } else {
                target.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, at, sums[i]);
            }
        }
    }

    private void combineIntegers(long first, int count, Strided target) {
        boolean narrow = dtype == DType.I32;
        for (int i = 0; i < count; i++) {
            long sum = reduction.identity(DType.I64);
            for (long part = 0; part < parts; part++) {
                long at = position(first + i, part);
                long value = narrow
                        ? segment.getAtIndex(ValueLayout.JAVA_INT, at)
                        : segment.getAtIndex(ValueLayout.JAVA_LONG, at);
                sum = reduction.combine(sum, value);
            }
            long at = target.offset() + first + i;
            if (narrow) {
                target.segment().setAtIndex(ValueLayout.JAVA_INT, at, (int) sum);
            } else {
                target.segment().setAtIndex(ValueLayout.JAVA_LONG, at, sum);
            }
        }
    }

    /** The output with the dimensions of a walk that are kept (its stride there is not 0), in the order of the walk. */
    static Strided kept(Walk walk, int array, Strided output) {
        int rank = 0;
        long[] dims = new long[walk.rank()];
        long[] strides = new long[walk.rank()];
        for (int k = 0; k < walk.rank(); k++) {
            if (walk.stride(array, k) != 0) {
                dims[rank] = walk.dim(k);
                strides[rank++] = walk.stride(array, k);
            }
        }
        return new Strided(
                output.segment(),
                output.dtype(),
                walk.offset(array),
                Arrays.copyOf(dims, rank),
                Arrays.copyOf(strides, rank));
    }

    /** Per dimension of a walk, how the number of a result grows along it. */
    static long[] resultStrides(Walk walk, int output) {
        return strides(walk, output, true, walk.rank(), 1);
    }

    /**
     * Per outer dimension of a walk, how the number of a part grows along it; {@code inner} parts belong to one block.
     */
    static long[] partStrides(Walk walk, int output, long inner) {
        return strides(walk, output, false, walk.rank() - 2, inner);
    }

    private static long[] strides(Walk walk, int output, boolean kept, int dims, long first) {
        long[] strides = new long[walk.rank()];
        long next = first;
        for (int k = dims - 1; k >= 0; k--) {
            if ((walk.stride(output, k) != 0) == kept) {
                strides[k] = next;
                next *= walk.dim(k);
            }
        }
        return strides;
    }
}
