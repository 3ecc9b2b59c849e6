package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.culebra.kernel.expression.Derivative.Gradient;
import org.culebra.kernel.expression.Derivative.Packed;
import org.culebra.kernel.expression.Expression.Function;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/** Random expressions: simplified, lowered and differentiated, against the interpreter. */
class ExpressionProperties {

    private static final double[] SCALARS = {.75, -1.5};
    private static final double[] UNIFORMS = {.4375};
    private static final double[] AWKWARD = {
        0.0, -0.0, 1, -1, .5, 2, -2.5, 1e-310, 3.7e18, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };

    private static double[] awkwardPoint(SplittableRandom random) {
        return random.ints(RandomExpressions.INPUTS, 0, AWKWARD.length)
                .mapToDouble(i -> random.nextBoolean() ? AWKWARD[i] : random.nextDouble(-4, 4))
                .toArray();
    }

    private static double[] point(SplittableRandom random) {
        return random.doubles(RandomExpressions.INPUTS, -2, 2).toArray();
    }

    private static double[] values(List<Expression> outputs, double[] inputs) {
        return Interpreter.evaluate(outputs, inputs, SCALARS, UNIFORMS);
    }

    @Property(seed = "20261123")
    void simplifiedIsTheSameToTheBit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
        var random = new SplittableRandom(seed);
        List<Expression> outputs = RandomExpressions.any(random, size);
        List<Expression> simpler = Simplifier.simplify(outputs);
        assertTrue(
                Expressions.nodes(simpler).size() <= Expressions.nodes(outputs).size() + 1);
        for (int i = 0; i < 20; i++) {
            double[] inputs = awkwardPoint(random);
            assertArrayEquals(values(outputs, inputs), values(simpler, inputs), () -> describe(outputs, inputs));
        }
    }

    private static String describe(List<Expression> outputs, double[] inputs) {
        return outputs.stream().map(Expression::describe).toList() + " at " + Arrays.toString(inputs);
    }

    /** The outputs of a program, f64, at one point. */
    private static double[] run(List<Expression> outputs, double[] inputs) {
        Program program = Lowering.lower(outputs, DType.F64, RandomExpressions.INPUTS, RandomExpressions.SCALARS);
        var interpreter = new ProgramInterpreter(program, 1);
        var arguments = new ArrayList<double[]>();
        Arrays.stream(inputs).forEach(x -> arguments.add(new double[] {x}));
        Arrays.stream(UNIFORMS).forEach(u -> arguments.add(new double[] {u}));
        interpreter.run(1, SCALARS, arguments.toArray());
        double[] results = new double[outputs.size()];
        Arrays.setAll(results, i -> interpreter.doubles(i)[0]);
        return results;
    }

    @Property(seed = "20261123")
    void loweredArithmeticIsTheSameToTheBit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
        var random = new SplittableRandom(seed);
        List<Expression> outputs = RandomExpressions.exact(random, size);
        for (int i = 0; i < 5; i++) {
            double[] inputs = awkwardPoint(random);
            assertArrayEquals(values(outputs, inputs), run(outputs, inputs), () -> describe(outputs, inputs));
        }
    }

    /**
     * Functions differ by some ulp from the interpreter's, and what follows may magnify that: as much as it magnifies errors of 16
     * ulp that are put in on purpose.
     */
    @Property(seed = "20261123")
    void loweredFunctionsAgree(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size) {
        var random = new SplittableRandom(seed);
        List<Expression> outputs = RandomExpressions.smooth(random, size);
        double[] inputs = point(random);
        double[] expected = values(outputs, inputs);
        double[] found = run(outputs, inputs);
        double[] allowed = new double[expected.length];
        for (int i = 0; i < 8; i++) {
            double[] disturbed = values(disturbed(outputs, random), inputs);
            for (int j = 0; j < allowed.length; j++) {
                allowed[j] = Math.max(allowed[j], 4 * Math.abs(disturbed[j] - expected[j]));
            }
        }
        for (int j = 0; j < allowed.length; j++) {
            assertEquals(
                    expected[j], found[j], allowed[j] + 4 * Math.ulp(expected[j]), () -> describe(outputs, inputs));
        }
    }

    /** With every function's result, and every quotient and power, off by up to 16 ulp. */
    private static List<Expression> disturbed(List<Expression> outputs, SplittableRandom random) {
        return Disturbance.of(outputs, () -> 1 + random.nextInt(-16, 17) * 0x1p-52);
    }

    @Property(seed = "20261123")
    void derivativesAreTheSlopesOfDifferences(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int size) {
        var random = new SplittableRandom(seed);
        List<Expression> outputs = RandomExpressions.smooth(random, size);
        double[] inputs = point(random);
        List<Expression> cotangents = cotangents(outputs, random);
        List<@Nullable Expression> adjoints = Derivative.adjoints(outputs, cotangents, RandomExpressions.INPUTS);
        Expression total = total(outputs, cotangents);
        for (int i = 0; i < RandomExpressions.INPUTS; i++) {
            Expression adjoint = adjoints.get(i);
            assertSlope(total, adjoint, inputs, i);
            if (adjoint != null) {
                int j = random.nextInt(RandomExpressions.INPUTS);
                Expression second = Derivative.adjoints(
                                List.of(adjoint), List.of(Expression.constant(1)), RandomExpressions.INPUTS)
                        .get(j);
                assertSlope(adjoint, second, inputs, j);
            }
        }
    }

    private static List<Expression> cotangents(List<Expression> outputs, SplittableRandom random) {
        return outputs.stream()
                .map(output -> Expression.constant(random.nextInt(-8, 9) / 4.0))
                .toList();
    }

    private static Expression total(List<Expression> outputs, List<Expression> cotangents) {
        Expression total = Expression.constant(0);
        for (int i = 0; i < outputs.size(); i++) {
            total = total.add(outputs.get(i).mul(cotangents.get(i)));
        }
        return total;
    }

    /** Differences at two widths: where they differ there is a kink or a rounding error, and that much is allowed. */
    private static void assertSlope(Expression y, @Nullable Expression slope, double[] at, int input) {
        double wide = difference(y, at, input, 1e-5);
        double narrow = difference(y, at, input, 5e-6);
        double found = slope == null ? 0 : values(List.of(slope), at)[0];
        double scale = 1 + Math.abs(values(List.of(y), at)[0]) + Math.abs(wide);
        double allowed = 1e-7 * scale + 20 * Math.abs(wide - narrow);
        assertEquals(narrow, found, allowed, () -> y.describe() + " by x" + input + " at " + Arrays.toString(at));
    }

    private static double difference(Expression y, double[] at, int input, double step) {
        double[] above = at.clone();
        double[] below = at.clone();
        above[input] += step;
        below[input] -= step;
        return (values(List.of(y), above)[0] - values(List.of(y), below)[0]) / (above[input] - below[input]);
    }

    /** The gradient that reads saved outputs, and its packed form, are the plain one to the bit. */
    @Property(seed = "20261123")
    void savedOutputsChangeNothing(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size) {
        var random = new SplittableRandom(seed);
        int n = RandomExpressions.INPUTS;
        List<Expression> outputs = Simplifier.simplify(RandomExpressions.any(random, size));
        int m = outputs.size();
        var cotangents = new ArrayList<Expression>();
        for (int i = 0; i < m; i++) {
            cotangents.add(Expression.input(n + m + i));
        }
        List<@Nullable Expression> plain = Derivative.adjoints(outputs, cotangents, n);
        Gradient gradient = Derivative.gradient(outputs, n);
        Packed packed = gradient.packed();
        for (int i = 0; i < 10; i++) {
            double[] all = Arrays.copyOf(random.nextBoolean() ? point(random) : awkwardPoint(random), n + 2 * m);
            System.arraycopy(values(outputs, all), 0, all, n, m);
            for (int j = n + m; j < all.length; j++) {
                all[j] = random.nextDouble(-2, 2);
            }
            double[] read = Arrays.stream(packed.sources())
                    .mapToDouble(source -> all[source])
                    .toArray();
            double[] fromPacked = values(packed.expressions(), read);
            for (int k = 0; k < packed.targets().length; k++) {
                Expression exact = plain.get(packed.targets()[k]);
                Expression saved = gradient.adjoints().get(packed.targets()[k]);
                assertTrue(exact != null && saved != null);
                double expected = values(List.of(exact), all)[0];
                assertEquals(expected, values(List.of(saved), all)[0], () -> describe(outputs, all));
                assertEquals(expected, fromPacked[k], () -> describe(outputs, all));
            }
        }
    }

    /** f32 and f64 of any double: the same functions of the same numbers, each within its bound. */
    @Property(seed = "20261123")
    void everyFunctionAnywhere(@ForAll double x) {
        for (Function function : Accuracy.FUNCTIONS) {
            Expression y = new Unary(function, Expression.input(0));
            float narrow = ProgramInterpreter.run(
                    Lowering.lower(List.of(y), DType.F32, 1, 0), new double[0], new float[] {(float) x})[0];
            double exact = Interpreter.apply(function, (float) x);
            double error = Accuracy.error(narrow, exact);
            assertTrue(error <= 2, () -> function + " of " + (float) x + " is off by " + error + " ulp");
        }
    }
}
