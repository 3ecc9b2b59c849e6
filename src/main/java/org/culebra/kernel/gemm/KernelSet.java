package org.culebra.kernel.gemm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.VectorShape;
import org.culebra.memory.DType;

/** All kernels for one type and one vector width. Each is written when it is first asked for. */
final class KernelSet {
    private static final int MAX_ROWS = 6;
    private static final int MAX_VECTORS = 12;
    private static final int EXERCISE_DEPTH = 24;

    /** Memory that kernels are exercised on. */
    private static final MemorySegment DUMMY = Arena.ofAuto().allocate(64 << 10, 64);

    private static final long DUMMY_RESULT = 32 << 10;

    private final DType dtype;
    private final int bits;
    private final Warming.Mode mode;
    private final List<Warming<TileKernel>> tiles = new ArrayList<>();
    private final List<Warming<PackKernel>> copies = new ArrayList<>();
    private final Warming<PackKernel> transpose;

    KernelSet(DType dtype, int bits, Warming.Mode mode) {
        this.dtype = dtype;
        this.bits = bits;
        this.mode = mode;
        transpose = newTranspose(new KernelShape(dtype, bits, 1, 1, true));
        for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
            for (int masked = 0; masked < 2; masked++) {
                copies.add(newCopy(new KernelShape(dtype, bits, 1, vectors, masked == 1)));
                for (int rows = 1; rows <= MAX_ROWS; rows++) {
                    tiles.add(newTile(new KernelShape(dtype, bits, rows, vectors, masked == 1)));
                }
            }
        }
    }

    DType dtype() {
        return dtype;
    }

    /** Elements of a vector. */
    int lanes() {
        return bits / 8 / dtype.byteSize();
    }

    /** The most rows of a tile: 24 sums, 4 vectors of B and a broadcast fill 32 registers; 12, 3 and 1 fill 16. */
    int tileRows() {
        return hasManyRegisters() ? 6 : 4;
    }

    /** The most vectors in a row of a tile where there are {@code m} rows at most: few rows have long ones. */
    int tileVectors(long m) {
        int sums = hasManyRegisters() ? 24 : 10;
        return Math.clamp(sums / Math.max(m, 1), hasManyRegisters() ? 4 : 3, MAX_VECTORS);
    }

    /** AVX-512 has 32 registers at every width, and so have the machines with vectors of 128 bits only. */
    private static boolean hasManyRegisters() {
        return VectorShape.preferredShape() != VectorShape.S_256_BIT;
    }

    TileKernel tile(int rows, int vectors, boolean masked) {
        return tiles.get((2 * (vectors - 1) + (masked ? 1 : 0)) * MAX_ROWS + rows - 1)
                .get();
    }

    PackKernel copy(int vectors, boolean masked) {
        return copies.get(2 * (vectors - 1) + (masked ? 1 : 0)).get();
    }

    PackKernel transpose() {
        return transpose.get();
    }

    private Warming<TileKernel> newTile(KernelShape shape) {
        int size = shape.dtype().byteSize();
        long row = (long) shape.vectors() * shape.vectorBytes();
        Warming.Exercise<TileKernel> exercise = kernel -> kernel.run(
                DUMMY,
                0,
                size,
                8,
                DUMMY,
                0,
                row,
                EXERCISE_DEPTH,
                DUMMY,
                DUMMY_RESULT,
                row,
                DUMMY,
                DUMMY_RESULT,
                row,
                0,
                1);
        int sums = shape.rows() * shape.vectors();
        long operations = EXERCISE_DEPTH * (sums + shape.rows() + (long) shape.vectors()) + 5L * sums;
        return new Warming<>(
                mode, "gemm " + shape, ScalarKernels.tile(shape), () -> KernelWriter.tile(shape), exercise, operations);
    }

    private Warming<PackKernel> newCopy(KernelShape shape) {
        long row = (long) shape.vectors() * shape.vectorBytes();
        Warming.Exercise<PackKernel> exercise =
                kernel -> kernel.run(DUMMY, 0, row, DUMMY, DUMMY_RESULT, row, EXERCISE_DEPTH, 1);
        return new Warming<>(
                mode,
                "copy " + shape,
                ScalarKernels.copy(shape),
                () -> KernelWriter.copy(shape),
                exercise,
                2L * EXERCISE_DEPTH * shape.vectors());
    }

    private Warming<PackKernel> newTranspose(KernelShape shape) {
        int lanes = shape.lanes();
        int stages = Integer.numberOfTrailingZeros(lanes);
        Warming.Exercise<PackKernel> exercise =
                kernel -> kernel.run(DUMMY, 0, shape.vectorBytes(), DUMMY, DUMMY_RESULT, shape.vectorBytes(), 4, lanes);
        return new Warming<>(
                mode,
                "transpose " + shape,
                ScalarKernels.transpose(shape),
                () -> KernelWriter.transpose(shape),
                exercise,
                4L * lanes * (2 + stages));
    }
}
