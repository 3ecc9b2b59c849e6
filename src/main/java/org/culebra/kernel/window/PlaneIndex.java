package org.culebra.kernel.window;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** Elements of planes by their row-major i32 indices; everything row-major. */
final class PlaneIndex {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;

    private PlaneIndex() {}

    /** y[p, k] = x[p, indices[p, k]]. */
    static void gather(Strided x, Strided indices, Strided y, long planes) {
        if (planes == 0) {
            return;
        }
        long inputs = x.count() / planes;
        long outputs = y.count() / planes;
        boolean single = x.dtype() == DType.F32;
        Shares.run(planes, outputs, (from, to) -> {
            for (long plane = from; plane < to; plane++) {
                if (single) {
                    gatherSingles(x, plane * inputs, indices, y, plane * outputs, outputs);
                } else {
                    gatherDoubles(x, plane * inputs, indices, y, plane * outputs, outputs);
                }
            }
        });
    }

    private static void gatherSingles(Strided x, long xAt, Strided indices, Strided y, long yAt, long count) {
        MemorySegment from = x.segment();
        MemorySegment which = indices.segment();
        MemorySegment to = y.segment();
        long plane = x.offset() + xAt;
        long index = indices.offset() + yAt;
        long place = y.offset() + yAt;
        for (long k = 0; k < count; k++) {
            to.setAtIndex(F32, place + k, from.getAtIndex(F32, plane + which.getAtIndex(I32, index + k)));
        }
    }

    private static void gatherDoubles(Strided x, long xAt, Strided indices, Strided y, long yAt, long count) {
        MemorySegment from = x.segment();
        MemorySegment which = indices.segment();
        MemorySegment to = y.segment();
        long plane = x.offset() + xAt;
        long index = indices.offset() + yAt;
        long place = y.offset() + yAt;
        for (long k = 0; k < count; k++) {
            to.setAtIndex(F64, place + k, from.getAtIndex(F64, plane + which.getAtIndex(I32, index + k)));
        }
    }

    /** y = 0, then y[p, indices[p, k]] += x[p, k] in the order of k. */
    static void scatter(Strided x, Strided indices, Strided y, long planes) {
        if (planes == 0) {
            return;
        }
        long inputs = x.count() / planes;
        long outputs = y.count() / planes;
        boolean single = x.dtype() == DType.F32;
        Shares.run(planes, inputs + outputs, (from, to) -> {
            for (long plane = from; plane < to; plane++) {
                if (single) {
                    scatterSingles(x, plane * inputs, inputs, indices, y, plane * outputs, outputs);
                } else {
                    scatterDoubles(x, plane * inputs, inputs, indices, y, plane * outputs, outputs);
                }
            }
        });
    }

    private static void scatterSingles(
            Strided x, long xAt, long count, Strided indices, Strided y, long yAt, long outputs) {
        MemorySegment from = x.segment();
        MemorySegment which = indices.segment();
        MemorySegment to = y.segment();
        long place = x.offset() + xAt;
        long index = indices.offset() + xAt;
        long plane = y.offset() + yAt;
        to.asSlice(plane * Float.BYTES, outputs * Float.BYTES).fill((byte) 0);
        for (long k = 0; k < count; k++) {
            long at = plane + which.getAtIndex(I32, index + k);
            to.setAtIndex(F32, at, to.getAtIndex(F32, at) + from.getAtIndex(F32, place + k));
        }
    }

    private static void scatterDoubles(
            Strided x, long xAt, long count, Strided indices, Strided y, long yAt, long outputs) {
        MemorySegment from = x.segment();
        MemorySegment which = indices.segment();
        MemorySegment to = y.segment();
        long place = x.offset() + xAt;
        long index = indices.offset() + xAt;
        long plane = y.offset() + yAt;
        to.asSlice(plane * Double.BYTES, outputs * Double.BYTES).fill((byte) 0);
        for (long k = 0; k < count; k++) {
            long at = plane + which.getAtIndex(I32, index + k);
            to.setAtIndex(F64, at, to.getAtIndex(F64, at) + from.getAtIndex(F64, place + k));
        }
    }
}
