package org.culebra.kernel.codegen;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Transposes matrices of elements of 4 or 8 bytes, in blocks of one vector by one vector. All offsets and steps are in bytes. */
public final class Transposer {
    private static final Transposer[] SHARED = {
        new Transposer(4, Tier.AUTO, VectorWidth.bits()), new Transposer(8, Tier.AUTO, VectorWidth.bits())
    };

    private final int size;
    private final int lanes;
    private final Tiered<TransposeLoop> loop;

    /**
     * A transposer of its own, for tests.
     *
     * @param size bytes of an element
     * @param bits width of the vectors
     */
    public Transposer(int size, Tier tier, int bits) {
        this.size = size;
        lanes = bits / 8 / size;
        TransposeLoop scalar = this::moveOneByOne;
        loop = switch (tier) {
            case SCALAR -> Tiered.fixed(scalar);
            case VECTOR -> Tiered.fixed(vectorLoop(size, bits));
            case AUTO -> Tiered.of(scalar, () -> vectorLoop(size, bits), new Trial(bits / 8, lanes));
        };
    }

    private static TransposeLoop vectorLoop(int size, int bits) {
        VectorClasses.prepare();
        return TransposeWriter.write(size, bits);
    }

    /** That of this process for elements of so many bytes. */
    public static Transposer ofSize(int size) {
        return SHARED[size / 8];
    }

    /** True once the vector loop serves, or if there is only one form. */
    boolean isSettled() {
        return loop.isSettled();
    }

    /** A block of whole vectors, and one with fewer rows. */
    private static final class Trial implements Tiered.Trial<TransposeLoop> {
        private static final long BLOCKS = 24;

        private final MemorySegment source;
        private final MemorySegment target;
        private final long vectorBytes;
        private final int lanes;

        Trial(int vectorBytes, int lanes) {
            this.vectorBytes = vectorBytes;
            this.lanes = lanes;
            source = Arena.ofAuto().allocate(BLOCKS * vectorBytes * lanes, 64);
            target = Arena.ofAuto().allocate(BLOCKS * vectorBytes * lanes, 64);
        }

        @Override
        public long operations() {
            return (BLOCKS + 2) * lanes * (2 + Integer.numberOfTrailingZeros(lanes));
        }

        @Override
        public void run(TransposeLoop loop) {
            loop.run(source, 0, BLOCKS * vectorBytes, target, 0, vectorBytes, lanes, BLOCKS * lanes);
            loop.run(source, 0, BLOCKS * vectorBytes, target, 0, vectorBytes, 1, lanes);
            loop.run(source, 0, BLOCKS * vectorBytes, target, 0, vectorBytes, lanes, lanes);
        }
    }

    /** Makes row i of the source column i of the target; nothing is written beside it. */
    public void run(
            MemorySegment source,
            long sourceAt,
            long sourceStep,
            MemorySegment target,
            long targetAt,
            long targetStep,
            long rows,
            long columns) {
        long whole = columns < lanes ? 0 : rows - rows % lanes;
        if (whole > 0) {
            spill(source, sourceAt, sourceStep, target, targetAt, targetStep, whole, columns);
        }
        if (whole < rows) {
            long from = sourceAt + whole * sourceStep;
            moveOneByOne(source, from, sourceStep, target, targetAt + whole * size, targetStep, rows - whole, columns);
        }
    }

    /**
     * The same, but the target's rows are written to the next multiple of a vector.
     *
     * @param columns at least one vector
     */
    public void spill(
            MemorySegment source,
            long sourceAt,
            long sourceStep,
            MemorySegment target,
            long targetAt,
            long targetStep,
            long rows,
            long columns) {
        TransposeLoop best = loop.loop(rows * columns);
        long whole = columns - columns % lanes;
        for (long row = 0; row < rows; row += lanes) {
            long from = sourceAt + row * sourceStep;
            long to = targetAt + row * size;
            long count = Math.min(lanes, rows - row);
            best.run(source, from, sourceStep, target, to, targetStep, count, whole);
            if (whole < columns) { // the last block once more, shifted back to end with the columns
                long shift = columns - lanes;
                best.run(
                        source,
                        from + shift * size,
                        sourceStep,
                        target,
                        to + shift * targetStep,
                        targetStep,
                        count,
                        lanes);
            }
        }
    }

    /** The scalar twin, of any sizes. */
    private void moveOneByOne(
            MemorySegment source,
            long sourceAt,
            long sourceStep,
            MemorySegment target,
            long targetAt,
            long targetStep,
            long rows,
            long columns) {
        for (long row = 0; row < rows; row++) {
            long from = sourceAt + row * sourceStep;
            long to = targetAt + row * size;
            if (size == 4) {
                for (long i = 0; i < columns; i++) {
                    target.set(
                            ValueLayout.JAVA_INT_UNALIGNED,
                            to + i * targetStep,
                            source.get(ValueLayout.JAVA_INT_UNALIGNED, from + i * 4));
                }
            } else {
                for (long i = 0; i < columns; i++) {
                    target.set(
                            ValueLayout.JAVA_LONG_UNALIGNED,
                            to + i * targetStep,
                            source.get(ValueLayout.JAVA_LONG_UNALIGNED, from + i * 8));
                }
            }
        }
    }
}
