package org.culebra.kernel;

import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/** How many elements become one. */
public enum Reduction {
    /** Σ. */
    SUM(Opcode.ADD),
    /** Π. */
    PRODUCT(Opcode.MUL),
    /** The smallest; NaN if any is; −0 is smaller than 0. On bool: all. */
    MIN(Opcode.MIN),
    /** The largest; NaN if any is; 0 is larger than −0. On bool: any. */
    MAX(Opcode.MAX);

    private final Opcode opcode;

    Reduction(Opcode opcode) {
        this.opcode = opcode;
    }

    public Opcode opcode() {
        return opcode;
    }

    /** The reduction of nothing, as a program's constant: a double's raw bits (floating) or the integer itself. */
    public long identity(DType dtype) {
        double floating = switch (this) {
            case SUM -> 0;
            case PRODUCT -> 1;
            case MIN -> Double.POSITIVE_INFINITY;
            case MAX -> Double.NEGATIVE_INFINITY;
        };
        if (dtype.isFloating()) {
            return Double.doubleToRawLongBits(floating);
        }
        // The cast saturates: infinities become the extreme integers.
        return dtype == DType.I64 ? (long) floating : (int) floating;
    }

    public double combine(double a, double b) {
        return switch (this) {
            case SUM -> a + b;
            case PRODUCT -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
        };
    }

    public long combine(long a, long b) {
        return switch (this) {
            case SUM -> a + b;
            case PRODUCT -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
        };
    }
}
