package org.culebra.kernel.codegen;

import java.util.Arrays;

/**
 * Several arrays of the same dimensions, walked together: dimensions of size 1 dropped, reversed dimensions turned
 * round, the
 * order of loops chosen, neighbours collapsed. The last dimension is the columns, the one before it the rows, the
 * others are
 * outer loops.
 *
 * <p>Which elements meet is what it was; in which order they are visited is decided by shapes and strides only.
 */
final class Walk {
    private int rank;
    private final long[] dims;
    private long[][] strides;
    /** Per array, how far its first element in the order of the walk lies behind its own first element. */
    private long[] shifts;

    /**
     * The walk over arrays of {@code dims}.
     *
     * @param strides per array and dimension, in elements; the outer array is changed
     * @param leader the array whose memory order decides the order of loops; ties are decided by the others in turn
     */
    Walk(long[] dims, long[][] strides, int leader) {
        this.dims = Arrays.copyOf(dims, Math.max(dims.length, 2));
        this.strides = strides;
        this.shifts = new long[strides.length];
        this.rank = dims.length;
        for (int i = 0; i < strides.length; i++) {
            strides[i] = Arrays.copyOf(strides[i], this.dims.length);
        }
        dropOnes();
        turnRound(leader);
        sort(leader);
        collapse();
        pad();
    }

    int rank() {
        return rank;
    }

    long dim(int k) {
        return dims[k];
    }

    long rows() {
        return dims[rank - 2];
    }

    long columns() {
        return dims[rank - 1];
    }

    /** Product of the dimensions outside rows and columns. */
    long outer() {
        long product = 1;
        for (int k = 0; k < rank - 2; k++) {
            product *= dims[k];
        }
        return product;
    }

    int arrays() {
        return strides.length;
    }

    /** How far the first element of the walk lies behind the first of the array: 0 unless a dimension was turned round. */
    long shift(int array) {
        return shifts[array];
    }

    long stride(int array, int k) {
        return strides[array][k];
    }

    long rowStride(int array) {
        return strides[array][rank - 2];
    }

    long columnStride(int array) {
        return strides[array][rank - 1];
    }

    /**
     * Offset of each array at an index of the outer loops, written to {@code into}.
     *
     * @param offsets where each array begins
     */
    void offsetsAt(long outer, long[] offsets, long[] into) {
        System.arraycopy(offsets, 0, into, 0, strides.length);
        long rest = outer;
        for (int k = rank - 3; k >= 0; k--) {
            long index = rest % dims[k];
            rest /= dims[k];
            for (int i = 0; i < strides.length; i++) {
                into[i] += index * strides[i][k];
            }
        }
    }

    /** Walks one more array, which begins at 0 and has a stride for each dimension; its number. */
    int append(long[] more) {
        strides = Arrays.copyOf(strides, strides.length + 1);
        strides[strides.length - 1] = more;
        shifts = Arrays.copyOf(shifts, strides.length);
        return strides.length - 1;
    }

    /** Makes dimension k the rows; those between move outwards. */
    void makeRows(int k) {
        for (int j = k; j < rank - 2; j++) {
            swap(j, j + 1);
        }
    }

    /** The longest dimension but the columns becomes the rows. */
    void makeLongestRows() {
        int longest = rank - 2;
        for (int k = rank - 3; k >= 0; k--) {
            if (dims[k] > dims[longest]) {
                longest = k;
            }
        }
        makeRows(longest);
    }

    private void dropOnes() {
        int kept = 0;
        for (int k = 0; k < rank; k++) {
            if (dims[k] != 1) {
                move(k, kept++);
            }
        }
        rank = kept;
    }

    private void move(int from, int to) {
        dims[to] = dims[from];
        for (long[] stride : strides) {
            stride[to] = stride[from];
        }
    }

    private void turnRound(int leader) {
        for (int k = 0; k < rank; k++) {
            if (strides[leader][k] < 0) {
                for (int i = 0; i < strides.length; i++) {
                    shifts[i] += (dims[k] - 1) * strides[i][k];
                    strides[i][k] = -strides[i][k];
                }
            }
        }
    }

    private void sort(int leader) {
        for (int k = 1; k < rank; k++) {
            for (int j = k; j > 0 && isOutside(j, j - 1, leader); j--) {
                swap(j, j - 1);
            }
        }
    }

    /** True if dimension j should be outside dimension k. */
    private boolean isOutside(int j, int k, int leader) {
        if (strides[leader][j] != strides[leader][k]) {
            return strides[leader][j] > strides[leader][k];
        }
        for (long[] stride : strides) {
            long a = Math.abs(stride[j]);
            long b = Math.abs(stride[k]);
            if (a != b) {
                return a > b;
            }
        }
        return false;
    }

    private void swap(int j, int k) {
        long dim = dims[j];
        dims[j] = dims[k];
        dims[k] = dim;
        for (long[] stride : strides) {
            long s = stride[j];
            stride[j] = stride[k];
            stride[k] = s;
        }
    }

    private void collapse() {
        int last = 0;
        for (int k = 1; k < rank; k++) {
            if (isOneRun(last, k)) {
                long dim = dims[last] * dims[k];
                move(k, last);
                dims[last] = dim;
            } else {
                move(k, ++last);
            }
        }
        rank = Math.min(rank, last + 1);
    }

    private boolean isOneRun(int outer, int inner) {
        for (long[] stride : strides) {
            if (stride[outer] != stride[inner] * dims[inner]) {
                return false;
            }
        }
        return true;
    }

    private void pad() {
        while (rank < 2) {
            for (int k = rank; k > 0; k--) {
                move(k - 1, k);
            }
            dims[0] = 1;
            for (long[] stride : strides) {
                stride[0] = 0;
            }
            rank++;
        }
    }
}
