package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.kernel.expression.Expression.Function;
import org.junit.jupiter.api.Test;

class InterpreterTest {

    @Test
    void errorFunction() {
        for (double x = -6.5; x < 6.5; x += .0371) {
            double error = Exact.ulps(Interpreter.erf(x), Exact.apply(Function.ERF, x));
            assertTrue(error < 8, x + " is off by " + error + " ulp");
        }
        assertEquals(1, Interpreter.erf(Double.POSITIVE_INFINITY));
        assertEquals(-1, Interpreter.erf(-40));
        assertEquals(-0.0, Interpreter.erf(-0.0));
        assertEquals(Double.NaN, Interpreter.erf(Double.NaN));
        assertEquals(2 / Math.sqrt(Math.PI) * 1e-300, Interpreter.erf(1e-300), 1e-315);
    }

    @Test
    void sigmoidKeepsItsDigits() {
        for (double x : new double[] {-740, -700, -40, -1, 0, 1, 30}) {
            assertTrue(
                    Exact.ulps(Interpreter.apply(Function.SIGMOID, x), Exact.apply(Function.SIGMOID, x)) < 3, "" + x);
        }
    }

    @Test
    void everyLeaf() {
        Expression x = Expression.input(1);
        Expression sum = x.add(Expression.scalar(0)).mul(Expression.uniform(2));
        Expression choice = x.gt(2).and(x.lt(3).not()).or(x.eq(0)).select(7, Expression.constant(8));
        double[] values = Interpreter.evaluate(
                List.of(sum, choice), new double[] {9, 3}, new double[] {4}, new double[] {9, 9, .5});
        assertArrayEquals(new double[] {3.5, 7}, values);
    }
}
