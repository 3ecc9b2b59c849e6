package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FormulaTest {

    private static final Expression X = Expression.input(0);
    private static final Expression Y = Expression.input(1);

    @Test
    void parenthesesOnlyWhereTheyCount() {
        assertEquals("x0 + x1 * 2", X.add(Y.mul(2)).describe());
        assertEquals("(x0 + x1) * 2", X.add(Y).mul(2).describe());
        assertEquals("x0 - (x1 - 2)", X.sub(Y.sub(2)).describe());
        assertEquals("x0 - x1 - 2", X.sub(Y).sub(2).describe());
        assertEquals("x0 / (x1 * 2)", X.div(Y.mul(2)).describe());
        assertEquals("x0 / x1 * 2", X.div(Y).mul(2).describe());
        assertEquals("x0 * (x1 / 2)", X.mul(Y.div(2)).describe());
        assertEquals("x0 * (x1 * 2)", X.mul(Y.mul(2)).describe());
        assertEquals("x0 + (x1 + 2)", X.add(Y.add(2)).describe());
        assertEquals("-(x0 + 1)", X.add(1).neg().describe());
        assertEquals("-x0 * x1", X.neg().mul(Y).describe());
        assertEquals("x0 / -2.5", X.div(-2.5).describe());
    }

    @Test
    void callsAndDecisions() {
        assertEquals("max(tanh(x0), pow(x1, 3))", X.tanh().max(Y.pow(3)).describe());
        assertEquals("fma(x0, x1, s0)", X.fma(Y, Expression.scalar(0)).describe());
        assertEquals(
                "where(u1 < 0.5, 0, x0)",
                Expression.uniform(1).lt(.5).select(0, X).describe());
        assertEquals(
                "where((x0 < 1 and x0 == x1) or not (x0 <= 2), 1, 0)",
                X.lt(1).and(X.eq(Y)).or(X.le(2).not()).toNumber().describe());
    }

    @Test
    void aHugeSharedGraphIsCutShort() {
        Expression y = X;
        for (int i = 0; i < 100; i++) {
            y = y.mul(y).add(y);
        }
        String text = y.describe();
        assertTrue(text.length() < 450 && text.endsWith("…"), text);
    }
}
