package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Expression.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * x̄ᵢ = Σⱼ ȳⱼ · ∂yⱼ/∂xᵢ: differentiation in reverse, symbolically, from the outputs y of an elementwise function to its inputs x.
 *
 * <p>Words: the <em>cotangent</em> ȳ is the derivative of the final result by an output, the <em>adjoint</em> of a node the one by
 * that node; null is a zero that is known beforehand. Every adjoint is an expression again, so that it can be differentiated.
 *
 * <p>What is not taken contributes nothing, not 0·∞: an adjoint carries the condition under which it is not zero (its
 * <em>guard</em>) through all products, and becomes a {@code select} only at the end.
 */
public final class Derivative {

    /** From here on a saved output is read instead of computed again; see {@link #cost}. */
    private static final int DEARER_THAN_A_LOAD = 5;

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    /**
     * The gradient of a function with n inputs and m outputs, itself a function of n + 2m inputs: first those of the function,
     * then its saved outputs, then the cotangents of its outputs. Run-time numbers and random streams keep their indices.
     *
     * @param inputs n
     * @param outputs m
     * @param adjoints one per input, or null where it is zero
     */
    public record Gradient(int inputs, int outputs, List<@Nullable Expression> adjoints) {

        /** The adjoints that are not zero. */
        public List<Expression> present() {
            return present(adjoints);
        }

        private static List<Expression> present(List<@Nullable Expression> adjoints) {
            var present = new ArrayList<Expression>();
            for (Expression adjoint : adjoints) {
                if (adjoint != null) {
                    present.add(adjoint);
                }
            }
            return present;
        }

        /** Which of the n + 2m inputs are read, so that the tape need not keep the others. */
        public BitSet reads() {
            return Expressions.inputs(present());
        }

        /** The same without what is zero or unread. */
        public Packed packed() {
            int[] sources = reads().stream().toArray();
            int[] targets = new int[present().size()];
            int count = 0;
            for (int i = 0; i < adjoints.size(); i++) {
                if (adjoints.get(i) != null) {
                    targets[count++] = i;
                }
            }
            List<Expression> renumbered = Expressions.mapLeaves(
                    present(), leaf -> leaf instanceof Input(int i) ? input(Arrays.binarySearch(sources, i)) : leaf);
            return new Packed(renumbered, sources, targets);
        }
    }

    /**
     * A gradient ready to be applied: an elementwise function of the tensors that {@code sources} name.
     *
     * @param expressions the adjoints that are not zero, with inputs numbered 0, 1, … as in {@code sources}
     * @param sources which of the n + 2m inputs of the {@link Gradient} is read as input 0, 1, …
     * @param targets for each expression, the input of the original function that it is the adjoint of
     */
    public record Packed(List<Expression> expressions, int[] sources, int[] targets) {}

    /** An adjoint: {@code value} where the guard holds (null: everywhere), zero elsewhere, whatever {@code value} is there. */
    private record Adjoint(@Nullable Condition guard, Expression value) {}

    private final Simplifier graph;
    private final IdentityHashMap<Expression, Adjoint> adjoints = new IdentityHashMap<>();
    private final Set<Expression> active = Collections.newSetFromMap(new IdentityHashMap<>());

    private Derivative(Simplifier graph) {
        this.graph = graph;
    }

    /** The gradient by all inputs, of an output function whose outputs all have a cotangent. */
    public static Gradient gradient(List<Expression> outputs, int inputs) {
        var wanted = new BitSet();
        wanted.set(0, inputs);
        var given = new BitSet();
        given.set(0, outputs.size());
        return gradient(outputs, inputs, wanted, given);
    }

    /**
     * The gradient by some inputs.
     *
     * @param outputs the function
     * @param inputs how many inputs it has
     * @param wanted the inputs whose adjoints are wanted; the others get null
     * @param given the outputs that have a cotangent; it is zero for the others
     */
    public static Gradient gradient(List<Expression> outputs, int inputs, BitSet wanted, BitSet given) {
        var cotangents = new ArrayList<@Nullable Expression>();
        for (int i = 0; i < outputs.size(); i++) {
            cotangents.add(given.get(i) ? input(inputs + outputs.size() + i) : null);
        }
        var graph = new Simplifier(true);
        List<Expression> roots = graph.rebuild(outputs, Map.of());
        List<@Nullable Expression> exact = new Derivative(graph).run(roots, cotangents, inputs, wanted);
        var saved = new IdentityHashMap<Expression, Expression>();
        for (int i = 0; i < roots.size(); i++) {
            if (cost(roots.get(i)) >= DEARER_THAN_A_LOAD) {
                saved.putIfAbsent(roots.get(i), input(inputs + i));
            }
        }
        List<Expression> replaced = graph.rebuild(Gradient.present(exact), saved);
        var adjoints = new ArrayList<@Nullable Expression>();
        int next = 0;
        for (Expression adjoint : exact) {
            adjoints.add(adjoint == null ? null : replaced.get(next++));
        }
        return new Gradient(inputs, outputs.size(), Collections.unmodifiableList(adjoints));
    }

