package org.culebra.kernel.expression;

import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/**
 * Runs a {@link Program} on blocks of elements, instruction by instruction, with exactly the roundings that compiled loops have:
 * what every backend must reproduce bit for bit. Each instruction is a loop of its own, so that sweeps over all floats are
 * affordable.
 */
public final class ProgramInterpreter {

    private final Program program;
    private final int block;
    private final Object[] registers;

    /** An interpreter for up to {@code block} elements at a time. */
    public ProgramInterpreter(Program program, int block) {
        this.program = program;
        this.block = block;
        List<Instruction> code = program.instructions();
        this.registers = new Object[code.size()];
        for (int i = 0; i < registers.length; i++) {
            registers[i] = register(code.get(i).opcode().result());
        }
    }

    private Object register(Kind kind) {
        if (kind == Kind.MASK) {
            return new boolean[block];
        }
        return switch (program.dtype()) {
            case F32 -> kind == Kind.VALUE ? new float[block] : new int[block];
            case F64 -> kind == Kind.VALUE ? new double[block] : new long[block];
            default -> new long[block];
        };
    }

    /** One f32 output of the first {@code count} elements of each input (and stream, after the inputs). */
    public static float[] run(Program program, double[] scalars, float[]... inputs) {
        var interpreter = new ProgramInterpreter(program, inputs[0].length);
        interpreter.run(inputs[0].length, scalars, inputs);
        return interpreter.floats(0);
    }

    /** One f64 output. */
    public static double[] run(Program program, double[] scalars, double[]... inputs) {
        var interpreter = new ProgramInterpreter(program, inputs[0].length);
        interpreter.run(inputs[0].length, scalars, inputs);
        return interpreter.doubles(0);
    }

    /** One integer output. */
    public static long[] run(Program program, double[] scalars, long[]... inputs) {
        var interpreter = new ProgramInterpreter(program, inputs[0].length);
        interpreter.run(inputs[0].length, scalars, inputs);
        return (long[]) interpreter.registers[program.outputs().getFirst()];
    }

    /** The i-th output of the last run, f32. */
    public float[] floats(int i) {
        return (float[]) registers[program.outputs().get(i)];
    }

    /** The i-th output of the last run, f64. */
    public double[] doubles(int i) {
        return (double[]) registers[program.outputs().get(i)];
    }

    /** Runs {@code count} elements; the inputs are arrays of floats, doubles or (for both integer types) longs. */
    public void run(int count, double[] scalars, Object[] inputs) {
        for (int i = 0; i < registers.length; i++) {
            Instruction step = program.instructions().get(i);
            if (step.opcode() == Opcode.INPUT) {
                System.arraycopy(inputs[(int) step.immediate()], 0, registers[i], 0, count);
            } else if (program.dtype() == DType.F32) {
                narrow(count, step, registers[i], scalars);
            } else if (program.dtype() == DType.F64) {
                wide(count, step, registers[i], scalars);
            } else {
                integer(count, step, registers[i], scalars);
            }
        }
    }

    private void narrow(int n, Instruction step, Object result, double[] scalars) {
        Opcode opcode = step.opcode();
        if (opcode.result() == Kind.BITS) {
            bits(n, step, (int[]) result);
        } else if (opcode.result() == Kind.MASK) {
            if (opcode.operand(0) == Kind.MASK) {
                masks(n, step, (boolean[]) result);
            } else {
                compare(n, step, (boolean[]) result, (float[]) registers[step.a()], (float[]) registers[step.b()]);
            }
        } else {
            values(n, step, (float[]) result, scalars);
        }
    }

    private void wide(int n, Instruction step, Object result, double[] scalars) {
        Opcode opcode = step.opcode();
        if (opcode.result() == Kind.BITS) {
            bits(n, step, (long[]) result);
        } else if (opcode.result() == Kind.MASK) {
            if (opcode.operand(0) == Kind.MASK) {
                masks(n, step, (boolean[]) result);
            } else {
                compare(n, step, (boolean[]) result, (double[]) registers[step.a()], (double[]) registers[step.b()]);
            }
        } else {
            values(n, step, (double[]) result, scalars);
        }
    }

