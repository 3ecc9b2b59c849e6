package org.culebra.kernel.gemm;

import org.culebra.memory.DType;

/**
 * What distinguishes one kernel from another.
 *
 * @param bits width of a vector
 * @param rows rows of a tile; 1 for kernels that pack
 * @param vectors vectors in a row
 * @param masked whether the last vector of a row may be filled in part
 * @param addressing how a tile finds its operands; {@link Addressing#STEPS} for kernels that pack
 */
record KernelShape(DType dtype, int bits, int rows, int vectors, boolean masked, Addressing addressing) {
    /** How the rows of operands are found. */
    enum Addressing {
        /** All at equal distances. */
        STEPS,
        /** A row of A lies where a table says, which has an entry for each row of the tile. */
        LEFT_TABLE,
        /** A row of B lies where a table says, which has an entry for each k. */
        RIGHT_TABLE
    }

    /** Elements of a vector. */
    int lanes() {
        return bits / 8 / dtype.byteSize();
    }

    /** Bytes of a vector. */
    int vectorBytes() {
        return bits / 8;
    }

    /** Columns that count, with {@code tail} of them in a masked last vector. */
    int columns(long tail) {
        return masked ? (vectors - 1) * lanes() + (int) tail : vectors * lanes();
    }

    @Override
    public String toString() {
        return dtype + " " + rows + "×" + vectors + "×" + lanes() + (masked ? " masked " : " ") + addressing;
    }
}
