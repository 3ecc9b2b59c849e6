package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Expression.constant;

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
import org.jspecify.annotations.Nullable;

/**
 * Builds expressions that are as simple as exactness allows: equal nodes become one, constants are folded, and a rewrite is
 * done only if it gives the same number for every operand, signed zeros, infinities and NaN included. (So {@code x·0} and
 * {@code x+0} stay: they are not 0 and x when x is NaN and −0.)
 */
@SuppressWarnings("ReferenceEquality") // of interned nodes
public final class Simplifier {

    private final Interner interner = new Interner();
    private final boolean floating;

    /**
     * An empty graph.
     *
     * @param floating false for integer lanes, where constants are not folded: a double neither divides nor wraps as they do
     */
    Simplifier(boolean floating) {
        this.floating = floating;
    }

    /** The same function of floating-point numbers, simpler. */
    public static Expression simplify(Expression expression) {
        return new Simplifier(true)
                .rebuild(List.of(expression), new IdentityHashMap<>())
                .getFirst();
    }

    /** The same functions of floating-point numbers, simpler and with common parts shared. */
    public static List<Expression> simplify(List<Expression> outputs) {
        return new Simplifier(true).rebuild(outputs, new IdentityHashMap<>());
    }

    /**
     * The outputs in this graph, simplified.
     *
     * @param replacements nodes, told by identity, to be replaced by others
     */
    List<Expression> rebuild(List<Expression> outputs, Map<Expression, Expression> replacements) {
        var rebuilding = new Rebuilding(replacements);
        return outputs.stream().map(rebuilding::expression).toList();
    }

    private final class Rebuilding {
        private final Map<Expression, Expression> replacements;
        private final IdentityHashMap<Expression, Expression> expressions = new IdentityHashMap<>();
        private final IdentityHashMap<Condition, Condition> conditions = new IdentityHashMap<>();

        private Rebuilding(Map<Expression, Expression> replacements) {
            this.replacements = replacements;
        }

        private Expression expression(Expression old) {
            Expression done = expressions.get(old);
            if (done == null) {
                Expression replacement = replacements.get(old);
                // a replacement is taken as it is: it may contain what it replaces
                done = replacement != null ? fresh(replacement) : copy(old);
                expressions.put(old, done);
            }
            return done;
        }

        private Expression fresh(Expression replacement) {
            return Expressions.isLeaf(replacement)
                    ? leaf(replacement)
                    : rebuild(List.of(replacement), Map.of()).getFirst();
        }

        private Expression copy(Expression old) {
            return switch (old) {
                case Input _, Scalar _, Constant _, Uniform _ -> leaf(old);
                case Unary(Function function, Expression x) -> unary(function, expression(x));
                case Binary(Operator operator, Expression a, Expression b) ->
                    binary(operator, expression(a), expression(b));
                case Fma(Expression a, Expression b, Expression c) -> fma(expression(a), expression(b), expression(c));
                case Select(Condition condition, Expression then, Expression otherwise) ->
                    select(condition(condition), expression(then), expression(otherwise));
            };
        }

        private Condition condition(Condition old) {
            Condition done = conditions.get(old);
            if (done == null) {
                done = switch (old) {
                    case Compare(Relation relation, Expression a, Expression b) ->
                        compare(relation, expression(a), expression(b));
                    case And(Condition a, Condition b) -> and(condition(a), condition(b));
                    case Or(Condition a, Condition b) -> or(condition(a), condition(b));
                    case Not(Condition a) -> not(condition(a));
                };
                conditions.put(old, done);
            }
            return done;
        }
    }

    Expression leaf(Expression leaf) {
        return interner.leaf(leaf);
    }

    Expression number(double value) {
        return leaf(constant(value));
    }

    Expression unary(Function function, Expression x) {
        if (floating && x instanceof Constant(double value)) {
            return number(Interpreter.apply(function, value));
        }
        if (x instanceof Unary(Function inner, Expression y)) {
            if (function == Function.NEG && inner == Function.NEG) {
                return y;
            }
            if (function == Function.ABS && inner == Function.NEG) {
                return unary(Function.ABS, y);
            }
            if (function == inner && isIdempotent(function)) {
                return x;
            }
        }
        return interner.unary(function, x);
    }

    private static boolean isIdempotent(Function function) {
        return switch (function) {
            case ABS, SIGN, FLOOR, CEIL, ROUND -> true;
            default -> false;
        };
    }

    Expression neg(Expression x) {
        return unary(Function.NEG, x);
    }

    Expression add(Expression a, Expression b) {
        return binary(Operator.ADD, a, b);
    }

    Expression sub(Expression a, Expression b) {
        return binary(Operator.SUB, a, b);
    }

    Expression mul(Expression a, Expression b) {
        return binary(Operator.MUL, a, b);
    }

    Expression div(Expression a, Expression b) {
        return binary(Operator.DIV, a, b);
    }

    Expression binary(Operator operator, Expression a, Expression b) {
        if (floating && a instanceof Constant(double p) && b instanceof Constant(double q)) {
            return number(Interpreter.apply(operator, p, q));
        }
        Expression simpler = switch (operator) {
            case ADD -> simplerSum(a, b);
            case SUB -> simplerDifference(a, b);
            case MUL -> simplerProduct(a, b);
            case DIV -> simplerQuotient(a, b);
            case MIN, MAX -> a == b ? a : null;
            case POW -> simplerPower(a, b);
        };
        return simpler != null ? simpler : interner.binary(operator, a, b);
    }

