package org.culebra.kernel.codegen;

import jdk.incubator.vector.VectorShape;

/** Bits per vector: the machine's preferred width, or less if {@code -Dculebra.vectorBits} says so; never below 128. */
public final class VectorWidth {
    private static final int PREFERRED = VectorShape.preferredShape().vectorBitSize();
    private static final int CHOSEN = choose(Integer.getInteger("culebra.vectorBits", PREFERRED));

    private VectorWidth() {}

    /** Width of every generated vector loop: 128, 256 or 512. */
    public static int bits() {
        return CHOSEN;
    }

    /** Width of the machine's vectors. A wider shape would silently run in scalar code. */
    public static int preferredBits() {
        return PREFERRED;
    }

    private static int choose(int wanted) {
        int bits = Integer.highestOneBit(Math.max(wanted, 128));
        return Math.min(bits, Math.min(PREFERRED, 512));
    }
}
