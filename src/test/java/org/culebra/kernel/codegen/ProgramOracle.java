package org.culebra.kernel.codegen;

import org.culebra.kernel.expression.FarArgument;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.memory.DType;

/** Evaluates a program one element and one instruction at a time, in the plainest Java. */
final class ProgramOracle {
    private final Program program;
    private final boolean single;
    private final boolean narrow;
    private final double[] numbers;
    private final long[] integers;

    ProgramOracle(Program program) {
        this.program = program;
        single = program.dtype() == DType.F32;
        narrow = program.dtype().byteSize() == 4;
        numbers = new double[program.instructions().size()];
        integers = new long[program.instructions().size()];
    }

    /** The outputs of a floating program. */
    double[] floating(double[] inputs, double[] scalars) {
        for (int i = 0; i < numbers.length; i++) {
            floatingStep(i, program.instructions().get(i), inputs, scalars);
        }
        return program.outputs().stream().mapToDouble(i -> numbers[i]).toArray();
    }

    /** The outputs of an integer program. */
    long[] integer(long[] inputs, double[] scalars) {
        for (int i = 0; i < numbers.length; i++) {
            integers[i] = integerStep(program.instructions().get(i), inputs, scalars);
        }
        return program.outputs().stream().mapToLong(i -> integers[i]).toArray();
    }

    private double round(double x) {
        return single ? (float) x : x;
    }

    private long wrap(long x) {
        return narrow ? (int) x : x;
    }

    private void floatingStep(int i, Instruction step, double[] inputs, double[] scalars) {
        double a = step.a() < 0 ? 0 : numbers[step.a()];
        double b = step.b() < 0 ? 0 : numbers[step.b()];
        double c = step.c() < 0 ? 0 : numbers[step.c()];
        switch (step.opcode()) {
            case INPUT -> numbers[i] = inputs[(int) step.immediate()];
            case SCALAR -> numbers[i] = round(scalars[(int) step.immediate()]);
            case CONSTANT -> numbers[i] = round(Double.longBitsToDouble(step.immediate()));
            // A sum, product, quotient or root of floats in double is rounded once more, which changes nothing.
            case ADD -> numbers[i] = round(a + b);
            case SUB -> numbers[i] = round(a - b);
            case MUL -> numbers[i] = round(a * b);
            case DIV -> numbers[i] = round(a / b);
            case MIN -> numbers[i] = Math.min(a, b);
            case MAX -> numbers[i] = Math.max(a, b);
            case NEG -> numbers[i] = -a;
            case ABS -> numbers[i] = Math.abs(a);
            case SQRT -> numbers[i] = round(Math.sqrt(a));
            case FAR ->
                numbers[i] = single
                        ? FarArgument.reduce((float) a, (int) step.immediate())
                        : FarArgument.reduce(a, (int) step.immediate());
            case FMA -> numbers[i] = single ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
            case LT -> integers[i] = a < b ? 1 : 0;
            case LE -> integers[i] = a <= b ? 1 : 0;
            case EQ -> integers[i] = a == b ? 1 : 0;
            case NE -> integers[i] = a != b ? 1 : 0;
            case SELECT -> numbers[i] = integers[step.a()] != 0 ? b : c;
            case TO_BITS -> integers[i] = single ? Float.floatToRawIntBits((float) a) : Double.doubleToRawLongBits(a);
            case FROM_BITS -> {
                long bits = integers[step.a()];
                numbers[i] = single ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
            }
            default -> integers[i] = bitsStep(step);
        }
    }

    private long integerStep(Instruction step, long[] inputs, double[] scalars) {
        long a = step.a() < 0 ? 0 : integers[step.a()];
        long b = step.b() < 0 ? 0 : integers[step.b()];
        return switch (step.opcode()) {
            case INPUT -> inputs[(int) step.immediate()];
            case SCALAR -> narrow ? (int) scalars[(int) step.immediate()] : (long) scalars[(int) step.immediate()];
            case CONSTANT -> wrap(step.immediate());
            case ADD -> wrap(a + b);
            case SUB -> wrap(a - b);
            case MUL -> wrap(a * b);
            case DIV -> wrap(a / b);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case NEG -> wrap(-a);
            case ABS -> wrap(Math.abs(a));
            case LT -> a < b ? 1 : 0;
            case LE -> a <= b ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case SELECT -> a != 0 ? b : integers[step.c()];
            case TO_BITS, FROM_BITS -> a;
            default -> bitsStep(step);
        };
    }

    private long bitsStep(Instruction step) {
        long a = step.a() < 0 ? 0 : integers[step.a()];
        long b = step.b() < 0 ? 0 : integers[step.b()];
        int count = (int) step.immediate();
        return switch (step.opcode()) {
            case MASK_AND, BITS_AND -> a & b;
            case MASK_OR, BITS_OR -> a | b;
            case MASK_NOT -> 1 - a;
            case BITS_XOR -> a ^ b;
            case BITS_CONSTANT -> wrap(step.immediate());
            case BITS_ADD -> wrap(a + b);
            case BITS_SUB -> wrap(a - b);
            case SHIFT_LEFT -> wrap(a << count);
            case SHIFT_RIGHT -> a >> count;
            case SHIFT_RIGHT_UNSIGNED -> narrow ? (int) a >>> count : a >>> count;
            default -> throw new AssertionError(step);
        };
    }
}
