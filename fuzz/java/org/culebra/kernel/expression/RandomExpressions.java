package org.culebra.kernel.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Relation;

/** Expressions of random nodes, each of earlier ones, so that parts are shared. */
final class RandomExpressions {

    static final int INPUTS = 3;
    static final int SCALARS = 2;
    static final int UNIFORMS = 1;

    private final SplittableRandom random;
    private final List<Expression> nodes = new ArrayList<>();

    private RandomExpressions(SplittableRandom random) {
        this.random = random;
        for (int i = 0; i < INPUTS; i++) {
            nodes.add(Expression.input(i));
        }
        nodes.add(Expression.scalar(random.nextInt(SCALARS)));
        nodes.add(Expression.uniform(random.nextInt(UNIFORMS)));
        nodes.add(Expression.constant(random.nextInt(-4, 5) / 2.0));
    }

    /** Arithmetic, signs, rounding and decisions: everything that is the same in every implementation, to the bit. */
    static List<Expression> exact(SplittableRandom random, int size) {
        var expressions = new RandomExpressions(random);
        for (int i = 0; i < size; i++) {
            expressions.nodes.add(expressions.exactNode());
        }
        return expressions.outputs();
    }

    /** The same, and every function of the language on whatever comes. */
    static List<Expression> any(SplittableRandom random, int size) {
        var expressions = new RandomExpressions(random);
        for (int i = 0; i < size; i++) {
            expressions.nodes.add(random.nextInt(3) > 0 ? expressions.exactNode() : expressions.wildNode());
        }
        return expressions.outputs();
    }

    /** Continuous functions, inside their domains, of moderate size. */
    static List<Expression> smooth(SplittableRandom random, int size) {
        var expressions = new RandomExpressions(random);
        for (int i = 0; i < size; i++) {
            expressions.nodes.add(expressions.smoothNode());
        }
        return expressions.outputs();
    }

    private List<Expression> outputs() {
        var outputs = new ArrayList<Expression>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            outputs.add(nodes.get(nodes.size() - 1 - i));
        }
        return outputs;
    }

    private Expression pick() {
        // late nodes first, for depth
        int from = random.nextInt(3) == 0 ? 0 : Math.max(0, nodes.size() - 5);
        return nodes.get(random.nextInt(from, nodes.size()));
    }

    private Expression constant() {
        double[] values = {0, -0.0, 1, -1, 2, .5, -3, 4, .1, 1e300, Double.NaN, Double.POSITIVE_INFINITY};
        return Expression.constant(values[random.nextInt(values.length)]);
    }

    private Condition condition() {
        Relation[] relations = Relation.values();
        Condition first = new Compare(relations[random.nextInt(relations.length)], pick(), pick());
        return switch (random.nextInt(5)) {
            case 0 -> first.not();
            case 1 -> first.and(condition());
            case 2 -> first.or(condition());
            default -> first;
        };
    }

    private Expression exactNode() {
        Expression x = pick();
        Expression y = pick();
        return switch (random.nextInt(18)) {
            case 0, 1 -> x.add(y);
            case 2, 3 -> x.sub(y);
            case 4, 5 -> x.mul(y);
            case 6 -> x.div(y);
            case 7 -> x.min(y);
            case 8 -> x.max(y);
            case 9 -> x.neg();
            case 10 -> x.abs();
            case 11 -> x.sign();
            case 12 -> x.floor();
            case 13 -> x.ceil();
            case 14 -> x.round();
            case 15 -> x.fma(y, pick());
            case 16 -> constant();
            default -> condition().select(x, y);
        };
    }

    private Expression wildNode() {
        Expression x = pick();
        return switch (random.nextInt(13)) {
            case 0 -> x.sqrt();
            case 1 -> x.exp();
            case 2 -> x.expm1();
            case 3 -> x.log();
            case 4 -> x.log1p();
            case 5 -> x.sin();
            case 6 -> x.cos();
            case 7 -> x.tan();
            case 8 -> x.tanh();
            case 9 -> x.sigmoid();
            case 10 -> x.erf();
            // not 2 and −1: x·x and 1/x are better than the interpreter's power
            case 11 -> x.pow(new double[] {0, 1, 3, .5, -1.5}[random.nextInt(5)]);
            default -> x.pow(Expression.input(random.nextInt(INPUTS)));
        };
    }

    /** Between −2 and 2. */
    private static Expression squashed(Expression x) {
        return x.mul(2).div(x.square().add(1).sqrt());
    }

    private Expression smoothNode() {
        Expression x = pick();
        Expression y = pick();
        Expression bounded = squashed(x);
        return switch (random.nextInt(24)) {
            case 0 -> x.add(y);
            case 1 -> x.sub(y);
            case 2 -> squashed(x).mul(y);
            case 3 -> x.div(y.square().add(.5));
            case 4 -> x.min(y);
            case 5 -> x.max(y);
            case 6 -> x.neg();
            case 7 -> x.abs();
            case 8 -> bounded.fma(squashed(y), x);
            case 9 -> x.square().add(.1).sqrt();
            case 10 -> bounded.exp();
            case 11 -> bounded.expm1();
            case 12 -> x.square().add(.1).log();
            case 13 -> x.square().log1p();
            case 14 -> x.sin();
            case 15 -> x.cos();
            case 16 -> bounded.mul(.6).tan();
            case 17 -> x.tanh();
            case 18 -> x.sigmoid();
            case 19 -> x.erf();
            case 20 -> bounded.square().add(.3).pow(squashed(y));
            case 21 -> bounded.pow(3);
            case 22 -> bounded.square().add(.3).pow(1.7);
            // continuous: both sides are x where it decides
            default -> x.lt(y).select(x.add(y.sub(x).mul(3)), x);
        };
    }
}