    /**
     * The adjoint of every input in terms of the same inputs, with nothing replaced.
     *
     * @param outputs the function
     * @param cotangents one expression per output, of any inputs; null for zero
     * @param inputs how many adjoints to return, each null where it is zero
     */
    public static List<@Nullable Expression> adjoints(
            List<Expression> outputs, List<? extends @Nullable Expression> cotangents, int inputs) {
        var wanted = new BitSet();
        wanted.set(0, inputs);
        var graph = new Simplifier(true);
        return new Derivative(graph).run(graph.rebuild(outputs, Map.of()), cotangents, inputs, wanted);
    }

    private List<@Nullable Expression> run(
            List<Expression> roots, List<? extends @Nullable Expression> cotangents, int inputs, BitSet wanted) {
        List<Expression> nodes = Expressions.nodes(roots);
        for (Expression node : nodes) {
            if (isActive(node, wanted)) {
                active.add(node);
            }
        }
        for (int i = 0; i < roots.size(); i++) {
            Expression cotangent = cotangents.get(i);
            if (cotangent != null) {
                give(
                        roots.get(i),
                        null,
                        graph.rebuild(List.of(cotangent), Map.of()).getFirst());
            }
        }
        for (Expression node : nodes.reversed()) {
            Adjoint adjoint = adjoints.get(node);
            if (adjoint != null) {
                propagate(node, adjoint);
            }
        }
        var result = new ArrayList<@Nullable Expression>(Collections.nCopies(inputs, null));
        for (Expression node : nodes) {
            if (node instanceof Input(int index) && adjoints.containsKey(node)) {
                result.set(index, plain(adjoints.get(node)));
            }
        }
        return result;
    }

    private boolean isActive(Expression node, BitSet wanted) {
        return switch (node) {
            case Input(int index) -> wanted.get(index);
            case Scalar _, Constant _, Uniform _ -> false;
            case Unary(Function function, Expression x) ->
                switch (function) {
                    case SIGN, FLOOR, CEIL, ROUND -> false;
                    default -> active.contains(x);
                };
            case Binary binary -> active.contains(binary.a()) || active.contains(binary.b());
            case Fma fma -> active.contains(fma.a()) || active.contains(fma.b()) || active.contains(fma.c());
            case Select select -> active.contains(select.then()) || active.contains(select.otherwise());
        };
    }

    /** Adds {@code value}, where the guard holds, to the adjoint of a node. */
    private void give(Expression node, @Nullable Condition guard, Expression value) {
        Boolean known = guard == null ? Boolean.TRUE : Simplifier.truth(guard);
        if (!active.contains(node) || Boolean.FALSE.equals(known)) {
            return;
        }
        var more = new Adjoint(known != null ? null : guard, value);
        adjoints.merge(node, more, this::sum);
    }

    @SuppressWarnings("ReferenceEquality") // interned
    private Adjoint sum(Adjoint a, Adjoint b) {
        if (a.guard == b.guard) {
            return new Adjoint(a.guard, graph.add(a.value, b.value));
        }
        if (a.guard == null || b.guard == null) {
            return new Adjoint(null, graph.add(plain(a), plain(b)));
        }
        if (graph.not(a.guard) == b.guard) {
            return new Adjoint(null, graph.select(a.guard, a.value, b.value));
        }
        return new Adjoint(graph.or(a.guard, b.guard), graph.add(plain(a), plain(b)));
    }

    private Expression plain(Adjoint adjoint) {
        return adjoint.guard == null ? adjoint.value : graph.select(adjoint.guard, adjoint.value, graph.number(0));
    }

    private Condition both(@Nullable Condition guard, Condition more) {
        return guard == null ? more : graph.and(guard, more);
    }

    /** Hands a node's adjoint on to its operands. */
    private void propagate(Expression node, Adjoint adjoint) {
        Condition guard = adjoint.guard;
        Expression g = adjoint.value;
        switch (node) {
            case Input _, Scalar _, Constant _, Uniform _ -> {}
            case Unary(Function function, Expression x) -> give(x, guard, unary(function, x, node, g));
            case Binary(Operator operator, Expression a, Expression b) -> {
                switch (operator) {
                    case ADD -> give(a, b, guard, g, g);
                    case SUB -> give(a, b, guard, g, graph.neg(g));
                    case MUL -> give(a, b, guard, graph.mul(g, b), graph.mul(g, a));
                    case DIV -> quotient(a, b, node, guard, g);
                    case MIN ->
                        winner(a, b, graph.compare(Relation.LT, b, a), graph.compare(Relation.LT, a, b), adjoint);
                    case MAX ->
                        winner(a, b, graph.compare(Relation.LT, a, b), graph.compare(Relation.LT, b, a), adjoint);
                    case POW -> power(a, b, node, guard, g);
                }
            }
            case Fma(Expression a, Expression b, Expression c) -> {
                give(a, b, guard, graph.mul(g, b), graph.mul(g, a));
                give(c, guard, g);
            }
            case Select(Condition condition, Expression then, Expression otherwise) -> {
                give(then, both(guard, condition), g);
                give(otherwise, both(guard, graph.not(condition)), g);
            }
        }
    }

