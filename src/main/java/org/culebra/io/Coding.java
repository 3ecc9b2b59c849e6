package org.culebra.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.memory.DType;

/**
 * How the numbers of a tensor lie in a file, under the names of the safetensors format. Files of NumPy's have all but {@link #BF16}.
 *
 * <p>{@link #F16} and {@link #BF16}, which no tensor of Culebra's has, become f32 when they are read.
 */
public enum Coding {
    /** IEEE 754 binary64. */
    F64(DType.F64, 8),
    /** IEEE 754 binary32. */
    F32(DType.F32, 4),
    /** IEEE 754 binary16: 11 significant bits, up to 65504. */
    F16(DType.F32, 2),
    /** The upper half of a binary32: 8 significant bits, the range of f32. */
    BF16(DType.F32, 2),
    /** 64-bit integer. */
    I64(DType.I64, 8),
    /** 32-bit integer. */
    I32(DType.I32, 4),
    /** Unsigned byte. */
    U8(DType.U8, 1),
    /** A byte, 0 or 1. */
    BOOL(DType.BOOL, 1);

    private final DType dtype;
    private final int byteSize;

    Coding(DType dtype, int byteSize) {
        this.dtype = dtype;
        this.byteSize = byteSize;
    }

    /** The type of a tensor that is read from such numbers. */
    public DType dtype() {
        return dtype;
    }

    /** Bytes per number. */
    public int byteSize() {
        return byteSize;
    }

    /** True for {@link #F64}, {@link #F32}, {@link #F16} and {@link #BF16}. */
    public boolean isFloating() {
        return dtype.isFloating();
    }

    boolean isHalf() {
        return dtype.isFloating() && byteSize == Short.BYTES;
    }

    /** The coding that keeps every number of this type. */
    static Coding of(DType dtype) {
        return valueOf(dtype.name());
    }

    /** This for floating numbers; of others the one that keeps them. */
    Coding orKeeping(DType type) {
        return type.isFloating() ? this : of(type);
    }

    /** The value of the half-precision number with these bits, exactly. */
    float widen(short bits) {
        return this == F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << Short.SIZE);
    }

    /** Widens half-precision numbers. */
    void widen(MemorySegment halves, MemorySegment floats) {
        for (long i = 0; i < halves.byteSize() / Short.BYTES; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, widen(halves.getAtIndex(ValueLayout.JAVA_SHORT, i)));
        }
    }

    /** Rounds f32 or f64 numbers to half precision. */
    void narrow(MemorySegment numbers, DType from, MemorySegment halves) {
        for (long i = 0; i < numbers.byteSize() / from.byteSize(); i++) {
            float value = from == DType.F32
                    ? numbers.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                    : toOdd(numbers.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
            halves.setAtIndex(ValueLayout.JAVA_SHORT, i, narrow(value));
        }
    }

    /** The bits of the nearest half-precision number, ties to even; what is too large becomes infinite, NaN stays NaN. */
    short narrow(float value) {
        if (this == F16) {
            return Float.floatToFloat16(value);
        }
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> Short.SIZE) | 0x40); // quiet: the bits that made it NaN may be in the lost half
        }
        int even = (bits >>> Short.SIZE) & 1;
        return (short) ((bits + 0x7FFF + even) >>> Short.SIZE);
    }

    /**
     * An f64 as f32, rounded to odd: what is lost leaves a last bit of 1. Rounded again, to fewer bits, that comes to what rounding once
     * would; two roundings to nearest do not (Boldo and Melquiond 2008).
     */
    static float toOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || Double.isNaN(value)) {
            return nearest;
        }
        int bits = Float.floatToRawIntBits(nearest);
        int towardsZero = Math.abs((double) nearest) > Math.abs(value) ? bits - 1 : bits;
        return Float.intBitsToFloat(towardsZero | 1);
    }
}
