package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.culebra.kernel.expression.Expression.Binary;
import org.junit.jupiter.api.Test;

class SimplifierTest {

    private static final Expression X = Expression.input(0);
    private static final Expression Y = Expression.input(1);

    private static String simple(Expression expression) {
        return Simplifier.simplify(expression).describe();
    }

    @Test
    void neutralElements() {
        assertEquals("x0", simple(X.mul(1)));
        assertEquals("x0", simple(Expression.constant(1).mul(X)));
        assertEquals("-x0", simple(X.mul(-1)));
        assertEquals("x0", simple(X.div(1)));
        assertEquals("-x0", simple(X.div(-1)));
        assertEquals("x0", simple(X.sub(0)));
        assertEquals("x0", simple(X.add(-0.0)));
        assertEquals("-x0", simple(Expression.constant(-0.0).sub(X)));
        assertEquals("x0", simple(X.pow(1)));
        assertEquals("x0 * x0", simple(X.pow(2)));
        assertEquals("1 / x0", simple(X.pow(-1)));
        assertEquals("1", simple(X.pow(0)));
        assertEquals("x0", simple(X.min(X)));
        assertEquals("x1 + x0", simple(Expression.constant(1).fma(Y, X)));
        assertEquals("x0 * x1", simple(X.fma(Y, Expression.constant(-0.0))));
    }

    @Test
    void whatIsNotExactStays() {
        // −0 + 0 = 0, NaN · 0 = NaN, 0 − 0 = 0 but −(0) = −0
        assertEquals("x0 + 0", simple(X.add(0)));
        assertEquals("x0 * 0", simple(X.mul(0)));
        assertEquals("0 - x0", simple(Expression.constant(0).sub(X)));
        assertEquals("x0 - -0.0", simple(X.sub(-0.0)));
        assertEquals("x0 / 3", simple(X.div(3)));
        assertEquals("x0 - x0", simple(X.sub(X)));
        assertEquals("x0 / x0", simple(X.div(X)));
        assertEquals("pow(x0, 0.5)", simple(X.pow(.5)));
        assertEquals("-(x0 - x1)", simple(X.sub(Y).neg()));
        assertEquals(
                "where(not (x0 < x1) and x0 != x0, 1, 0)",
                simple(X.lt(Y).not().and(X.ne(X)).toNumber()));
    }

    @Test
    void signs() {
        assertEquals("x0", simple(X.neg().neg()));
        assertEquals("abs(x0)", simple(X.neg().abs().abs()));
        assertEquals("x0 * x1", simple(X.neg().mul(Y.neg())));
        assertEquals("x0 * -3", simple(X.neg().mul(3)));
        assertEquals("x0 - x1", simple(X.add(Y.neg())));
        assertEquals("x1 - x0", simple(X.neg().add(Y)));
        assertEquals("x0 + x1", simple(X.sub(Y.neg())));
        assertEquals("floor(x0)", simple(X.floor().floor()));
    }

    @Test
    void constantsAreFolded() {
        assertEquals("x0 * 6", simple(X.mul(Expression.constant(2).mul(3))));
        assertEquals("x0 * 0.25", simple(X.div(4)));
        assertEquals("x0 + 1", simple(X.add(Expression.constant(0).exp())));
        assertEquals("x0 * 3", simple(Expression.constant(3).mul(X)));
        assertEquals("x0 + 3", simple(Expression.constant(3).add(X)));
    }

    @Test
    void decisions() {
        assertEquals("x0", simple(Expression.constant(1).lt(2).select(X, Y)));
        assertEquals("x1", simple(Expression.constant(1).gt(2).select(X, Y)));
        assertEquals("x0", simple(X.lt(Y).select(X, X)));
        assertEquals("where(x0 < x1, x1, x0)", simple(X.lt(Y).not().select(X, Y)));
        assertEquals(
                "where(x0 < x1, 1, 2)",
                simple(X.lt(Y).select(X.lt(Y).select(Expression.constant(1), Y), Expression.constant(2))));
        assertEquals(
                "where(x0 < x1, 1, 2)",
                simple(X.lt(Y).select(Expression.constant(1), X.lt(Y).select(Y, Expression.constant(2)))));
        assertEquals("where(x0 != x1, 1, 0)", simple(X.eq(Y).not().toNumber()));
        assertEquals("where(x0 < x1, 1, 0)", simple(X.lt(Y).not().not().toNumber()));
        assertEquals(
                "where(x0 < x1, 1, 0)",
                simple(X.lt(Y).and(X.lt(Y)).or(Expression.constant(1).lt(0)).toNumber()));
    }

    @Test
    void equalPartsBecomeOne() {
        List<Expression> outputs = Simplifier.simplify(
                List.of(X.mul(Y).exp().add(Y.mul(X).exp()), Y.mul(X).exp()));
        Binary sum = (Binary) outputs.getFirst();
        assertSame(sum.a(), sum.b());
        assertSame(sum.a(), outputs.get(1));
        // ±0 are not equal
        assertEquals("x0 + 0 + x0 * -0.0", simple(X.add(0).add(X.mul(-0.0))));
    }

    @Test
    void integersKeepTheirArithmetic() {
        var graph = new Simplifier(false);
        Expression seven = graph.number(7);
        assertEquals("7 / 2", graph.div(seven, graph.number(2)).describe());
        assertEquals("2 * 7", graph.mul(graph.number(2), seven).describe());
        assertEquals("x0 / 4", graph.div(graph.leaf(X), graph.number(4)).describe());
    }
}
