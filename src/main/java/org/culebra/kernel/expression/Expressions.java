package org.culebra.kernel.expression;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
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

/**
 * Questions about expressions and changes to them, each node visited once however often it is shared.
 *
 * <p>The nodes are records, so that {@code equals} and {@code hashCode} walk the whole tree, once per path: on a graph with
 * sharing that is exponential. Nothing in this package calls them on a node that has operands, and nobody else should.
 */
public final class Expressions {

    private Expressions() {}

    /** The indices of the inputs that are read. */
    public static BitSet inputs(List<Expression> outputs) {
        var read = new BitSet();
        for (Expression node : nodes(outputs)) {
            if (node instanceof Input input) {
                read.set(input.index());
            }
        }
        return read;
    }

    /** How many run-time numbers the expressions need: one more than the highest index. */
    public static int scalars(List<Expression> outputs) {
        int count = 0;
        for (Expression node : nodes(outputs)) {
            count = node instanceof Scalar scalar ? Math.max(count, scalar.index() + 1) : count;
        }
        return count;
    }

    /** How many streams of random numbers the expressions need: one more than the highest index. */
    public static int uniforms(List<Expression> outputs) {
        int count = 0;
        for (Expression node : nodes(outputs)) {
            count = node instanceof Uniform uniform ? Math.max(count, uniform.index() + 1) : count;
        }
        return count;
    }

    /** True if integers go in and integers come out: arithmetic without quotients, comparison and selection, whole constants. */
    public static boolean areIntegral(List<Expression> outputs) {
        return nodes(outputs).stream().allMatch(Expressions::isIntegral);
    }

    private static boolean isIntegral(Expression node) {
        return switch (node) {
            case Input _, Scalar _, Select _, Fma _ -> true;
            case Uniform _ -> false;
            case Constant constant -> constant.value() == Math.rint(constant.value());
            case Unary unary ->
                switch (unary.function()) {
                    case NEG, ABS, SIGN, FLOOR, CEIL, ROUND -> true;
                    default -> false;
                };
            case Binary binary ->
                switch (binary.operator()) {
                    case ADD, SUB, MUL, MIN, MAX -> true;
                    case DIV, POW -> false;
                };
        };
    }

    /** The same functions of other leaves: each input, scalar, constant and stream is replaced by what {@code leaf} says. */
    public static List<Expression> mapLeaves(List<Expression> outputs, UnaryOperator<Expression> leaf) {
        var replacements = new IdentityHashMap<Expression, Expression>();
        for (Expression node : nodes(outputs)) {
            if (isLeaf(node)) {
                replacements.put(node, leaf.apply(node));
            }
        }
        return new Simplifier(true).rebuild(outputs, replacements);
    }

    static boolean isLeaf(Expression node) {
        return switch (node) {
            case Input _, Scalar _, Constant _, Uniform _ -> true;
            case Unary _, Binary _, Fma _, Select _ -> false;
        };
    }

    /** Every node that the outputs are made of, once, each after all that it uses. */
    static List<Expression> nodes(List<Expression> outputs) {
        var walk = new Walk();
        outputs.forEach(walk::visit);
        return walk.order;
    }

    private static final class Walk {
        private final List<Expression> order = new ArrayList<>();
        private final IdentityHashMap<Object, Boolean> seen = new IdentityHashMap<>();

        private void visit(Expression node) {
            if (seen.put(node, true) != null) {
                return;
            }
            switch (node) {
                case Input _, Scalar _, Constant _, Uniform _ -> {}
                case Unary unary -> visit(unary.x());
                case Binary binary -> {
                    visit(binary.a());
                    visit(binary.b());
                }
                case Fma fma -> {
                    visit(fma.a());
                    visit(fma.b());
                    visit(fma.c());
                }
                case Select select -> {
                    visit(select.condition());
                    visit(select.then());
                    visit(select.otherwise());
                }
            }
            order.add(node);
        }

        private void visit(Condition condition) {
            if (seen.put(condition, true) != null) {
                return;
            }
            switch (condition) {
                case Compare compare -> {
                    visit(compare.a());
                    visit(compare.b());
                }
                case And and -> {
                    visit(and.a());
                    visit(and.b());
                }
                case Or or -> {
                    visit(or.a());
                    visit(or.b());
                }
                case Not not -> visit(not.a());
            }
        }
    }
}
