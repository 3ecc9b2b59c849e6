package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.culebra.kernel.expression.Derivative.Gradient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DerivativeTest {

    private static final Expression X = Expression.input(0);
    private static final Expression Y = Expression.input(1);
    private static final Expression ONE = Expression.constant(1);

    /** dy/dx as an expression of the inputs alone. */
    private static Expression slope(Expression y, int by) {
        Expression adjoint = Derivative.adjoints(List.of(y), List.of(ONE), 2).get(by);
        assertNotNull(adjoint);
        return adjoint;
    }

    private static double slopeAt(Expression y, double... at) {
        return Interpreter.evaluate(slope(y, 0), at);
    }

    @TestFactory
    Stream<DynamicTest> everyFunctionHasTheSlopeOfItsDifferences() {
        Map<String, UnaryOperator<Expression>> functions = Map.ofEntries(
                Map.entry("neg", Expression::neg),
                Map.entry("abs", Expression::abs),
                Map.entry("sqrt", x -> x.square().add(.1).sqrt()),
                Map.entry("exp", Expression::exp),
                Map.entry("expm1", Expression::expm1),
                Map.entry("log", x -> x.square().add(.1).log()),
                Map.entry("log1p", x -> x.square().log1p()),
                Map.entry("sin", Expression::sin),
                Map.entry("cos", Expression::cos),
                Map.entry("tan", Expression::tan),
                Map.entry("tanh", Expression::tanh),
                Map.entry("sigmoid", Expression::sigmoid),
                Map.entry("erf", Expression::erf),
                Map.entry("reciprocal", Expression::reciprocal),
                Map.entry("quotient", x -> x.exp().div(x.square().add(1))),
                Map.entry("power", x -> x.abs().pow(x.mul(.5))),
                Map.entry("cube", x -> x.pow(3)),
                Map.entry("root", x -> x.abs().pow(.5)),
                Map.entry("constant base", x -> Expression.constant(2).pow(x)),
                Map.entry("fma", x -> x.fma(x.sin(), x.cos())),
                Map.entry("min", x -> x.square().min(x.exp())),
                Map.entry("max", x -> x.square().max(x.exp())),
                Map.entry("select", x -> x.lt(.3).select(x.sin(), x.exp())),
                Map.entry("shared", x -> {
                    Expression node = x.tanh();
                    return node.mul(node).add(node.exp().mul(node));
                }));
        return functions.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Expression y = entry.getValue().apply(X);
                    Expression slope = slope(y, 0);
                    Expression curvature =
                            Derivative.adjoints(List.of(slope), List.of(ONE), 1).getFirst();
                    for (double x : new double[] {-1.7, -.9, -.2, .25, .7, 1.1, 1.9}) {
                        assertDifference(y, slope, x);
                        if (curvature != null) {
                            assertDifference(slope, curvature, x);
                        }
                    }
                }));
    }

    private static void assertDifference(Expression y, Expression slope, double x) {
        double h = 1e-6;
        double difference = (Interpreter.evaluate(y, x + h) - Interpreter.evaluate(y, x - h)) / (2 * h);
        double value = Interpreter.evaluate(slope, x);
        assertEquals(difference, value, 1e-7 * (1 + Math.abs(difference)), () -> slope.describe() + " at " + x);
    }

    @Test
    void theTapeKeepsTheOutputOnlyWhereItHoldsTheDerivative() {
        Gradient gradient = Derivative.gradient(List.of(X.tanh()), 1);
        Expression adjoint = gradient.adjoints().getFirst();
        assertNotNull(adjoint);
        assertEquals("x2 * fma(-x1, x1, 1)", adjoint.describe());
        assertEquals(bits(1, 2), gradient.reads());
        assertEquals(bits(1, 2), Derivative.gradient(List.of(X.sigmoid()), 1).reads());
        assertEquals(bits(1, 2), Derivative.gradient(List.of(X.exp()), 1).reads());
        assertEquals(bits(1, 2), Derivative.gradient(List.of(X.sqrt()), 1).reads());
        assertEquals(bits(1, 2), Derivative.gradient(List.of(X.reciprocal()), 1).reads());
        assertEquals(bits(0, 2), Derivative.gradient(List.of(X.log()), 1).reads());
        assertEquals(bits(0, 2), Derivative.gradient(List.of(X.square()), 1).reads());
        assertEquals(bits(2), Derivative.gradient(List.of(X.add(1)), 1).reads());
        assertEquals(bits(1, 2, 3), Derivative.gradient(List.of(X.div(Y)), 2).reads());
    }

    @Test
    void anOutputWrittenTwiceIsStillRecognized() {
        Gradient gradient = Derivative.gradient(List.of(X.tanh(), X.tanh().mul(X)), 1);
        assertEquals(bits(0, 1, 3, 4), gradient.reads());
    }

    @Test
    void packedNamesOnlyWhatIsRead() {
        var packed = Derivative.gradient(List.of(X.sub(Y.exp()).tanh()), 2).packed();
        // x, y, saved output, cotangent: x itself is not needed
        assertEquals(List.of(1, 2, 3), Arrays.stream(packed.sources()).boxed().toList());
        assertEquals(List.of(0, 1), Arrays.stream(packed.targets()).boxed().toList());
        assertEquals("x2 * fma(-x1, x1, 1)", packed.expressions().get(0).describe());
        assertEquals(
                "-(x2 * fma(-x1, x1, 1)) * exp(x0)", packed.expressions().get(1).describe());
    }

    @Test
    void whatIsNotWantedOrNotGivenIsNull() {
        List<Expression> outputs = List.of(X.mul(Y), X.exp());
        Gradient byY = Derivative.gradient(outputs, 2, bits(1), bits(0, 1));
        assertNull(byY.adjoints().get(0));
        assertEquals("x4 * x0", String.valueOf(describe(byY.adjoints().get(1))));
        Gradient second = Derivative.gradient(outputs, 2, bits(0, 1), bits(1));
        assertEquals("x5 * x3", describe(second.adjoints().get(0)));
        assertNull(second.adjoints().get(1));
    }

    @Test
    void stepsAndRandomNumbersHaveNoDerivative() {
        for (Expression y :
                List.of(X.sign(), X.floor(), X.ceil(), X.round(), Expression.uniform(0), Expression.scalar(0))) {
            assertNull(Derivative.adjoints(List.of(y), List.of(ONE), 1).getFirst());
        }
        Expression dropped = Expression.uniform(0).lt(.5).select(0, X);
        assertEquals("where(u0 < 0.5, 0, 1)", slope(dropped, 0).describe());
    }

    @Test
    void theSideNotTakenLeaksNothing() {
        assertEquals(0, slopeAt(X.gt(0).select(X.log(), 0), 0));
        assertEquals(0, slopeAt(X.gt(0).select(X.sqrt().mul(3).exp(), 0), 0));
        assertEquals(0, slopeAt(X.sqrt().max(1), 0));
        // nested and joined conditions
        Expression inner = Y.gt(0).select(X.sqrt(), X.log());
        Expression outer = X.gt(0).select(inner, 7).add(X.gt(1).select(X.sqrt(), 0));
        assertEquals(0, slopeAt(outer, 0, 1));
        assertEquals(0, slopeAt(outer, 0, -1));
        assertEquals(2, slopeAt(outer, .0625, 1));
        assertEquals(.5, slopeAt(outer, 4, 1));
        // second order
        Expression slope = slope(X.gt(0).select(X.sqrt(), 0), 0);
        assertEquals(0, slopeAt(slope, 0));
    }

    @Test
    void equalsShareAndNaNGoesToBoth() {
        Expression max = X.max(Y);
        assertEquals(.5, slopeAt(max, 3, 3));
        assertEquals(.5, Interpreter.evaluate(slope(max, 1), 3, 3));
        assertEquals(1, slopeAt(max, 4, 3));
        assertEquals(0, slopeAt(max, 2, 3));
        assertEquals(1, slopeAt(max, Double.NaN, 3));
        assertEquals(1, Interpreter.evaluate(slope(max, 1), Double.NaN, 3));
        assertEquals(1, slopeAt(X.min(Y), 2, 3));
        assertEquals(0, slopeAt(X.min(Y), 4, 3));
        assertEquals(1, slopeAt(X.max(X), 4));
    }

    @Test
    void powersOfZeroAreSafe() {
        assertEquals(0, slopeAt(X.pow(2), 0));
        assertEquals(6, slopeAt(X.pow(2), 3));
        assertEquals("x0 + x0", slope(X.pow(2), 0).describe());
        assertEquals(1, slopeAt(X.pow(1), 0));
        assertEquals(0, slopeAt(X.pow(3), 0));
        Expression power = X.pow(Y);
        assertEquals(0, Interpreter.evaluate(slope(power, 0), 0, 0));
        assertEquals(0, Interpreter.evaluate(slope(power, 1), 0, 0));
        assertEquals(0, Interpreter.evaluate(slope(power, 1), 0, 2));
        assertEquals(8 * Math.log(2), Interpreter.evaluate(slope(power, 1), 2, 3), 1e-14);
        assertEquals(12, Interpreter.evaluate(slope(power, 0), 2, 3), 1e-14);
    }

    @Test
    void sharedNodesCostNoMoreThanTheirNumber() {
        Expression y = X;
        for (int i = 0; i < 200; i++) {
            y = y.mul(y).add(y).tanh();
        }
        Expression slope = slope(y, 0);
        assertTrue(Expressions.nodes(List.of(slope)).size() < 5000);
        assertTrue(slope.describe().length() < 500);
    }

    private static @Nullable String describe(@Nullable Expression expression) {
        return expression == null ? null : expression.describe();
    }

    private static BitSet bits(int... indices) {
        var set = new BitSet();
        for (int index : indices) {
            set.set(index);
        }
        return set;
    }
}
