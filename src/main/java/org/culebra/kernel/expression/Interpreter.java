package org.culebra.kernel.expression;

import java.util.IdentityHashMap;
import java.util.List;
import org.culebra.kernel.expression.Condition.And;
import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Not;
import org.culebra.kernel.expression.Condition.Or;
import org.culebra.kernel.expression.Expression.Binary;
import org.culebra.kernel.expression.Expression.Constant;
import org.culebra.kernel.expression.Expression.Fma;
import org.culebra.kernel.expression.Expression.Function;
import org.culebra.kernel.expression.Expression.Input;
import org.culebra.kernel.expression.Expression.Operator;
import org.culebra.kernel.expression.Expression.Scalar;
import org.culebra.kernel.expression.Expression.Select;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.kernel.expression.Expression.Uniform;

/**
 * Evaluates an expression on one element in double, step by step, with {@link StrictMath}: the oracle of the tests, and the
 * folder of constants. It shares nothing with the compiled loops.
 */
public final class Interpreter {

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    private final double[] inputs;
    private final double[] scalars;
    private final double[] uniforms;
    private final IdentityHashMap<Expression, Double> known = new IdentityHashMap<>();

    private Interpreter(double[] inputs, double[] scalars, double[] uniforms) {
        this.inputs = inputs;
        this.scalars = scalars;
        this.uniforms = uniforms;
    }

    /** The expression's value at these inputs. */
    public static double evaluate(Expression expression, double... inputs) {
        return new Interpreter(inputs, new double[0], new double[0]).value(expression);
    }

    /** The expressions' values at these inputs, run-time numbers and random numbers. */
    public static double[] evaluate(List<Expression> outputs, double[] inputs, double[] scalars, double[] uniforms) {
        var interpreter = new Interpreter(inputs, scalars, uniforms);
        return outputs.stream().mapToDouble(interpreter::value).toArray();
    }

    private double value(Expression node) {
        Double done = known.get(node);
        if (done == null) {
            done = compute(node);
            known.put(node, done);
        }
        return done;
    }

    private double compute(Expression node) {
        return switch (node) {
            case Input(int index) -> inputs[index];
            case Scalar(int index) -> scalars[index];
            case Uniform(int index) -> uniforms[index];
            case Constant(double value) -> value;
            case Unary(Function function, Expression x) -> apply(function, value(x));
            case Binary(Operator operator, Expression a, Expression b) -> apply(operator, value(a), value(b));
            case Fma(Expression a, Expression b, Expression c) -> Math.fma(value(a), value(b), value(c));
            case Select(Condition condition, Expression then, Expression otherwise) ->
                value(holds(condition) ? then : otherwise);
        };
    }

    private boolean holds(Condition condition) {
        return switch (condition) {
            case Compare compare -> compare.relation().test(value(compare.a()), value(compare.b()));
            case And(Condition a, Condition b) -> holds(a) && holds(b);
            case Or(Condition a, Condition b) -> holds(a) || holds(b);
            case Not(Condition a) -> !holds(a);
        };
    }

    static double apply(Operator operator, double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case POW -> StrictMath.pow(a, b);
        };
    }

    static double apply(Function function, double x) {
        return switch (function) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case SQRT -> Math.sqrt(x);
            case EXP -> StrictMath.exp(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case SIN -> StrictMath.sin(x);
            case COS, NEAR_COS -> StrictMath.cos(x);
            case TAN -> StrictMath.tan(x);
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> sigmoid(x);
            case ERF -> erf(x);
        };
    }

    private static double sigmoid(double x) {
        double small = StrictMath.exp(-Math.abs(x));
        return (x < 0 ? small : 1) / (1 + small);
    }

    /**
     * erf(x) by its series of positive terms, 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), up to 3, and from there by the
     * continued fraction of 1 − erf.
     */
    static double erf(double x) {
        double y = Math.abs(x);
        if (!(y > 0)) {
            return x;
        }
        if (y >= 6) {
            return Math.signum(x);
        }
        double scale = StrictMath.exp(-y * y);
        return Math.copySign(y < 3 ? TWO_OVER_SQRT_PI * scale * erfSeries(y) : 1 - scale * erfcFraction(y), x);
    }

    private static double erfSeries(double y) {
        double term = y;
        double sum = y;
        for (int n = 1; term > sum * 0x1p-60; n++) {
            term *= 2 * y * y / (2 * n + 1);
            sum += term;
        }
        return sum;
    }

    private static double erfcFraction(double y) {
        double tail = y;
        for (int n = 60; n >= 1; n--) {
            tail = y + n / 2.0 / tail;
        }
        return 1 / tail / Math.sqrt(Math.PI);
    }
}
