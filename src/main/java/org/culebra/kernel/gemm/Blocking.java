package org.culebra.kernel.gemm;

/** How sizes are cut into pieces. Everything here depends on shapes only: never on threads, and sums never on vectors. */
final class Blocking {
    /** The most products that are summed in one chain: a panel of 4 vectors then takes a quarter of an L2 of 1 MiB. */
    private static final long MAX_DEPTH = 1024;
    /** Block boundaries are whole vectors of every width, so that packing by transposition has no odd ends inside. */
    private static final long DEPTH_UNIT = 16;

    private Blocking() {}

    /** The length of the blocks of K = {@code k}; the last one may be shorter. At least 1. */
    static long depth(long k) {
        long blocks = Math.max(1, ceilDiv(k, MAX_DEPTH));
        return Math.max(1, ceilDiv(ceilDiv(k, blocks), DEPTH_UNIT) * DEPTH_UNIT);
    }

    /** The number of pieces of at most {@code most} that {@code total} is cut into. */
    static long pieces(long total, long most) {
        return ceilDiv(total, most);
    }

    /**
     * Where piece {@code index} of {@code pieces} begins: sizes differ by one at most, larger ones first. Two pieces of 4 and 3
     * rows keep the multipliers busier than one of 6 and one of 1.
     */
    static long start(long total, long pieces, long index) {
        long small = total / pieces;
        return index * small + Math.min(index, total % pieces);
    }

    static long ceilDiv(long a, long b) {
        return (a + b - 1) / b;
    }
}
