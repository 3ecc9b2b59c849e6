package org.culebra.kernel.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;

/** The order of the elements of every fiber: stable, NaN counting as larger than all numbers, −0 as 0. */
public final class Ranking {
    /** Elements that make a task worth handing to another thread. */
    private static final long TASK = 1 << 13;
    /** A fiber is searched with a heap, not sorted, if this many times fewer elements are wanted. */
    private static final int FEW = 16;

    private Ranking() {}

    /**
     * Positions along an axis in order of their elements, equal ones in the order they have.
     *
     * @param x of any dtype
     * @param order i64, of x's dimensions but for the axis, along which it may be shorter: then it gets the first
     * positions only
     */
    public static void run(Strided x, int axis, boolean descending, Strided order) {
        int n = Math.toIntExact(x.dims()[axis]);
        int wanted = Math.toIntExact(order.dims()[axis]);
        if (wanted == 0 || order.count() == 0) {
            return;
        }
        var fibers = new Fibers(axis, x, order);
        long count = fibers.outer() * fibers.inner();
        long together = Math.max(1, TASK / n);
        Team.run(Math.ceilDiv(count, together), (task, worker) -> {
            var keys = new Keys(x.dtype(), n);
            long last = Math.min(count, (task + 1) * together);
            for (long fiber = task * together; fiber < last; fiber++) {
                long position = fiber / fibers.inner();
                long inner = fiber % fibers.inner();
                keys.read(
                        x, fibers.start(0, position) + inner * fibers.innerStride(0), fibers.axisStride(0), descending);
                int[] ranked = wanted <= n / FEW ? keys.first(wanted) : keys.sorted();
                write(
                        ranked,
                        wanted,
                        order.segment(),
                        fibers.start(1, position) + inner * fibers.innerStride(1),
                        fibers.axisStride(1));
            }
        });
    }

    private static void write(int[] ranked, int count, MemorySegment to, long at, long step) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(ValueLayout.JAVA_LONG, at + i * step, ranked[i]);
        }
    }

    /** The elements of a fiber as unsigned integers of the same order. */
    private static final class Keys {
        private static final int DIGIT = 8;
        private static final int SHORT = 48;

        private final DType dtype;
        private final int n;
        private long[] keys;
        private int[] places;
        private long[] otherKeys;
        private int[] otherPlaces;

        Keys(DType dtype, int n) {
            this.dtype = dtype;
            this.n = n;
            keys = new long[n];
            places = new int[n];
            otherKeys = new long[n];
            otherPlaces = new int[n];
        }

        void read(Strided x, long at, long step, boolean descending) {
            long mask = dtype.byteSize() == 8 ? -1L : (1L << (8 * dtype.byteSize())) - 1;
            long flip = descending ? mask : 0;
            for (int i = 0; i < n; i++) {
                keys[i] = (key(x.segment(), at + i * step) & mask) ^ flip;
                places[i] = i;
            }
        }

        private long key(MemorySegment segment, long at) {
            return switch (dtype) {
                case F32 -> {
                    // Adding 0 makes −0 into 0, and floatToIntBits knows one NaN only.
                    int bits = Float.floatToIntBits(segment.getAtIndex(ValueLayout.JAVA_FLOAT, at) + 0f);
                    yield bits ^ ((bits >> 31) | Integer.MIN_VALUE);
                }
                case F64 -> {
                    long bits = Double.doubleToLongBits(segment.getAtIndex(ValueLayout.JAVA_DOUBLE, at) + 0d);
                    yield bits ^ ((bits >> 63) | Long.MIN_VALUE);
                }
                case I32 -> segment.getAtIndex(ValueLayout.JAVA_INT, at) ^ Integer.MIN_VALUE;
                case I64 -> segment.getAtIndex(ValueLayout.JAVA_LONG, at) ^ Long.MIN_VALUE;
                case U8, BOOL -> segment.get(ValueLayout.JAVA_BYTE, at);
            };
        }

        /** All places in order. */
        int[] sorted() {
            if (n <= SHORT) {
                insertionSort();
            } else {
                radixSort();
            }
            return places;
        }

        private void insertionSort() {
            for (int i = 1; i < n; i++) {
                long key = keys[i];
                int place = places[i];
                int hole = i;
                while (hole > 0 && Long.compareUnsigned(key, keys[hole - 1]) < 0) {
                    keys[hole] = keys[hole - 1];
                    places[hole] = places[hole - 1];
                    hole--;
                }
                keys[hole] = key;
                places[hole] = place;
            }
        }

        /** From the least significant digit up, each pass stable; a digit that all share is skipped. */
        private void radixSort() {
            int digits = dtype.byteSize();
            int[][] counts = new int[digits][1 << DIGIT];
            for (long key : keys) {
                for (int d = 0; d < digits; d++) {
                    counts[d][(int) (key >>> (DIGIT * d)) & 0xFF]++;
                }
            }
            for (int d = 0; d < digits; d++) {
                if (counts[d][(int) (keys[0] >>> (DIGIT * d)) & 0xFF] < n) {
                    distribute(DIGIT * d, counts[d]);
                }
            }
        }

        private void distribute(int shift, int[] starts) {
            int start = 0;
            for (int value = 0; value < starts.length; value++) {
                int count = starts[value];
                starts[value] = start;
                start += count;
            }
            for (int i = 0; i < n; i++) {
                int to = starts[(int) (keys[i] >>> shift) & 0xFF]++;
                otherKeys[to] = keys[i];
                otherPlaces[to] = places[i];
            }
            long[] swappedKeys = keys;
            keys = otherKeys;
            otherKeys = swappedKeys;
            int[] swappedPlaces = places;
            places = otherPlaces;
            otherPlaces = swappedPlaces;
        }

        /** The first places in order: a heap of those found so far, the last of them on top. */
        int[] first(int count) {
            int[] heap = Arrays.copyOf(places, count);
            for (int i = count / 2 - 1; i >= 0; i--) {
                sink(heap, i, count);
            }
            for (int i = count; i < n; i++) {
                if (isBefore(i, heap[0])) {
                    heap[0] = i;
                    sink(heap, 0, count);
                }
            }
            for (int left = count - 1; left > 0; left--) {
                int last = heap[0];
                heap[0] = heap[left];
                heap[left] = last;
                sink(heap, 0, left);
            }
            return heap;
        }

        private void sink(int[] heap, int from, int count) {
            int at = from;
            int moved = heap[at];
            for (int child = 2 * at + 1; child < count; child = 2 * at + 1) {
                if (child + 1 < count && isBefore(heap[child], heap[child + 1])) {
                    child++;
                }
                if (!isBefore(moved, heap[child])) {
                    break;
                }
                heap[at] = heap[child];
                at = child;
            }
            heap[at] = moved;
        }

        private boolean isBefore(int a, int b) {
            int compared = Long.compareUnsigned(keys[a], keys[b]);
            return compared < 0 || (compared == 0 && a < b);
        }
    }
}