    private void give(Expression a, Expression b, @Nullable Condition guard, Expression forA, Expression forB) {
        give(a, guard, forA);
        give(b, guard, forB);
    }

    /** g · f′(x), where y = f(x) is at hand. */
    private Expression unary(Function function, Expression x, Expression y, Expression g) {
        return switch (function) {
            case NEG -> graph.neg(g);
            case ABS -> graph.mul(g, graph.unary(Function.SIGN, x));
            case SIGN, FLOOR, CEIL, ROUND ->
                throw new IllegalStateException(function + " has no derivative to hand on");
            case SQRT -> graph.div(graph.mul(g, graph.number(.5)), y);
            case EXP -> graph.mul(g, y);
            case EXPM1 -> graph.mul(g, graph.add(y, graph.number(1)));
            case LOG -> graph.div(g, x);
            case LOG1P -> graph.div(g, graph.add(x, graph.number(1)));
            case SIN -> graph.mul(g, graph.unary(Function.COS, x));
            case COS, NEAR_COS -> graph.neg(graph.mul(g, graph.unary(Function.SIN, x)));
            case TAN -> graph.mul(g, graph.fma(y, y, graph.number(1)));
            case TANH -> graph.mul(g, graph.fma(graph.neg(y), y, graph.number(1)));
            case SIGMOID -> graph.mul(g, graph.fma(graph.neg(y), y, y));
            case ERF -> {
                Expression bell = graph.unary(Function.EXP, graph.mul(graph.neg(x), x));
                yield graph.mul(g, graph.mul(bell, graph.number(TWO_OVER_SQRT_PI)));
            }
        };
    }

    /** y = a/b: ā = g/b, b̄ = −g·y/b, with one division for both; of a reciprocal b̄ = −g·y². */
    private void quotient(Expression a, Expression b, Expression y, @Nullable Condition guard, Expression g) {
        if (a instanceof Constant(double value) && value == 1) {
            give(b, guard, graph.neg(graph.mul(g, graph.mul(y, y))));
            return;
        }
        Expression share = graph.div(g, b);
        give(a, b, guard, share, graph.neg(graph.mul(share, y)));
    }

    /** The one that wins takes all; of equals each takes half; where either is NaN both take all. */
    private void winner(Expression a, Expression b, Condition aLoses, Condition bLoses, Adjoint adjoint) {
        Condition tie = graph.compare(Relation.EQ, a, b);
        Expression g = adjoint.value;
        Expression share = graph.select(tie, graph.mul(g, graph.number(.5)), g);
        give(a, both(adjoint.guard, graph.not(aLoses)), share);
        give(b, both(adjoint.guard, graph.not(bLoses)), share);
    }

    /** y = a^b: ā = g·b·a^(b−1), 0 where b = 0; b̄ = g·y·log a, 0 where a = 0 and b ≥ 0, as 0^b is 0 all around. */
    private void power(Expression a, Expression b, Expression y, @Nullable Condition guard, Expression g) {
        Expression zero = graph.number(0);
        if (b instanceof Constant(double value) && value == .5) {
            give(a, guard, graph.div(graph.mul(g, graph.number(.5)), y));
            return;
        }
        Expression slope = graph.mul(b, graph.binary(Operator.POW, a, graph.sub(b, graph.number(1))));
        give(a, both(guard, graph.compare(Relation.NE, b, zero)), graph.mul(g, slope));
        Condition flat = graph.and(graph.compare(Relation.EQ, a, zero), graph.compare(Relation.LE, zero, b));
        give(b, both(guard, graph.not(flat)), graph.mul(g, graph.mul(y, graph.unary(Function.LOG, a))));
    }

    /** What computing a node costs, roughly in multiplications, all that it uses included. */
    private static int cost(Expression root) {
        int sum = 0;
        for (Expression node : Expressions.nodes(List.of(root))) {
            sum += switch (node) {
                case Input _, Scalar _, Constant _, Uniform _ -> 0;
                case Unary(Function function, Expression _) ->
                    switch (function) {
                        case NEG, ABS, SIGN -> 1;
                        case FLOOR, CEIL, ROUND -> 4;
                        case SQRT -> 6;
                        default -> 15;
                    };
                case Binary(Operator operator, Expression _, Expression _) ->
                    switch (operator) {
                        case DIV -> 6;
                        case POW -> 40;
                        default -> 1;
                    };
                case Fma _, Select _ -> 1;
            };
        }
        return sum;
    }
}
