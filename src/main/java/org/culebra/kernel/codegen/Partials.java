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
 * Partial results of a reduction: of each result, {@code parts} of them, which are combined in their order. Floating ones are
 * combined in double.
 */
final class Partials {
    private static final int CHUNK = 256;
    private static final long WORTH_SHARING = 1 << 16;

    private final Reduction reduction;
    private final DType dtype;
    /** The dimensions that are kept, in the order in which results are numbered, and the output's strides along them. */
    private final long[] dims;

    private final long[] strides;
    private final long shift;
    private final long results;
    private final long parts;
    private final boolean partsAdjacent;
    /** Whether the output can take what is combined as it comes. */
    private final boolean intoOutput;

    /**
     * How partial results are laid out and combined.
     *
     * @param array the output's place in the walk: its stride is 0 along what is reduced
     * @param result the output's dtype
     * @param partsInside parts of a result along rows and columns
     * @param partsAdjacent the parts of one result lie side by side; else the same parts of all results do
     */
    Partials(
            Reduction reduction,
            DType dtype,
            Walk walk,
            int array,
            DType result,
            long partsInside,
            boolean partsAdjacent) {
        this.reduction = reduction;
        this.dtype = dtype;
        this.partsAdjacent = partsAdjacent;
        shift = walk.shift(array);
        long[] kept = new long[walk.rank()];
        long[] along = new long[walk.rank()];
        int rank = 0;
        long count = 1;
        long outside = 1;
        for (int k = 0; k < walk.rank(); k++) {
            if (walk.stride(array, k) != 0) {
                kept[rank] = walk.dim(k);
                along[rank++] = walk.stride(array, k);
                count *= walk.dim(k);
            } else if (k < walk.rank() - 2) {
                outside *= walk.dim(k);
            }
        }
        dims = Arrays.copyOf(kept, rank);
        strides = Arrays.copyOf(along, rank);
        results = count;
        parts = partsInside * outside;
        intoOutput = result == dtype && new Strided(MemorySegment.NULL, result, 0, dims, strides).isContiguous();
    }

    /** Chooses the memory of the partial results: the output's own, or a buffer that the caller releases. */
    @Nullable
    Buffer open(Arguments arguments) {
        Strided output = output(arguments);
        if (parts == 1 && intoOutput) {
            arguments.setPartials(output.segment(), output.offset() + shift);
            return null;
        }
        Buffer buffer = Buffer.allocate(results * (parts + 1) * dtype.byteSize());
        arguments.setPartials(buffer.segment(), 0);
        return buffer;
    }

    private static Strided output(Arguments arguments) {
        return arguments.array(arguments.count() - 1);
    }

    /** Element of the arguments' partial results where a part of a result belongs. */
    long position(Arguments arguments, long result, long part) {
        return arguments.partialsOffset() + position(result, part);
    }

    private long position(long result, long part) {
        return result * resultStride() + part * partStride();
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
    void finish(Arguments arguments, @Nullable Buffer buffer) {
        if (buffer == null) {
            return;
        }
        Strided output = output(arguments);
        MemorySegment segment = buffer.segment();
        if (parts > 1 && intoOutput) {
            combineAll(segment, output.segment(), output.offset() + shift);
            return;
        }
        // Dense results behind the parts, or the parts themselves if there is one of each.
        long own = parts == 1 ? 0 : results * parts;
        if (parts > 1) {
            combineAll(segment, segment, own);
        }
        Copies.copy(
                new Strided(segment, dtype, own, dims, Strided.contiguousStrides(dims)),
                new Strided(output.segment(), output.dtype(), output.offset() + shift, dims, strides));
    }

    private void combineAll(MemorySegment segment, MemorySegment target, long offset) {
        long chunks = Math.ceilDiv(results, CHUNK);
        if (results * parts >= WORTH_SHARING) {
            Team.run(chunks, (chunk, worker) -> combine(segment, chunk * CHUNK, target, offset));
        } else {
            for (long chunk = 0; chunk < chunks; chunk++) {
                combine(segment, chunk * CHUNK, target, offset);
            }
        }
    }

    private void combine(MemorySegment segment, long first, MemorySegment target, long offset) {
        int count = (int) Math.min(CHUNK, results - first);
        if (dtype.isFloating()) {
            combineFloating(segment, first, count, target, offset + first);
        } else {
            combineIntegers(segment, first, count, target, offset + first);
        }
    }

    private void combineFloating(MemorySegment segment, long first, int count, MemorySegment target, long offset) {
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
            long at = offset + i;
            if (single) {
                target.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) sums[i]);
            } else {
                target.setAtIndex(ValueLayout.JAVA_DOUBLE, at, sums[i]);
            }
        }
    }

    private void combineIntegers(MemorySegment segment, long first, int count, MemorySegment target, long offset) {
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
            long at = offset + i;
            if (narrow) {
                target.setAtIndex(ValueLayout.JAVA_INT, at, (int) sum);
            } else {
                target.setAtIndex(ValueLayout.JAVA_LONG, at, sum);
            }
        }
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
