package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Condition;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;

/** The elementwise functions, one line each. The loop, the gradients and the reference for tests are derived. */
final class Functions {
    private Functions() {}

    private static final List<Elementwise> REGISTRY = new ArrayList<>();

    private static final double SQRT_HALF = Math.sqrt(0.5);
    private static final double GELU_SLOPE = Math.sqrt(2 / Math.PI);
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;

    // ---------------------------------------------------------------- arithmetic
    static final Elementwise ADD = binary("add", (a, b) -> a.add(b));
    static final Elementwise SUB = binary("sub", (a, b) -> a.sub(b));
    static final Elementwise MUL = binary("mul", (a, b) -> a.mul(b));
    static final Elementwise DIV = binary("div", (a, b) -> a.div(b));
    static final Elementwise POW = binary("pow", (a, b) -> a.pow(b));
    static final Elementwise MIN = binary("minimum", (a, b) -> a.min(b));
    static final Elementwise MAX = binary("maximum", (a, b) -> a.max(b));
    static final Elementwise ADD_SCALAR = scalar("add", (x, s) -> x.add(s));
    static final Elementwise MUL_SCALAR = scalar("mul", (x, s) -> x.mul(s));
    static final Elementwise RSUB_SCALAR = scalar("rsub", (x, s) -> s.sub(x));
    static final Elementwise DIV_SCALAR = scalar("div", (x, s) -> x.div(s));
    static final Elementwise RDIV_SCALAR = scalar("rdiv", (x, s) -> s.div(x));
    static final Elementwise POW_SCALAR = scalar("pow", (x, s) -> x.pow(s));
    static final Elementwise RPOW_SCALAR = scalar("rpow", (x, s) -> s.pow(x));
    static final Elementwise MIN_SCALAR =
            scalar("minimum", (x, s) -> x.le(s).or(x.ne(x)).select(x, s));
    static final Elementwise MAX_SCALAR =
            scalar("maximum", (x, s) -> x.ge(s).or(x.ne(x)).select(x, s));
    static final Elementwise NEG = unary("neg", x -> x.neg());
    static final Elementwise ABS = unary("abs", x -> x.abs());
    static final Elementwise SIGN = unary("sign", x -> x.sign());
    static final Elementwise FLOOR = unary("floor", x -> x.floor());
    static final Elementwise CEIL = unary("ceil", x -> x.ceil());
    static final Elementwise ROUND = unary("round", x -> x.round());
    static final Elementwise SQUARE = unary("square", x -> x.square());
    static final Elementwise SQRT = unary("sqrt", x -> x.sqrt());
    static final Elementwise RSQRT = unary("rsqrt", x -> x.sqrt().reciprocal());
    static final Elementwise RECIPROCAL = unary("reciprocal", x -> x.reciprocal());
    static final Elementwise WHERE = ternary("where", (c, a, b) -> c.ne(0).select(a, b));

    // ---------------------------------------------------------------- transcendental
    static final Elementwise EXP = unary("exp", x -> x.exp());
    static final Elementwise EXPM1 = unary("expm1", x -> x.expm1());
    static final Elementwise LOG = unary("log", x -> x.log());
    static final Elementwise LOG1P = unary("log1p", x -> x.log1p());
    static final Elementwise SIN = unary("sin", x -> x.sin());
    static final Elementwise COS = unary("cos", x -> x.cos());
    static final Elementwise TAN = unary("tan", x -> x.tan());
    static final Elementwise TANH = unary("tanh", x -> x.tanh());
    static final Elementwise SIGMOID = unary("sigmoid", x -> x.sigmoid());
    static final Elementwise ERF = unary("erf", x -> x.erf());

    // ---------------------------------------------------------------- activations
    static final Elementwise RELU = unary("relu", x -> x.le(0).select(0, x));
    static final Elementwise LEAKY_RELU =
            scalar("leakyRelu", (x, slope) -> x.gt(0).select(x, x.mul(slope)));
    static final Elementwise ELU =
            scalar("elu", (x, alpha) -> x.gt(0).select(x, notAbove0(x).expm1().mul(alpha)));
    static final Elementwise SELU = unary(
            "selu", x -> x.gt(0).select(x, notAbove0(x).expm1().mul(SELU_ALPHA)).mul(SELU_SCALE));
    static final Elementwise SOFTPLUS = unary("softplus", Functions::softplus);
    static final Elementwise LOG_SIGMOID =
            unary("logSigmoid", x -> softplus(x.neg()).neg());
    static final Elementwise GELU =
            unary("gelu", x -> x.mul(.5).mul(x.mul(SQRT_HALF).erf().add(1)));
    static final Elementwise GELU_TANH = unary(
            "geluTanh",
            x -> x.mul(.5)
                    .mul(x.square()
                            .mul(.044715)
                            .add(1)
                            .mul(x)
                            .mul(GELU_SLOPE)
                            .tanh()
                            .add(1)));
    static final Elementwise SILU = unary("silu", x -> x.mul(x.sigmoid()));
    static final Elementwise MISH = unary("mish", x -> x.mul(softplus(x).tanh()));
    static final Elementwise HARD_SIGMOID =
            unary("hardSigmoid", x -> clamp(x.div(6).add(.5), 0, 1));
    static final Elementwise HARD_TANH = unary("hardTanh", x -> clamp(x, -1, 1));

