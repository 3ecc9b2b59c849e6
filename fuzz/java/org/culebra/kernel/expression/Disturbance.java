package org.culebra.kernel.expression;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.culebra.kernel.expression.Condition.And;
import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Not;
import org.culebra.kernel.expression.Condition.Or;
import org.culebra.kernel.expression.Expression.Binary;
import org.culebra.kernel.expression.Expression.Constant;
import org.culebra.kernel.expression.Expression.Fma;
import org.culebra.kernel.expression.Expression.Input;
import org.culebra.kernel.expression.Expression.Scalar;
import org.culebra.kernel.expression.Expression.Select;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.kernel.expression.Expression.Uniform;

/** The same expressions, with the result of every function and operator multiplied by a factor next to 1. */
final class Disturbance {

    private final DoubleSupplier factor;
    private final IdentityHashMap<Expression, Expression> done = new IdentityHashMap<>();

    private Disturbance(DoubleSupplier factor) {
        this.factor = factor;
    }

    static List<Expression> of(List<Expression> outputs, DoubleSupplier factor) {
        var disturbance = new Disturbance(factor);
        return outputs.stream().map(disturbance::expression).toList();
    }

    private Expression expression(Expression old) {
        Expression known = done.get(old);
        if (known == null) {
            known = switch (old) {
                case Input _, Scalar _, Constant _, Uniform _ -> old;
                case Unary unary -> off(new Unary(unary.function(), expression(unary.x())));
                case Binary binary ->
                    off(new Binary(binary.operator(), expression(binary.a()), expression(binary.b())));
                case Fma fma -> new Fma(expression(fma.a()), expression(fma.b()), expression(fma.c()));
                case Select select ->
                    new Select(
                            condition(select.condition()), expression(select.then()), expression(select.otherwise()));
            };
            done.put(old, known);
        }
        return known;
    }

    private Expression off(Expression x) {
        return x.mul(factor.getAsDouble());
    }

    private Condition condition(Condition old) {
        return switch (old) {
            case Compare compare -> new Compare(compare.relation(), expression(compare.a()), expression(compare.b()));
            case And(Condition a, Condition b) -> condition(a).and(condition(b));
            case Or(Condition a, Condition b) -> condition(a).or(condition(b));
            case Not(Condition a) -> condition(a).not();
        };
    }
}