    private void masks(int n, Instruction step, boolean[] r) {
        boolean[] p = (boolean[]) registers[step.a()];
        boolean[] q = step.b() < 0 ? p : (boolean[]) registers[step.b()];
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case MASK_AND -> p[i] && q[i];
                case MASK_OR -> p[i] || q[i];
                case MASK_NOT -> !p[i];
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private static void compare(int n, Instruction step, boolean[] r, float[] x, float[] y) {
        switch (step.opcode()) {
            case LT -> {
                for (int i = 0; i < n; i++) {
                    r[i] = x[i] < y[i];
                }
            }
            case LE -> {
                for (int i = 0; i < n; i++) {
                    r[i] = x[i] <= y[i];
                }
            }
            case EQ -> {
                for (int i = 0; i < n; i++) {
                    r[i] = x[i] == y[i];
                }
            }
            case NE -> {
                for (int i = 0; i < n; i++) {
                    r[i] = x[i] != y[i];
                }
            }
            default -> throw new IllegalStateException(step.toString());
        }
    }

    private static void compare(int n, Instruction step, boolean[] r, double[] x, double[] y) {
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case LT -> x[i] < y[i];
                case LE -> x[i] <= y[i];
                case EQ -> x[i] == y[i];
                case NE -> x[i] != y[i];
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private void bits(int n, Instruction step, int[] r) {
        if (step.opcode() == Opcode.TO_BITS) {
            float[] x = (float[]) registers[step.a()];
            for (int i = 0; i < n; i++) {
                r[i] = Float.floatToRawIntBits(x[i]);
            }
            return;
        }
        int[] x = step.a() < 0 ? r : (int[]) registers[step.a()];
        int[] y = step.b() < 0 ? x : (int[]) registers[step.b()];
        int m = (int) step.immediate();
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case BITS_CONSTANT -> m;
                case BITS_ADD -> x[i] + y[i];
                case BITS_SUB -> x[i] - y[i];
                case BITS_AND -> x[i] & y[i];
                case BITS_OR -> x[i] | y[i];
                case BITS_XOR -> x[i] ^ y[i];
                case SHIFT_LEFT -> x[i] << m;
                case SHIFT_RIGHT -> x[i] >> m;
                case SHIFT_RIGHT_UNSIGNED -> x[i] >>> m;
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private void bits(int n, Instruction step, long[] r) {
        if (step.opcode() == Opcode.TO_BITS) {
            double[] x = (double[]) registers[step.a()];
            for (int i = 0; i < n; i++) {
                r[i] = Double.doubleToRawLongBits(x[i]);
            }
            return;
        }
        long[] x = step.a() < 0 ? r : (long[]) registers[step.a()];
        long[] y = step.b() < 0 ? x : (long[]) registers[step.b()];
        long m = step.immediate();
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case BITS_CONSTANT -> m;
                case BITS_ADD -> x[i] + y[i];
                case BITS_SUB -> x[i] - y[i];
                case BITS_AND -> x[i] & y[i];
                case BITS_OR -> x[i] | y[i];
                case BITS_XOR -> x[i] ^ y[i];
                case SHIFT_LEFT -> x[i] << m;
                case SHIFT_RIGHT -> x[i] >> m;
                case SHIFT_RIGHT_UNSIGNED -> x[i] >>> m;
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private void values(int n, Instruction step, float[] r, double[] scalars) {
        switch (step.opcode()) {
            case SCALAR -> Arrays.fill(r, 0, n, (float) scalars[(int) step.immediate()]);
            case CONSTANT -> Arrays.fill(r, 0, n, (float) Double.longBitsToDouble(step.immediate()));
            case SELECT -> {
                boolean[] mask = (boolean[]) registers[step.a()];
                float[] x = (float[]) registers[step.b()];
                float[] y = (float[]) registers[step.c()];
                for (int i = 0; i < n; i++) {
                    r[i] = mask[i] ? x[i] : y[i];
                }
            }
            case FROM_BITS -> {
                int[] x = (int[]) registers[step.a()];
                for (int i = 0; i < n; i++) {
                    r[i] = Float.intBitsToFloat(x[i]);
                }
            }
            case FMA -> {
                float[] x = (float[]) registers[step.a()];
                float[] y = (float[]) registers[step.b()];
                float[] z = (float[]) registers[step.c()];
                for (int i = 0; i < n; i++) {
                    r[i] = Math.fma(x[i], y[i], z[i]);
                }
            }
            default -> {
                float[] x = (float[]) registers[step.a()];
                arithmetic(n, step, r, x, step.b() < 0 ? x : (float[]) registers[step.b()]);
            }
        }
    }

    private static void arithmetic(int n, Instruction step, float[] r, float[] x, float[] y) {
        int m = (int) step.immediate();
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case ADD -> x[i] + y[i];
                case SUB -> x[i] - y[i];
                case MUL -> x[i] * y[i];
                case DIV -> x[i] / y[i];
                case MIN -> Math.min(x[i], y[i]);
                case MAX -> Math.max(x[i], y[i]);
                case NEG -> -x[i];
                case ABS -> Math.abs(x[i]);
                case SQRT -> (float) Math.sqrt(x[i]);
                case FAR -> FarArgument.reduce(x[i], m);
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private void values(int n, Instruction step, double[] r, double[] scalars) {
        switch (step.opcode()) {
            case SCALAR -> Arrays.fill(r, 0, n, scalars[(int) step.immediate()]);
            case CONSTANT -> Arrays.fill(r, 0, n, Double.longBitsToDouble(step.immediate()));
            case SELECT -> {
                boolean[] mask = (boolean[]) registers[step.a()];
                double[] x = (double[]) registers[step.b()];
                double[] y = (double[]) registers[step.c()];
                for (int i = 0; i < n; i++) {
                    r[i] = mask[i] ? x[i] : y[i];
                }
            }
            case FROM_BITS -> {
                long[] x = (long[]) registers[step.a()];
                for (int i = 0; i < n; i++) {
                    r[i] = Double.longBitsToDouble(x[i]);
                }
            }
            case FMA -> {
                double[] x = (double[]) registers[step.a()];
                double[] y = (double[]) registers[step.b()];
                double[] z = (double[]) registers[step.c()];
                for (int i = 0; i < n; i++) {
                    r[i] = Math.fma(x[i], y[i], z[i]);
                }
            }
            default -> {
                double[] x = (double[]) registers[step.a()];
                arithmetic(n, step, r, x, step.b() < 0 ? x : (double[]) registers[step.b()]);
            }
        }
    }

    private static void arithmetic(int n, Instruction step, double[] r, double[] x, double[] y) {
        int m = (int) step.immediate();
        for (int i = 0; i < n; i++) {
            r[i] = switch (step.opcode()) {
                case ADD -> x[i] + y[i];
                case SUB -> x[i] - y[i];
                case MUL -> x[i] * y[i];
                case DIV -> x[i] / y[i];
                case MIN -> Math.min(x[i], y[i]);
                case MAX -> Math.max(x[i], y[i]);
                case NEG -> -x[i];
                case ABS -> Math.abs(x[i]);
                case SQRT -> Math.sqrt(x[i]);
                case FAR -> FarArgument.reduce(x[i], m);
                default -> throw new IllegalStateException(step.toString());
            };
        }
    }

    private void integer(int n, Instruction step, Object result, double[] scalars) {
        Opcode opcode = step.opcode();
        if (opcode.result() == Kind.MASK) {
            if (opcode.operand(0) == Kind.MASK) {
                masks(n, step, (boolean[]) result);
                return;
            }
            long[] x = (long[]) registers[step.a()];
            long[] y = (long[]) registers[step.b()];
            for (int i = 0; i < n; i++) {
                ((boolean[]) result)[i] = switch (opcode) {
                    case LT -> x[i] < y[i];
                    case LE -> x[i] <= y[i];
                    case EQ -> x[i] == y[i];
                    case NE -> x[i] != y[i];
                    default -> throw new IllegalStateException(step.toString());
                };
            }
            return;
        }
        long[] r = (long[]) result;
        for (int i = 0; i < n; i++) {
            long value = integer(i, step, scalars);
            r[i] = program.dtype() == DType.I32 ? (int) value : value;
        }
    }

    private long integer(int i, Instruction step, double[] scalars) {
        if (step.opcode() == Opcode.SELECT) {
            return ((long[]) registers[((boolean[]) registers[step.a()])[i] ? step.b() : step.c()])[i];
        }
        long x = step.a() < 0 ? 0 : ((long[]) registers[step.a()])[i];
        long y = step.b() < 0 ? 0 : ((long[]) registers[step.b()])[i];
        return switch (step.opcode()) {
            case SCALAR -> (long) scalars[(int) step.immediate()];
            case CONSTANT -> step.immediate();
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case NEG -> -x;
            case ABS -> Math.abs(x);
            default -> throw new IllegalStateException(step.toString());
        };
    }
}
