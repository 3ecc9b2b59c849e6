package org.culebra.kernel.expression;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Condition.And;
import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Not;
import org.culebra.kernel.expression.Condition.Or;
import org.culebra.kernel.expression.Condition.Relation;
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
import org.culebra.kernel.expression.Program.Value;
import org.culebra.memory.DType;

/**
 * Turns expressions into a {@link Program}: every function becomes arithmetic, every decision a {@code select}.
 *
 * <p>A product and a sum stay two roundings; only {@link Expression.Fma} becomes one. Common parts are computed once.
 */
public final class Lowering {

    private final Program.Builder b;
    private final int inputs;
    private final IdentityHashMap<Expression, Value> values = new IdentityHashMap<>();
    private final IdentityHashMap<Condition, Value> masks = new IdentityHashMap<>();

    private Lowering(DType dtype, int inputs) {
        this.b = new Program.Builder(dtype);
        this.inputs = inputs;
    }

    /**
     * The program that computes the outputs.
     *
     * @param dtype of the lanes: f32, f64, i32 or i64
     * @param inputs how many tensors the function takes
     * @param scalars how many run-time numbers it takes
     * @throws IllegalArgumentException for another dtype, and where an expression makes no sense on integers: exp, 0.5 · x, …
     */
    public static Program lower(List<Expression> outputs, DType dtype, int inputs, int scalars) {
        if (!dtype.isFloating() && dtype != DType.I32 && dtype != DType.I64) {
            throw new IllegalArgumentException("no arithmetic on " + dtype + ": convert to i32, i64, f32 or f64");
        }
        List<Expression> simple = new Simplifier(dtype.isFloating()).rebuild(outputs, Map.of());
        var lowering = new Lowering(dtype, inputs);
        List<Value> results = simple.stream().map(lowering::value).toList();
        return lowering.b.build(inputs, Expressions.uniforms(outputs), scalars, results);
    }

    private Value value(Expression node) {
        Value done = values.get(node);
        if (done == null) {
            done = compute(node);
            values.put(node, done);
        }
        return done;
    }

    private Value compute(Expression node) {
        return switch (node) {
            case Input(int index) -> b.input(index);
            case Uniform(int index) -> b.input(inputs + index);
            case Scalar(int index) -> b.scalar(index);
            case Constant(double value) -> constant(value);
            case Unary(Function function, Expression x) -> unary(function, value(x));
            case Binary(Operator operator, Expression a, Constant(double exponent))
            when operator == Operator.POW -> power(value(a), exponent);
            case Binary(Operator operator, Expression a, Expression b) -> binary(operator, value(a), value(b));
            case Fma(Expression x, Expression y, Expression z) -> fma(value(x), value(y), value(z));
            case Select(Condition condition, Expression then, Expression otherwise) ->
                b.select(mask(condition), value(then), value(otherwise));
        };
    }

    private boolean isFloating() {
        return b.dtype().isFloating();
    }

    private Value constant(double value) {
        boolean fits =
                b.dtype() == DType.I32 ? value == (int) value : value == (long) value && Math.abs(value) < 0x1p63;
        if (!isFloating() && !fits) {
            throw new IllegalArgumentException(value + " is no " + b.dtype());
        }
        return b.constant(value);
    }

    private Value fma(Value x, Value y, Value z) {
        return isFloating() ? b.fma(x, y, z) : b.add(b.mul(x, y), z);
    }

    private Value mask(Condition condition) {
        Value done = masks.get(condition);
        if (done == null) {
            done = switch (condition) {
                case Compare(Relation relation, Expression x, Expression y) -> compare(relation, value(x), value(y));
                case And(Condition p, Condition q) -> b.and(mask(p), mask(q));
                case Or(Condition p, Condition q) -> b.or(mask(p), mask(q));
                case Not(Condition p) -> b.not(mask(p));
            };
            masks.put(condition, done);
        }
        return done;
    }

    private Value compare(Relation relation, Value x, Value y) {
        return switch (relation) {
            case LT -> b.lt(x, y);
            case LE -> b.le(x, y);
            case EQ -> b.eq(x, y);
            case NE -> b.ne(x, y);
        };
    }

    private Value binary(Operator operator, Value x, Value y) {
        return switch (operator) {
            case ADD -> b.add(x, y);
            case SUB -> b.sub(x, y);
            case MUL -> b.mul(x, y);
            case DIV -> b.div(x, y);
            case MIN -> b.min(x, y);
            case MAX -> b.max(x, y);
            case POW -> Power.pow(floating("pow"), x, y);
        };
    }

    private Value unary(Function function, Value x) {
        return switch (function) {
            case NEG -> b.neg(x);
            case ABS -> b.abs(x);
            case SIGN -> sign(x);
            case FLOOR -> isFloating() ? Rounding.floor(b, x) : x;
            case CEIL -> isFloating() ? Rounding.ceil(b, x) : x;
            case ROUND -> isFloating() ? Rounding.round(b, x) : x;
            case SQRT -> floating("sqrt").sqrt(x);
            case EXP -> Exponentials.exp(floating("exp"), x);
            case EXPM1 -> Exponentials.expm1OfAny(floating("expm1"), x);
            case LOG -> Logarithms.log(floating("log"), x);
            case LOG1P -> Logarithms.log1p(floating("log1p"), x);
            case SIN -> Trigonometry.sin(floating("sin"), x);
            case COS -> Trigonometry.cos(floating("cos"), x);
            case NEAR_COS -> Trigonometry.nearCos(floating("cos"), x);
            case TAN -> Trigonometry.tan(floating("tan"), x);
            case TANH -> Exponentials.tanh(floating("tanh"), x);
            case SIGMOID -> Exponentials.sigmoid(floating("sigmoid"), x);
            case ERF -> ErrorFunction.erf(floating("erf"), x);
        };
    }

    /** The builder, if its lanes know fractions. */
    private Program.Builder floating(String function) {
        if (!isFloating()) {
            throw new IllegalArgumentException(
                    function + " is not defined on " + b.dtype() + ": convert to f32 or f64");
        }
        return b;
    }

    private Value sign(Value x) {
        Value zero = b.constant(0);
        return b.select(b.lt(zero, x), b.constant(1), b.select(b.lt(x, zero), b.constant(-1), x));
    }

    private Value power(Value x, double exponent) {
        if (exponent == .5) {
            return Power.squareRoot(floating("a square root"), x);
        }
        if (exponent == 3) {
            return b.mul(b.mul(x, x), x);
        }
        if (exponent == 4) {
            Value square = b.mul(x, x);
            return b.mul(square, square);
        }
        if (exponent == -2) {
            // not 1/(x·x): that is 0 where x·x overflows
            Value inverse = b.div(b.constant(1), x);
            return b.mul(inverse, inverse);
        }
        return Power.pow(floating("pow"), x, b.constant(exponent));
    }
}
