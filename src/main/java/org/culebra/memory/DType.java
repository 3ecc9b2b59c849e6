package org.culebra.memory;

/** The type of a tensor's elements: how the bytes of a {@code Buffer} are read. */
public enum DType {
    /** IEEE 754 binary32. */
    F32("f32", 4),
    /** IEEE 754 binary64. */
    F64("f64", 8),
    /** 32-bit two's complement integer. */
    I32("i32", 4),
    /** 64-bit two's complement integer: indices and labels. */
    I64("i64", 8),
    /** Unsigned byte, 0 to 255: raw images. */
    U8("u8", 1),
    /** One byte, 0 or 1: masks. */
    BOOL("bool", 1);

    private final String label;
    private final int byteSize;

    DType(String label, int byteSize) {
        this.label = label;
        this.byteSize = byteSize;
    }

    /** Bytes per element. */
    public int byteSize() {
        return byteSize;
    }

    /** True for {@link #F32} and {@link #F64}, the types that have gradients. */
    public boolean isFloating() {
        return this == F32 || this == F64;
    }

    /** True for {@link #I32}, {@link #I64} and {@link #U8}. */
    public boolean isInteger() {
        return this == I32 || this == I64 || this == U8;
    }

    /** True for what an element of an integer type can be: a whole number in range. Floating types hold any, bool takes any. */
    public boolean holds(double value) {
        return switch (this) {
            case U8 -> value == Math.rint(value) && value >= 0 && value <= 255;
            case I32 -> value == Math.rint(value) && value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
            case I64 -> value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63;
            default -> true;
        };
    }

    /**
     * The smallest type that both operands of a binary operation are converted to: bool &lt; u8 &lt; i32 &lt; i64 &lt; f32 &lt; f64.
     */
    public static DType promote(DType a, DType b) {
        return a.rank() >= b.rank() ? a : b;
    }

    private int rank() {
        return switch (this) {
            case BOOL -> 0;
            case U8 -> 1;
            case I32 -> 2;
            case I64 -> 3;
            case F32 -> 4;
            case F64 -> 5;
        };
    }

    /** The name in messages and printed tensors: {@code f32}, {@code bool}. */
    @Override
    public String toString() {
        return label;
    }
}
