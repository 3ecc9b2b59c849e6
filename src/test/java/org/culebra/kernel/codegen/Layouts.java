package org.culebra.kernel.codegen;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** Arrays in random layouts, and plain access to their elements. */
final class Layouts {
    private Layouts() {}

    /** A dense row-major array of zeros. */
    static Strided dense(DType dtype, long... dims) {
        return new Strided(allocate(dtype, product(dims)), dtype, 0, dims, Strided.contiguousStrides(dims));
    }

    static MemorySegment allocate(DType dtype, long count) {
        return Arena.ofAuto().allocate(Math.ceilDiv(Math.max(1, count * dtype.byteSize()), 64) * 64, 64);
    }

    /** An array of zeros with permuted and flipped dimensions, gaps and an offset. */
    static Strided scattered(RandomGenerator random, DType dtype, long... dims) {
        int rank = dims.length;
        long[] strides = new long[rank];
        long offset = random.nextInt(5);
        long extent = 1;
        for (int k : permutation(random, rank)) {
            long stride = extent * (random.nextInt(4) == 0 ? random.nextInt(2, 4) : 1);
            extent = stride * Math.max(dims[k], 1);
            boolean flipped = random.nextInt(4) == 0 && dims[k] > 0;
            strides[k] = flipped ? -stride : stride;
            offset += flipped ? stride * (dims[k] - 1) : 0;
        }
        return new Strided(allocate(dtype, extent + 16), dtype, offset, dims, strides);
    }

    /** The same, and some dimensions repeat one element (stride 0). */
    static Strided broadcast(RandomGenerator random, DType dtype, long... dims) {
        long[] own = dims.clone();
        for (int k = 0; k < own.length; k++) {
            if (random.nextInt(3) == 0 && own[k] > 0) {
                own[k] = 1;
            }
        }
        Strided small = scattered(random, dtype, own);
        long[] strides = small.strides().clone();
        for (int k = 0; k < own.length; k++) {
            if (own[k] != dims[k]) {
                strides[k] = 0;
            }
        }
        return new Strided(small.segment(), dtype, small.offset(), dims, strides);
    }

    /** The same memory with the axes from {@code axis} on moved to the front. */
    static Strided rotate(Strided array, int axis) {
        int rank = array.rank();
        long[] dims = new long[rank];
        long[] strides = new long[rank];
        for (int k = 0; k < rank; k++) {
            dims[k] = array.dims()[(k + axis) % rank];
            strides[k] = array.strides()[(k + axis) % rank];
        }
        return new Strided(array.segment(), array.dtype(), array.offset(), dims, strides);
    }

    static int[] permutation(RandomGenerator random, int size) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    static long product(long... dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    /** Position in memory of the element with this row-major number. */
    static long position(Strided array, long number) {
        long position = array.offset();
        long rest = number;
        for (int k = array.rank() - 1; k >= 0; k--) {
            position += rest % array.dims()[k] * array.strides()[k];
            rest /= array.dims()[k];
        }
        return position;
    }

    /** A floating or integer element as a double. */
    static double get(Strided array, long number) {
        MemorySegment memory = array.segment();
        long at = position(array, number);
        return switch (array.dtype()) {
            case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, at);
            case F64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, at);
            default -> getLong(array, number);
        };
    }

    /** An integer or bool element. */
    static long getLong(Strided array, long number) {
        MemorySegment memory = array.segment();
        long at = position(array, number);
        return switch (array.dtype()) {
            case I32 -> memory.getAtIndex(ValueLayout.JAVA_INT, at);
            case I64 -> memory.getAtIndex(ValueLayout.JAVA_LONG, at);
            case U8, BOOL -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            default -> throw new AssertionError(array.dtype());
        };
    }

    static void set(Strided array, long number, double value) {
        MemorySegment memory = array.segment();
        long at = position(array, number);
        switch (array.dtype()) {
            case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) value);
            case F64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, at, value);
            default -> setLong(array, number, (long) value);
        }
    }

    static void setLong(Strided array, long number, long value) {
        MemorySegment memory = array.segment();
        long at = position(array, number);
        switch (array.dtype()) {
            case I32 -> memory.setAtIndex(ValueLayout.JAVA_INT, at, (int) value);
            case I64 -> memory.setAtIndex(ValueLayout.JAVA_LONG, at, value);
            case U8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (value != 0 ? 1 : 0));
            default -> throw new AssertionError(array.dtype());
        }
    }

    /** Fills with numbers of all sizes and, rarely, the special ones; integers stay small enough for every dtype. */
    static void fill(RandomGenerator random, Strided array) {
        long count = array.count();
        for (long i = 0; i < count; i++) {
            if (array.dtype().isFloating()) {
                set(array, i, number(random));
            } else {
                long value = random.nextInt(-1000, 1000);
                setLong(array, i, array.dtype() == DType.U8 ? value & 0xFF : value);
            }
        }
    }

    private static double number(RandomGenerator random) {
        double[] special = {
            0.0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-42, 3e38
        };
        if (random.nextInt(12) == 0) {
            return special[random.nextInt(special.length)];
        }
        return random.nextGaussian() * Math.scalb(1.0, random.nextInt(-8, 9));
    }

    /** Equal bits; all NaNs are one. */
    static boolean same(double a, double b) {
        return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
    }
}
