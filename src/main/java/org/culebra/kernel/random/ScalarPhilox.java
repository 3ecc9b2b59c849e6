package org.culebra.kernel.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.memory.DType;

/** Fills memory one block at a time: serves while the vector loop is cold, and at the ends of it. */
final class ScalarPhilox {
    private ScalarPhilox() {}

    /** Writes elements first, first + 1, … of a stream; f32 and f64 as uniform numbers, i32 and i64 as bits. */
    static void fill(long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype) {
        int perGroup = elementsPerGroup(dtype);
        int[] words = new int[4];
        long element = first;
        long end = first + count;
        while (element != end) {
            int from = (int) (element & (perGroup - 1));
            int to = (int) Math.min(perGroup, from + (end - element));
            group(words, key, stream, element - from, from, to, dst, dstOffset + (element - from - first), dtype);
            element += to - from;
        }
    }

    static int elementsPerGroup(DType dtype) {
        return 4 * Philox.GROUP * Integer.BYTES / dtype.byteSize();
    }

    /** Elements {@code from} to {@code to} of the group that begins with element {@code start}; {@code offset} is its place in dst. */
    private static void group(
            int[] words,
            long key,
            long stream,
            long start,
            int from,
            int to,
            MemorySegment dst,
            long offset,
            DType dtype) {
        long firstBlock = start / elementsPerGroup(dtype) * Philox.GROUP;
        int rows = 4 * Integer.BYTES / dtype.byteSize();
        for (int block = 0; block < Philox.GROUP; block++) {
            // The elements of this block are block, block + 16, …: those below `from` or from `to` on are not asked
            // for.
            int firstRow = (from - block + Philox.GROUP - 1) / Philox.GROUP;
            int endRow = Math.min(rows, (to - block + Philox.GROUP - 1) / Philox.GROUP);
            if (firstRow >= endRow) {
                continue;
            }
            Philox.block(words, key, stream, firstBlock + block);
            for (int row = firstRow; row < endRow; row++) {
                store(words, row, dst, offset + block + (long) row * Philox.GROUP, dtype);
            }
        }
    }

    private static void store(int[] words, int row, MemorySegment dst, long at, DType dtype) {
        switch (dtype) {
            case F32 -> dst.setAtIndex(ValueLayout.JAVA_FLOAT, at, Philox.toFloat(words[row]));
            case I32 -> dst.setAtIndex(ValueLayout.JAVA_INT, at, words[row]);
            case F64 -> dst.setAtIndex(ValueLayout.JAVA_DOUBLE, at, Philox.toDouble(pair(words, row)));
            case I64 -> dst.setAtIndex(ValueLayout.JAVA_LONG, at, pair(words, row));
            default -> throw new IllegalArgumentException("no random " + dtype);
        }
    }

    private static long pair(int[] words, int row) {
        return Philox.join(words[2 * row], words[2 * row + 1]);
    }
}
