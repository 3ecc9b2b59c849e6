package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;

/**
 * What happens to a product on its way into C: {@code C = A·B + start}, or the ReLU of it.
 *
 * @param start what the sum starts from
 * @param bias the vector that {@link Start#ROW_BIAS} and {@link Start#COLUMN_BIAS} read, with elements side by side
 * @param offset index of its first element
 * @param relu whether negative results become 0; NaN stays NaN
 */
public record Epilogue(Start start, MemorySegment bias, long offset, boolean relu) {
    /** What a sum starts from. */
    public enum Start {
        /** From zero: C is never read, it may hold anything. */
        ZERO,
        /** From what is in C. */
        C,
        /** Row i from bias[i]. */
        ROW_BIAS,
        /** Column j from bias[j]. */
        COLUMN_BIAS
    }

    /** {@code C = A·B}. */
    public static final Epilogue OVERWRITE = new Epilogue(Start.ZERO, MemorySegment.NULL, 0, false);

    /** {@code C = C + A·B}. */
    public static final Epilogue ACCUMULATE = new Epilogue(Start.C, MemorySegment.NULL, 0, false);

    /** {@code C[i,j] = bias[offset + i] + (A·B)[i,j]}. */
    public static Epilogue rowBias(MemorySegment bias, long offset) {
        return new Epilogue(Start.ROW_BIAS, bias, offset, false);
    }

    /** {@code C[i,j] = bias[offset + j] + (A·B)[i,j]}. */
    public static Epilogue columnBias(MemorySegment bias, long offset) {
        return new Epilogue(Start.COLUMN_BIAS, bias, offset, false);
    }

    /** The same, and then negative results become 0. */
    public Epilogue withRelu() {
        return new Epilogue(start, bias, offset, true);
    }

    /** The same for the transposed product. */
    Epilogue transpose() {
        Start transposed = switch (start) {
            case ROW_BIAS -> Start.COLUMN_BIAS;
            case COLUMN_BIAS -> Start.ROW_BIAS;
            default -> start;
        };
        return new Epilogue(transposed, bias, offset, relu);
    }
}