    private @Nullable Expression simplerSum(Expression a, Expression b) {
        if (is(b, -0.0)) {
            return a;
        }
        if (is(a, -0.0)) {
            return b;
        }
        if (b instanceof Unary(Function function, Expression y) && function == Function.NEG) {
            return sub(a, y);
        }
        if (a instanceof Unary(Function function, Expression x) && function == Function.NEG) {
            return sub(b, x);
        }
        return a instanceof Constant ? interner.binary(Operator.ADD, b, a) : null;
    }

    private @Nullable Expression simplerDifference(Expression a, Expression b) {
        if (is(b, 0.0)) {
            return a;
        }
        if (is(a, -0.0)) {
            return neg(b);
        }
        if (b instanceof Unary(Function function, Expression y) && function == Function.NEG) {
            return add(a, y);
        }
        return null;
    }

    private @Nullable Expression simplerProduct(Expression a, Expression b) {
        if (a instanceof Constant && !(b instanceof Constant)) {
            return mul(b, a);
        }
        if (is(b, 1)) {
            return a;
        }
        if (is(b, -1)) {
            return neg(a);
        }
        if (a instanceof Unary(Function function, Expression x) && function == Function.NEG) {
            if (b instanceof Constant(double value)) {
                return mul(x, number(-value));
            }
            if (b instanceof Unary(Function other, Expression y) && other == Function.NEG) {
                return mul(x, y);
            }
        }
        return null;
    }

    private @Nullable Expression simplerQuotient(Expression a, Expression b) {
        if (!(b instanceof Constant(double value))) {
            return null;
        }
        if (value == 1) {
            return a;
        }
        if (value == -1) {
            return neg(a);
        }
        return floating && hasExactReciprocal(value) ? mul(a, number(1 / value)) : null;
    }

    /** True for powers of two that are normal numbers of f32, and so are their reciprocals. */
    private static boolean hasExactReciprocal(double value) {
        int exponent = Math.getExponent(value);
        return Math.abs(value) == Math.scalb(1.0, exponent) && Math.abs(exponent) <= 126;
    }

    private @Nullable Expression simplerPower(Expression a, Expression b) {
        if (is(b, 0) || is(b, -0.0)) {
            return number(1);
        }
        if (is(b, 1)) {
            return a;
        }
        if (is(b, 2)) {
            return mul(a, a);
        }
        return floating && is(b, -1) ? div(number(1), a) : null;
    }

    Expression fma(Expression a, Expression b, Expression c) {
        if (floating
                && a instanceof Constant(double p)
                && b instanceof Constant(double q)
                && c instanceof Constant(double r)) {
            return number(Math.fma(p, q, r));
        }
        if (is(a, 1)) {
            return add(b, c);
        }
        if (is(b, 1)) {
            return add(a, c);
        }
        return is(c, -0.0) ? mul(a, b) : interner.fma(a, b, c);
    }

    Expression select(Condition condition, Expression then, Expression otherwise) {
        Boolean known = truth(condition);
        if (known != null) {
            return known ? then : otherwise;
        }
        if (then == otherwise) {
            return then;
        }
        if (condition instanceof Not(Condition opposite)) {
            return select(opposite, otherwise, then);
        }
        if (then instanceof Select(Condition inner, Expression taken, Expression _) && inner == condition) {
            return select(condition, taken, otherwise);
        }
        if (otherwise instanceof Select(Condition inner, Expression _, Expression taken) && inner == condition) {
            return select(condition, then, taken);
        }
        return interner.select(condition, then, otherwise);
    }

    Condition compare(Relation relation, Expression a, Expression b) {
        if (a instanceof Constant(double p) && b instanceof Constant(double q)) {
            return truth(relation.test(p, q));
        }
        return interner.compare(relation, a, b);
    }

    Condition and(Condition a, Condition b) {
        Boolean left = truth(a);
        Boolean right = truth(b);
        if (left != null) {
            return left ? b : a;
        }
        if (right != null) {
            return right ? a : b;
        }
        return a == b ? a : interner.and(a, b);
    }

    Condition or(Condition a, Condition b) {
        Boolean left = truth(a);
        Boolean right = truth(b);
        if (left != null) {
            return left ? a : b;
        }
        if (right != null) {
            return right ? b : a;
        }
        return a == b ? a : interner.or(a, b);
    }

    Condition not(Condition a) {
        Boolean known = truth(a);
        if (known != null) {
            return truth(!known);
        }
        return switch (a) {
            case Not(Condition inner) -> inner;
            case Compare(Relation relation, Expression p, Expression q)
            when relation == Relation.EQ -> interner.compare(Relation.NE, p, q);
            case Compare(Relation relation, Expression p, Expression q)
            when relation == Relation.NE -> interner.compare(Relation.EQ, p, q);
            default -> interner.not(a);
        };
    }

    /** Always or never, as the only comparison of two constants that is kept. */
    private Condition truth(boolean value) {
        return interner.compare(value ? Relation.EQ : Relation.NE, number(0), number(0));
    }

    /** What a comparison of two constants says; null for any other condition. */
    static @Nullable Boolean truth(Condition condition) {
        return condition instanceof Compare(Relation relation, Constant(double p), Constant(double q))
                ? relation.test(p, q)
                : null;
    }

    private static boolean is(Expression node, double value) {
        return node instanceof Constant(double own) && Double.doubleToLongBits(own) == Double.doubleToLongBits(value);
    }
}
