package org.culebra.kernel.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;

/** Searches in row-major arrays. */
public final class Positions {
    private Positions() {}

    /**
     * The row-major position of the first index of an i64 array below 0 or not below the bound; −1 if there is none.
     */
    public static long firstOutside(Strided index, long bound) {
        MemorySegment segment = index.segment();
        long count = index.count();
        for (long i = 0; i < count; i++) {
            long at = segment.getAtIndex(ValueLayout.JAVA_LONG, index.offset() + i);
            if (at < 0 || at >= bound) {
                return i;
            }
        }
        return -1;
    }

    /** How many elements of a bool array are true. */
    public static long countTrue(Strided mask) {
        MemorySegment segment = mask.segment();
        long count = mask.count();
        long found = 0;
        for (long i = 0; i < count; i++) {
            found += segment.get(ValueLayout.JAVA_BYTE, mask.offset() + i);
        }
        return found;
    }

    /**
     * Where a bool array is true, in row-major order.
     *
     * @param output i64, row-major, [number of true elements, rank]
     */
    public static void ofTrue(Strided mask, Strided output) {
        MemorySegment segment = mask.segment();
        long[] dims = mask.dims();
        long count = mask.count();
        long row = output.offset();
        for (long i = 0; i < count; i++) {
            if (segment.get(ValueLayout.JAVA_BYTE, mask.offset() + i) != 0) {
                long rest = i;
                for (int k = dims.length - 1; k >= 0; k--) {
                    output.segment().setAtIndex(ValueLayout.JAVA_LONG, row + k, rest % dims[k]);
                    rest /= dims[k];
                }
                row += dims.length;
            }
        }
    }
}
