package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Expression.Function;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class LoweringTest {

    private static final Expression X = Expression.input(0);
    private static final Expression Y = Expression.input(1);
    private static final double[] NONE = {};

    private static Program lower(Expression expression, DType dtype, int inputs) {
        return Lowering.lower(List.of(expression), dtype, inputs, 0);
    }

    private static float[] awkwardFloats() {
        var random = new Random(1);
        float[] x = new float[20_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = switch (i % 4) {
                case 0 -> Float.intBitsToFloat(random.nextInt());
                case 1 -> random.nextInt(-20, 20) / 4f;
                case 2 -> random.nextInt(-20, 20) + (random.nextBoolean() ? .50000006f : .49999997f);
                default -> Math.scalb(random.nextFloat() - .5f, random.nextInt(20, 27));
            };
        }
        float[] edges = {
            0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0x1p23f, 8388607.5f, -4194304.5f
        };
        System.arraycopy(edges, 0, x, 0, edges.length);
        return x;
    }

    private static Map<Function, UnaryOperator<Double>> exactFunctions() {
        Map<Function, UnaryOperator<Double>> exact = new EnumMap<>(Function.class);
        exact.put(Function.FLOOR, Math::floor);
        exact.put(Function.CEIL, Math::ceil);
        exact.put(Function.ROUND, Math::rint);
        exact.put(Function.SIGN, Math::signum);
        exact.put(Function.ABS, Math::abs);
        exact.put(Function.NEG, x -> -x);
        exact.put(Function.SQRT, Math::sqrt);
        return exact;
    }

    @Test
    void roundingAndSignsAreExactInF32() {
        float[] x = awkwardFloats();
        exactFunctions().forEach((function, exact) -> {
            float[] y = ProgramInterpreter.run(lower(new Unary(function, X), DType.F32, 1), NONE, x);
            for (int i = 0; i < x.length; i++) {
                float expected = exact.apply((double) x[i]).floatValue();
                int at = i;
                assertEquals(expected, y[i], () -> function + " of " + x[at]);
            }
        });
    }

    @Test
    void roundingAndSignsAreExactInF64() {
        float[] narrow = awkwardFloats();
        double[] x = new double[narrow.length];
        for (int i = 0; i < x.length; i++) {
            // also around 2^52, where the fraction ends
            x[i] = i % 4 == 3 ? narrow[i] * 0x1p29 + .5 : narrow[i];
        }
        exactFunctions().forEach((function, exact) -> {
            double[] y = ProgramInterpreter.run(lower(new Unary(function, X), DType.F64, 1), NONE, x);
            for (int i = 0; i < x.length; i++) {
                int at = i;
                assertEquals(exact.apply(x[i]), y[i], () -> function + " of " + x[at]);
            }
        });
    }

    @Test
    void productsAndSumsStayTwoRoundings() {
        Program two = lower(X.mul(X).add(Y), DType.F32, 2);
        assertTrue(two.instructions().stream().noneMatch(step -> step.opcode() == Opcode.FMA));
        Program one = lower(X.fma(X, Y), DType.F32, 2);
        assertEquals(
                1,
                one.instructions().stream()
                        .filter(step -> step.opcode() == Opcode.FMA)
                        .count());
        float[] x = {1 + 0x1p-12f};
        float[] y = {-1};
        assertEquals(0x1p-11f, ProgramInterpreter.run(two, NONE, x, y)[0]);
        assertEquals(0x1p-11f + 0x1p-24f, ProgramInterpreter.run(one, NONE, x, y)[0]);
    }

    @Test
    void equalFunctionsAreEqualPrograms() {
        Program once = lower(X.mul(Y).exp().add(1), DType.F32, 2);
        assertEquals(once, lower(Expression.constant(1).add(X.mul(Y).exp()), DType.F32, 2));
        assertEquals(once.hashCode(), lower(X.mul(Y).exp().add(1), DType.F32, 2).hashCode());
    }

    @Test
    void powersWithSimpleExponents() {
        var random = new Random(2);
        for (double exponent : new double[] {0, 1, 2, 3, 4, -1, -2, .5}) {
            Program program = lower(X.pow(exponent), DType.F32, 1);
            assertTrue(program.instructions().size() < 12, () -> exponent + ": " + program.instructions());
            float[] x = {
                0f,
                -0f,
                1,
                -1,
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                1e30f,
                1e-30f,
                -1e-42f,
                0,
                0,
                0,
                0
            };
            for (int i = 10; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            float[] y = ProgramInterpreter.run(program, NONE, x);
            for (int i = 0; i < x.length; i++) {
                assertPower(x[i], exponent, y[i]);
            }
        }
    }

    private static void assertPower(float x, double exponent, float found) {
        float expected = (float) Math.pow(x, exponent);
        if (Float.isNaN(expected) || Float.isInfinite(expected) || expected == 0) {
            assertEquals(expected, found, () -> x + "^" + exponent);
        } else {
            assertEquals(expected, found, 2 * Math.ulp(expected), () -> x + "^" + exponent);
        }
    }

    @Test
    void leavesInTheirPlaces() {
        Expression sum = X.add(Expression.scalar(1)).mul(Expression.uniform(0));
        Program program = Lowering.lower(List.of(sum, X), DType.F64, 1, 2);
        assertEquals(1, program.inputs());
        assertEquals(1, program.uniforms());
        assertEquals(2, program.scalars());
        assertEquals(2, program.outputs().size());
        assertArrayEquals(
                new double[] {2.5},
                ProgramInterpreter.run(program, new double[] {9, 4}, new double[] {1}, new double[] {.5}));
    }

    @Test
    void conditions() {
        Expression y = X.lt(Y).and(X.ne(2)).or(X.ge(9).not().and(Y.eq(0))).select(X, Y);
        Program program = lower(y, DType.F32, 2);
        float[] a = {1, 2, 2, 10, Float.NaN, 3};
        float[] b = {5, 5, 0, 0, 1, 3};
        assertArrayEquals(new float[] {1, 5, 2, 0, 1, 3}, ProgramInterpreter.run(program, NONE, a, b));
    }

    @Test
    void integers() {
        Expression y = X.mul(3)
                .sub(Y)
                .max(-5)
                .min(X.abs())
                .add(X.sign().neg().mul(100))
                .add(X.div(2))
                .add(X.fma(Y, X).round());
        for (DType dtype : List.of(DType.I32, DType.I64)) {
            long[] a = {7, -4, 0};
            long[] b = {2, 3, 1};
            // min(max(3a − b, −5), |a|) − 100·sign a + a/2 + (ab + a)
            assertArrayEquals(
                    new long[] {7 - 100 + 3 + 21, -5 + 100 - 2 - 16, -1},
                    ProgramInterpreter.run(lower(y, dtype, 2), NONE, a, b));
        }
        assertArrayEquals(
                new long[] {Integer.MIN_VALUE},
                ProgramInterpreter.run(lower(X.add(1), DType.I32, 1), NONE, new long[] {Integer.MAX_VALUE}));
        assertArrayEquals(new long[] {27}, ProgramInterpreter.run(lower(X.pow(3), DType.I64, 1), NONE, new long[] {3}));
    }

    @Test
    void whatMakesNoSenseOnIntegersSaysSo() {
        assertEquals("exp is not defined on i32: convert to f32 or f64", message(X.exp(), DType.I32));
        assertEquals("pow is not defined on i64: convert to f32 or f64", message(X.pow(Y), DType.I64));
        assertEquals("0.5 is no i32", message(X.mul(.5), DType.I32));
        assertEquals("3.0E9 is no i32", message(X.add(3e9), DType.I32));
        assertEquals("no arithmetic on u8: convert to i32, i64, f32 or f64", message(X.add(1), DType.U8));
        assertEquals("no arithmetic on bool: convert to i32, i64, f32 or f64", message(X.add(1), DType.BOOL));
        for (Function function : Accuracy.FUNCTIONS) {
            assertTrue(message(new Unary(function, X), DType.I64).contains("is not defined on i64"));
        }
    }

    private static String message(Expression expression, DType dtype) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> lower(expression, dtype, 2));
        return String.valueOf(thrown.getMessage());
    }
}
