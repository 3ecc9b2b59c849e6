package org.culebra.kernel.expression;

import java.util.HashMap;
import java.util.IdentityHashMap;
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
import org.culebra.kernel.expression.Expression.Operator;
import org.culebra.kernel.expression.Expression.Select;
import org.culebra.kernel.expression.Expression.Unary;
import org.jspecify.annotations.Nullable;

/**
 * Makes equal nodes one object (hash consing), so that from then on equality is identity. Operands must have come out of the
 * same interner.
 */
final class Interner {

    /** A verb and the numbers of its operands. */
    private record Key(Object verb, int a, int b, int c) {}

    private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();
    private final Map<Key, Expression> expressions = new HashMap<>();
    private final Map<Key, Condition> conditions = new HashMap<>();

    private Key key(Object verb, @Nullable Object a, @Nullable Object b, @Nullable Object c) {
        return new Key(verb, number(a), number(b), number(c));
    }

    private int number(@Nullable Object node) {
        if (node == null) {
            return -1;
        }
        Integer number = numbers.get(node);
        if (number == null) {
            throw new IllegalArgumentException("operand of another graph");
        }
        return number;
    }

    private Expression expression(Key key, Expression candidate) {
        Expression known = expressions.putIfAbsent(key, candidate);
        if (known != null) {
            return known;
        }
        numbers.put(candidate, numbers.size());
        return candidate;
    }

    private Condition condition(Key key, Condition candidate) {
        Condition known = conditions.putIfAbsent(key, candidate);
        if (known != null) {
            return known;
        }
        numbers.put(candidate, numbers.size());
        return candidate;
    }

    /** An input, scalar, constant or stream; constants are told apart by their bits. */
    Expression leaf(Expression leaf) {
        Object verb = leaf instanceof Constant(double value) ? Double.doubleToLongBits(value) : leaf;
        return expression(key(verb, null, null, null), leaf);
    }

    Expression unary(Function function, Expression x) {
        return expression(key(function, x, null, null), new Unary(function, x));
    }

    /** Finds b ∘ a for a ∘ b where the operator commutes. */
    Expression binary(Operator operator, Expression a, Expression b) {
        if (commutes(operator)) {
            Expression swapped = expressions.get(key(operator, b, a, null));
            if (swapped != null) {
                return swapped;
            }
        }
        return expression(key(operator, a, b, null), new Binary(operator, a, b));
    }

    private static boolean commutes(Operator operator) {
        return switch (operator) {
            case ADD, MUL, MIN, MAX -> true;
            case SUB, DIV, POW -> false;
        };
    }

    Expression fma(Expression a, Expression b, Expression c) {
        return expression(key("fma", a, b, c), new Fma(a, b, c));
    }

    Expression select(Condition condition, Expression then, Expression otherwise) {
        return expression(key("select", condition, then, otherwise), new Select(condition, then, otherwise));
    }

    Condition compare(Relation relation, Expression a, Expression b) {
        return condition(key(relation, a, b, null), new Compare(relation, a, b));
    }

    Condition and(Condition a, Condition b) {
        return condition(key("and", a, b, null), new And(a, b));
    }

    Condition or(Condition a, Condition b) {
        return condition(key("or", a, b, null), new Or(a, b));
    }

    Condition not(Condition a) {
        return condition(key("not", a, null, null), new Not(a));
    }
}