    // ---------------------------------------------------------------- conditions
    static final Elementwise EQ = relation("eq", (a, b) -> a.eq(b));
    static final Elementwise NE = relation("ne", (a, b) -> a.ne(b));
    static final Elementwise LT = relation("lt", (a, b) -> a.lt(b));
    static final Elementwise LE = relation("le", (a, b) -> a.le(b));
    static final Elementwise GT = relation("gt", (a, b) -> a.gt(b));
    static final Elementwise GE = relation("ge", (a, b) -> a.ge(b));
    static final Elementwise EQ_SCALAR = scalarRelation("eq", (x, s) -> x.eq(s));
    static final Elementwise NE_SCALAR = scalarRelation("ne", (x, s) -> x.ne(s));
    static final Elementwise LT_SCALAR = scalarRelation("lt", (x, s) -> x.lt(s));
    static final Elementwise LE_SCALAR = scalarRelation("le", (x, s) -> x.le(s));
    static final Elementwise GT_SCALAR = scalarRelation("gt", (x, s) -> x.gt(s));
    static final Elementwise GE_SCALAR = scalarRelation("ge", (x, s) -> x.ge(s));
    /** {@link #MIN} and {@link #MAX} of truth values. */
    private static final Elementwise BOTH =
            relation("minimum", (a, b) -> a.ne(0).and(b.ne(0)));

    private static final Elementwise EITHER =
            relation("maximum", (a, b) -> a.ne(0).or(b.ne(0)));

    static final Elementwise AND = relation("and", (a, b) -> a.ne(0).and(b.ne(0)));
    static final Elementwise OR = relation("or", (a, b) -> a.ne(0).or(b.ne(0)));
    static final Elementwise XOR =
            relation("xor", (a, b) -> a.ne(0).toNumber().ne(b.ne(0).toNumber()));
    static final Elementwise NOT = predicate("not", x -> x.eq(0));
    static final Elementwise IS_NAN = predicate("isNaN", x -> x.ne(x));
    static final Elementwise IS_FINITE = predicate("isFinite", x -> x.sub(x).eq(0));

    static Tensor minimum(Tensor x, Tensor y) {
        return (areTruthValues(x, y) ? BOTH : MIN).apply(x, y);
    }

    static Tensor maximum(Tensor x, Tensor y) {
        return (areTruthValues(x, y) ? EITHER : MAX).apply(x, y);
    }

    private static boolean areTruthValues(Tensor x, Tensor y) {
        return x.dtype() == DType.BOOL && y.dtype() == DType.BOOL;
    }

    /** The condition decides, but has no part in the type. */
    static Tensor where(Tensor condition, Tensor then, Tensor otherwise) {
        DType type = DType.promote(then.dtype(), otherwise.dtype());
        boolean narrow = DType.promote(condition.dtype(), type) == type;
        return WHERE.apply(narrow ? condition : condition.to(DType.BOOL), then, otherwise)
                .to(type);
    }

    // ---------------------------------------------------------------- parts

    /**
     * log(1 + eˣ) without overflow, as max(x, 0) + log(1 + e^−|x|). With max and abs the derivatives at 0, where theirs jump, would
     * be wrong from the second on: one side has to be chosen, the same everywhere.
     */
    private static Expression softplus(Expression x) {
        Condition above = x.gt(0);
        return above.select(x, 0).add(above.select(x.neg(), x).exp().log1p());
    }

    /** min(x, 0) with derivative 1 at 0, where that of min is ½; NaN stays NaN. */
    private static Expression notAbove0(Expression x) {
        return x.gt(0).select(0, x);
    }

    /** x between two bounds; the derivative is 1 on the bounds too, and NaN stays NaN. */
    static Expression clamp(Expression x, double low, double high) {
        return clamp(x, Expression.constant(low), Expression.constant(high));
    }

    private static Expression clamp(Expression x, Expression low, Expression high) {
        return x.lt(low).select(low, high.lt(x).select(high, x));
    }

    static final Elementwise CLAMP =
            register(Elementwise.withScalars("clamp", 1, 2, (x, s) -> List.of(clamp(x.get(0), s.get(0), s.get(1)))));

    /** All of the above: tests find them here, so that none can be forgotten. */
    static List<Elementwise> all() {
        return Collections.unmodifiableList(REGISTRY);
    }

    private static Elementwise register(Elementwise function) {
        REGISTRY.add(function);
        return function;
    }

    private static Elementwise unary(String name, UnaryOperator<Expression> function) {
        return register(Elementwise.named(name, function));
    }

    private static Elementwise binary(String name, BinaryOperator<Expression> function) {
        return register(Elementwise.named(name, function));
    }

    private static Elementwise ternary(String name, Elementwise.Ternary function) {
        return register(Elementwise.named(name, function));
    }

    private static Elementwise scalar(String name, BinaryOperator<Expression> function) {
        return register(Elementwise.scalar(name, function));
    }

    private static Elementwise predicate(String name, Function<Expression, Condition> condition) {
        return register(Elementwise.predicate(name, condition));
    }

    private static Elementwise relation(String name, Elementwise.Relation relation) {
        return register(Elementwise.relation(name, relation));
    }

    private static Elementwise scalarRelation(String name, Elementwise.Relation relation) {
        return register(Elementwise.scalarRelation(name, relation));
    }
}
