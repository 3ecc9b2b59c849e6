package org.culebra.kernel.gemm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import jdk.incubator.vector.VectorShape;
import org.culebra.kernel.codegen.Tier;
import org.culebra.kernel.codegen.Transposer;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.memory.DType;

/** All kernels for one type and one vector width. Each is written when it is first asked for. */
final class KernelSet {
    private static final int MAX_ROWS = 12;
    private static final int MAX_VECTORS = 12;
    private static final int EXERCISE_DEPTH = 24;
    /** How many bytes {@link #spillRows} may read or write too much. */
    static final long SLACK = 2048;

    /** Memory that kernels are exercised on. */
    private static final MemorySegment DUMMY = Arena.ofAuto().allocate(64 << 10, 64);

    private static final long DUMMY_RESULT = 32 << 10;

    private final DType dtype;
    private final int bits;
    private final Warming.Mode mode;
    private final Map<Addressing, List<Warming<TileKernel>>> tiles = new EnumMap<>(Addressing.class);
    private final List<Warming<PackKernel>> copies = new ArrayList<>();
    private final List<Warming<PackKernel>> halvings = new ArrayList<>();
    private final List<Warming<PackKernel>> relus = new ArrayList<>();
    private final Transposer transposer;
    private final Winograd winograd;

    KernelSet(DType dtype, int bits, Warming.Mode mode) {
        this.dtype = dtype;
        this.bits = bits;
        this.mode = mode;
        Tier tier = switch (mode) {
            case BACKGROUND -> Tier.AUTO;
            case VECTOR -> Tier.VECTOR;
            case SCALAR -> Tier.SCALAR;
        };
        winograd = new Winograd(dtype, tier, bits);
        transposer = new Transposer(dtype.byteSize(), tier, bits);
        for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
            for (int masked = 0; masked < 2; masked++) {
                KernelShape shape = new KernelShape(dtype, bits, 1, vectors, masked == 1, Addressing.STEPS);
                copies.add(newPack(
                        shape, "copy", ScalarKernels.copy(shape, 1), () -> KernelWriter.copy(shape, 1), 2L * vectors));
            }
            KernelShape shape = new KernelShape(dtype, bits, 1, vectors, false, Addressing.STEPS);
            halvings.add(newPack(
                    shape, "halve", ScalarKernels.copy(shape, 2), () -> KernelWriter.copy(shape, 2), 4L * vectors));
            relus.add(newPack(shape, "relu", ScalarKernels.relu(shape), () -> KernelWriter.relu(shape), 4L * vectors));
        }
        for (Addressing addressing : Addressing.values()) {
            tiles.put(addressing, newTiles(addressing));
        }
    }

    private List<Warming<TileKernel>> newTiles(Addressing addressing) {
        List<Warming<TileKernel>> list = new ArrayList<>();
        for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
            for (int rows = 1; rows <= MAX_ROWS; rows++) {
                list.add(newTile(new KernelShape(dtype, bits, rows, vectors, false, addressing)));
            }
        }
        return list;
    }

    DType dtype() {
        return dtype;
    }

    /** The transforms of minimal filtering. */
    Winograd winograd() {
        return winograd;
    }

    /** Elements of a vector. */
    int lanes() {
        return bits / 8 / dtype.byteSize();
    }

    /**
     * The most rows of a tile of so many vectors. On 32 registers 24 sums, 4 vectors of B and a broadcast; on 16, 12 sums. Longer
     * columns of a single vector need more addresses than there are registers.
     */
    int tileRows(int vectors) {
        int sums = hasManyRegisters() ? 24 : 12;
        return Math.clamp(sums / vectors, 1, vectors == 1 ? 8 : MAX_ROWS);
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

    /** The micro-kernels with this addressing; {@link #tile} picks one of them. */
    List<Warming<TileKernel>> tiles(Addressing addressing) {
        return Objects.requireNonNull(tiles.get(addressing));
    }

    static TileKernel tile(List<Warming<TileKernel>> tiles, int rows, int vectors) {
        return tiles.get((vectors - 1) * MAX_ROWS + rows - 1).get();
    }

    private PackKernel copy(int vectors, boolean masked) {
        return copies.get(2 * (vectors - 1) + (masked ? 1 : 0)).get();
    }

    /** Replaces negative numbers by 0 in rows of so many vectors. In bytes. */
    void relu(MemorySegment c, long at, long step, long rows, int vectors) {
        relus.get(vectors - 1).get().run(c, at, step, c, at, step, rows, 0);
    }

    /** Copies rows of any length. All in bytes but the number of rows and of elements in a row. */
    void copyRows(
            MemorySegment source,
            long sourceAt,
            long sourceStep,
            MemorySegment target,
            long targetAt,
            long targetStep,
            long rows,
            long columns) {
        int size = dtype.byteSize();
        long vectors = Blocking.ceilDiv(columns, lanes());
        long pieces = Blocking.pieces(vectors, MAX_VECTORS);
        for (long piece = 0; piece < pieces; piece++) {
            long j = lanes() * Blocking.start(vectors, pieces, piece);
            int width = (int) (Blocking.start(vectors, pieces, piece + 1) - Blocking.start(vectors, pieces, piece));
            long tail = Math.min(lanes(), columns - j - (width - 1L) * lanes());
            copy(width, tail != lanes())
                    .run(source, sourceAt + size * j, sourceStep, target, targetAt + size * j, targetStep, rows, tail);
        }
    }

    /**
     * Copies every {@code step}-th element of rows that follow each other, in order, by whole vectors: up to {@link #SLACK} bytes
     * behind the last row are read and written, too.
     *
     * @param step 1 or 2
     * @param columns elements of a row of the target; rows of the target leave no gap
     */
    void spillRows(
            int step,
            MemorySegment source,
            long sourceAt,
            long sourceStep,
            MemorySegment target,
            long targetAt,
            long targetStep,
            long rows,
            long columns) {
        long vectors = Blocking.ceilDiv(columns, lanes());
        if (vectors <= MAX_VECTORS) {
            spilling(step, (int) vectors).run(source, sourceAt, sourceStep, target, targetAt, targetStep, rows, 0);
            return;
        }
        long pieces = Blocking.pieces(vectors, MAX_VECTORS);
        for (long row = 0; row < rows; row++) { // row by row: a row's end lies over the beginning of the next
            for (long piece = 0; piece < pieces; piece++) {
                long vector = Blocking.start(vectors, pieces, piece);
                int width = (int) (Blocking.start(vectors, pieces, piece + 1) - vector);
                long at = vector * lanes() * dtype.byteSize();
                long from = sourceAt + row * sourceStep + step * at;
                spilling(step, width).run(source, from, 0, target, targetAt + row * targetStep + at, 0, 1, 0);
            }
        }
    }

    private PackKernel spilling(int step, int vectors) {
        return step == 1 ? copy(vectors, false) : halvings.get(vectors - 1).get();
    }

    /** Transposes matrices. */
    Transposer transposer() {
        return transposer;
    }

    /**
     * Puts a panel of B, {@code vectors} vectors wide, into this thread's scratch, and sets the strip on it. Strides in elements,
     * {@code from} in bytes.
     */
    void pack(
            Strip strip,
            MemorySegment b,
            long from,
            long rowStride,
            long columnStride,
            long products,
            long columns,
            int vectors) {
        int size = dtype.byteSize();
        long step = (long) vectors * lanes() * size;
        MemorySegment target = Scratch.take(Slot.RIGHT, step * products);
        if (columnStride == 1 || columns == 1) {
            copyRows(b, from, size * rowStride, target, 0, step, products, columns);
        } else if (rowStride == 1 && products >= lanes()) {
            transposer.spill(b, from, size * columnStride, target, 0, step, columns, products);
        } else {
            for (long j = 0; j < columns; j++) {
                long column = from + j * size * columnStride;
                ScalarKernels.gather(size, b, column, size * rowStride, target, j * size, step, products);
            }
        }
        strip.setPanel(target, 0, step, vectors, columns);
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
                new long[Math.max(MAX_ROWS, EXERCISE_DEPTH)],
                0);
        int sums = shape.rows() * shape.vectors();
        long operations = EXERCISE_DEPTH * (sums + shape.rows() + (long) shape.vectors()) + 3L * sums;
        return new Warming<>(
                mode, "tile " + shape, ScalarKernels.tile(shape), () -> KernelWriter.tile(shape), exercise, operations);
    }

    private Warming<PackKernel> newPack(
            KernelShape shape, String name, PackKernel scalar, Supplier<PackKernel> vector, long operations) {
        long row = (long) shape.vectors() * shape.vectorBytes();
        Warming.Exercise<PackKernel> exercise =
                kernel -> kernel.run(DUMMY, 0, row, DUMMY, DUMMY_RESULT, row, EXERCISE_DEPTH, 1);
        return new Warming<>(mode, name + " " + shape, scalar, vector, exercise, EXERCISE_DEPTH * operations);
    }
}
