package org.culebra.kernel.expression;

/** A truth value per element: what a comparison yields and {@link #select} consumes. */
public sealed interface Condition {

    /** How two numbers are compared. Every relation but {@link #NE} is false where an operand is NaN, as in IEEE 754. */
    enum Relation {
        LT,
        LE,
        EQ,
        NE;

        /** The relation of two doubles. */
        public boolean test(double a, double b) {
            return switch (this) {
                case LT -> a < b;
                case LE -> a <= b;
                case EQ -> a == b;
                case NE -> a != b;
            };
        }
    }

    /** a relation b. */
    record Compare(Relation relation, Expression a, Expression b) implements Condition {}

    /** Both. */
    record And(Condition a, Condition b) implements Condition {}

    /** Either. */
    record Or(Condition a, Condition b) implements Condition {}

    /** The opposite. */
    record Not(Condition a) implements Condition {}

    /** True where both are. */
    default Condition and(Condition other) {
        return new And(this, other);
    }

    /** True where at least one is. */
    default Condition or(Condition other) {
        return new Or(this, other);
    }

    /** True where this is false. */
    default Condition not() {
        return new Not(this);
    }

    /** {@code then} where true, {@code otherwise} where false; the side not taken may hold NaN or infinity. */
    default Expression select(Expression then, Expression otherwise) {
        return new Expression.Select(this, then, otherwise);
    }

    /** {@code then} where true, {@code otherwise} where false. */
    default Expression select(Expression then, double otherwise) {
        return select(then, Expression.constant(otherwise));
    }

    /** {@code then} where true, {@code otherwise} where false. */
    default Expression select(double then, Expression otherwise) {
        return select(Expression.constant(then), otherwise);
    }

    /** 1 where true, 0 where false. */
    default Expression toNumber() {
        return select(Expression.constant(1), Expression.constant(0));
    }
}
