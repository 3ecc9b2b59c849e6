package org.culebra.nn;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * How wrong an output is: numbers to be made small. Each is the mean of its terms unless a {@link Reduction} says otherwise; the
 * sum and the terms are one pass over memory.
 *
 * <p>Targets have the shape of what they are compared with, or are one number for all of it. Nothing overflows where the result
 * itself does not: logits may be as large as they like.
 */
public final class Losses {
    private static final double[] NONE = {};

    /** The smallest logarithm of a probability, as in PyTorch: a probability of 0 costs 100. */
    private static final double LEAST_LOG = -100;

    private static final Elementwise SQUARED = loss("mse", 2, 0, (x, s) -> error(x).square());
    private static final Elementwise ABSOLUTE = loss("l1", 2, 0, (x, s) -> error(x).abs());
    private static final Elementwise HUBER = loss("huber", 2, 1, (x, s) -> huber(error(x), s.get(0)));
    private static final Elementwise SMOOTH =
            loss("smoothL1", 2, 1, (x, s) -> huber(error(x), s.get(0)).div(s.get(0)));

    private static final Elementwise BINARY = loss("binaryCrossEntropy", 2, 0, (x, s) -> {
        Expression p = x.get(0);
        Expression t = x.get(1);
        Expression yes = t.mul(boundedLog(p));
        return yes.add(t.rsub(1).mul(boundedLog(p.rsub(1)))).neg();
    });
    private static final Elementwise BINARY_LOGITS = loss("binaryCrossEntropyWithLogits", 2, 0, (x, s) -> {
        Expression z = x.get(0);
        return z.max(0).sub(z.mul(x.get(1))).add(z.abs().neg().exp().log1p());
    });
    private static final Elementwise BINARY_LOGITS_WEIGHTED = loss("binaryCrossEntropyWithLogits", 3, 0, (x, s) -> {
        Expression z = x.get(0);
        Expression t = x.get(1);
        Expression weight = t.mul(x.get(2).sub(1)).add(1);
        return t.rsub(1).mul(z).add(weight.mul(softplus(z.neg())));
    });
    private static final Elementwise FOCAL = loss("focal", 2, 2, (x, s) -> {
        Expression t = x.get(1);
        // z = ln p/(1 − p) of the right answer: −ln p = softplus(−z), −ln(1 − p) = softplus(z)
        Expression z = x.get(0).mul(t.mul(2).sub(1));
        Expression alpha = t.mul(s.get(0).mul(2).sub(1)).add(s.get(0).rsub(1));
        return alpha.mul(softplus(z.neg())).mul(softplus(z).mul(s.get(1)).neg().exp());
    });
    private static final Elementwise DIVERGENCE = loss("kl", 2, 0, (x, s) -> {
        Expression q = x.get(1);
        Expression safe = q.gt(0).select(q, 1);
        return q.gt(0).select(q.mul(safe.log().sub(x.get(0))), 0);
    });
    private static final Elementwise GAUSSIAN = loss("gaussianNll", 3, 1, (x, s) -> {
        Expression variance = x.get(2).max(s.get(0));
        return variance.log().add(error(x).square().div(variance)).mul(.5);
    });
    private static final Elementwise HINGE =
            loss("hinge", 2, 1, (x, s) -> s.get(0).sub(x.get(0).mul(x.get(1))).max(0));
    private static final Elementwise HINGE_EMBEDDING = loss(
            "hingeEmbedding",
            2,
            1,
            (x, s) -> x.get(1).gt(0).select(x.get(0), s.get(0).sub(x.get(0)).max(0)));
    private static final Elementwise SQUARED_NEAR =
            loss("squaredDistance", 2, 0, (x, s) -> error(x).add(1e-6).square());
    private static final Elementwise MARGIN =
            loss("triplet", 2, 1, (x, s) -> x.get(0).sub(x.get(1)).add(s.get(0)).max(0));
    private static final Elementwise COSINE = loss(
            "cosineEmbedding",
            2,
            1,
            (x, s) -> x.get(1)
                    .gt(0)
                    .select(x.get(0).rsub(1), x.get(0).sub(s.get(0)).max(0)));
    private static final Elementwise PRODUCT =
            loss("product", 2, 0, (x, s) -> x.get(0).mul(x.get(1)));

    private Losses() {}

    // ---------------------------------------------------------------- parts

    private interface Term {
        Expression of(List<Expression> x, List<Expression> s);
    }

    private static Elementwise loss(String name, int arity, int scalars, Term term) {
        return Elementwise.withScalars(name, arity, scalars, (x, s) -> List.of(term.of(x, s)));
    }

    private static Expression error(List<Expression> x) {
        return x.get(0).sub(x.get(1));
    }

    /** d²/2 up to δ, then δ·(|d| − δ/2). */
    private static Expression huber(Expression d, Expression delta) {
        Expression size = d.abs();
        return size.le(delta).select(d.square().mul(.5), delta.mul(size.sub(delta.mul(.5))));
    }

    /** ln(1 + eˣ) without overflow. */
    static Expression softplus(Expression x) {
        return x.max(0).add(x.abs().neg().exp().log1p());
    }

    private static Expression boundedLog(Expression p) {
        Expression safe = p.gt(0).select(p, 1);
        Expression log = safe.log();
        return p.gt(0).select(log.gt(LEAST_LOG).select(log, LEAST_LOG), LEAST_LOG);
    }

    private static Tensor reduce(
            Reduction reduction, Elementwise function, double[] numbers, Tensor x, Tensor target, Tensor... more) {
        requireSame(function.toString(), x, target);
        Tensor[] inputs = new Tensor[2 + more.length];
        inputs[0] = x;
        inputs[1] = target;
        System.arraycopy(more, 0, inputs, 2, more.length);
        return reduction.of(function, numbers, inputs);
    }

    private static void requireSame(String loss, Tensor x, Tensor target) {
        if (target.rank() != 0 && !target.shape().equals(x.shape())) {
            throw new IllegalArgumentException(loss + ": the target must have the shape of the output\n  output  "
                    + x.describe() + "\n  target  " + target.describe());
        }
    }

    private static void requireVectors(String loss, Tensor first, Tensor... others) {
        for (Tensor other : others) {
            if (first.rank() == 0 || !other.shape().equals(first.shape())) {
                throw new IllegalArgumentException(loss + ": needs vectors of the same shape, [..., D]\n  given  "
                        + first.describe() + "\n  and    " + other.describe());
            }
        }
    }

    /** The logarithms are bounded: what is none would make a finite loss without a word, NaN too. */
    private static void requireProbabilities(Tensor p) {
        if (p.size() == 0) {
            return;
        }
        double least = Tape.scoped(() -> p.min()).item();
        double most = Tape.scoped(() -> p.max()).item();
        if (!(least >= 0 && most <= 1)) {
            throw new IllegalArgumentException("binaryCrossEntropy: a probability must be in [0, 1], not "
                    + (least >= 0 ? most : least) + "\n  given  " + p.describe()
                    + "\n  hint: binaryCrossEntropyWithLogits takes logits");
        }
    }

    /** NaN passes: it makes a loss of NaN. */
    private static void requireVariances(Tensor variance) {
        double least =
                variance.size() == 0 ? 0 : Tape.scoped(() -> variance.min()).item();
        if (least < 0) {
            throw new IllegalArgumentException("gaussianNll: a variance must not be negative, as " + least
                    + " is\n  given  " + variance.describe()
                    + "\n  hint: exp() or softplus() makes a variance of what may have any sign");
        }
    }

    // ---------------------------------------------------------------- regression

    /** mean (x − t)². */
    public static Tensor mse(Tensor x, Tensor target) {
        return mse(x, target, Reduction.MEAN);
    }

    /** (x − t)². */
    public static Tensor mse(Tensor x, Tensor target, Reduction reduction) {
        return reduce(reduction, SQUARED, NONE, x, target);
    }

    /** mean |x − t|. */
    public static Tensor l1(Tensor x, Tensor target) {
        return l1(x, target, Reduction.MEAN);
    }

    /** |x − t|. */
    public static Tensor l1(Tensor x, Tensor target, Reduction reduction) {
        return reduce(reduction, ABSOLUTE, NONE, x, target);
    }

    /** mean of d²/2 where |d| ≤ 1, |d| − 1/2 elsewhere, with d = x − t. */
    public static Tensor huber(Tensor x, Tensor target) {
        return huber(x, target, 1, Reduction.MEAN);
    }

    /**
     * d²/2 where |d| ≤ δ, δ·(|d| − δ/2) elsewhere, with d = x − t (Huber 1964).
     *
     * @throws IllegalArgumentException if δ is not positive, or the shapes differ
     */
    public static Tensor huber(Tensor x, Tensor target, double delta, Reduction reduction) {
        Checks.positive("huber", "delta", delta);
        return reduce(reduction, HUBER, new double[] {delta}, x, target);
    }

    /** mean of d²/2 where |d| &lt; 1, |d| − 1/2 elsewhere, with d = x − t. */
    public static Tensor smoothL1(Tensor x, Tensor target) {
        return smoothL1(x, target, 1, Reduction.MEAN);
    }

    /**
     * d²/(2β) where |d| &lt; β, |d| − β/2 elsewhere, with d = x − t (Girshick 2015, equation 3).
     *
     * @throws IllegalArgumentException if β is not positive, or the shapes differ
     */
    public static Tensor smoothL1(Tensor x, Tensor target, double beta, Reduction reduction) {
        Checks.positive("smoothL1", "beta", beta);
        return reduce(reduction, SMOOTH, new double[] {beta}, x, target);
    }

    /** mean (ln v + (x − t)²/v)/2, where v is not below 1e-6. */
    public static Tensor gaussianNll(Tensor mean, Tensor target, Tensor variance) {
        return gaussianNll(mean, target, variance, 1e-6, Reduction.MEAN);
    }

    /**
     * (ln v + (x − t)²/v)/2 with v = max(variance, ε): −ln N(t; x, v) without its constant ½ ln 2π (Nix and Weigend 1994).
     *
     * @param variance broadcasts to the mean
     * @throws IllegalArgumentException if a variance is negative (NaN makes a loss of NaN), or the shapes differ
     */
    public static Tensor gaussianNll(Tensor mean, Tensor target, Tensor variance, double epsilon, Reduction reduction) {
        Checks.positive("gaussianNll", "epsilon", epsilon);
        requireVariances(variance);
        return reduce(reduction, GAUSSIAN, new double[] {epsilon}, mean, target, variance);
    }

    // ---------------------------------------------------------------- yes or no

    /** −mean (t·ln p + (1 − t)·ln(1 − p)). */
    public static Tensor binaryCrossEntropy(Tensor p, Tensor target) {
        return binaryCrossEntropy(p, target, Reduction.MEAN);
    }

    /**
     * −(t·ln p + (1 − t)·ln(1 − p)); a logarithm counts as −100 at least. Where logits are at hand, {@link
     * #binaryCrossEntropyWithLogits} loses nothing.
     *
     * @throws IllegalArgumentException if a p is not in [0, 1], or the shapes differ
     */
    public static Tensor binaryCrossEntropy(Tensor p, Tensor target, Reduction reduction) {
        requireProbabilities(p);
        return reduce(reduction, BINARY, NONE, p, target);
    }

    /** mean (max(x, 0) − x·t + ln(1 + e^−|x|)): the binary cross-entropy of p = 1/(1 + e⁻ˣ). */
    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target) {
        return binaryCrossEntropyWithLogits(logits, target, Reduction.MEAN);
    }

    /** max(x, 0) − x·t + ln(1 + e^−|x|). */
    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target, Reduction reduction) {
        return reduce(reduction, BINARY_LOGITS, NONE, logits, target);
    }

    /**
     * −(w·t·ln p + (1 − t)·ln(1 − p)) with p = 1/(1 + e⁻ˣ).
     *
     * @param positiveWeight w: how much more a missed positive costs; broadcasts to the logits
     * @throws IllegalArgumentException if a weight is negative, infinite or NaN, or the shapes differ
     */
    public static Tensor binaryCrossEntropyWithLogits(
            Tensor logits, Tensor target, Tensor positiveWeight, Reduction reduction) {
        Checks.weights("binaryCrossEntropyWithLogits", positiveWeight);
        return reduce(reduction, BINARY_LOGITS_WEIGHTED, NONE, logits, target, positiveWeight);
    }

    /** The mean focal loss with α = .25 and γ = 2. */
    public static Tensor focal(Tensor logits, Tensor target) {
        return focal(logits, target, .25, 2, Reduction.MEAN);
    }

    /**
     * −αₜ·(1 − pₜ)^γ·ln pₜ, where pₜ is the probability of the right answer (Lin et al. 2017, equation 5).
     *
     * @param target 0 or 1 for each logit
     * @param alpha the weight of the ones; that of the zeros is 1 − α
     * @param gamma how little what is right already counts
     */
    public static Tensor focal(Tensor logits, Tensor target, double alpha, double gamma, Reduction reduction) {
        if (!(alpha >= 0 && alpha <= 1 && gamma >= 0)) {
            throw new IllegalArgumentException(
                    "focal: α must be in [0, 1] and γ not negative, but they are " + alpha + " and " + gamma);
        }
        return reduce(reduction, FOCAL, new double[] {alpha, gamma}, logits, target);
    }

    /** mean max(0, 1 − t·x) for targets −1 and 1. */
    public static Tensor hinge(Tensor x, Tensor target) {
        return hinge(x, target, 1, Reduction.MEAN);
    }

    /**
     * max(0, margin − t·x) for targets −1 and 1 (Cortes and Vapnik 1995).
     *
     * <p>Targets are not looked at, for that would cost a pass, and t has a gradient too: 0, where labels are 0 and 1, costs the
     * margin whatever x is. {@code target.mul(2).sub(1)} makes signs of such labels.
     *
     * @throws IllegalArgumentException if the margin is not positive, or the shapes differ
     */
    public static Tensor hinge(Tensor x, Tensor target, double margin, Reduction reduction) {
        Checks.positive("hinge", "margin", margin);
        return reduce(reduction, HINGE, new double[] {margin}, x, target);
    }

    /**
     * x where t = 1, max(0, margin − x) where t = −1: for distances x. A target counts by its sign alone.
     *
     * @throws IllegalArgumentException if the margin is not positive, or the shapes differ
     */
    public static Tensor hingeEmbedding(Tensor x, Tensor target, double margin, Reduction reduction) {
        Checks.positive("hingeEmbedding", "margin", margin);
        return reduce(reduction, HINGE_EMBEDDING, new double[] {margin}, x, target);
    }

    // ---------------------------------------------------------------- classes and distributions

    /**
     * −mean ln softmax(x)[label]: the cross-entropy of the classes that a model predicts. {@link CrossEntropy} has the options.
     *
     * <p>Never overflows: x is shifted by its largest element first, which changes neither value nor gradient.
     *
     * @param logits x: [B, K] or [B, K, ...]
     * @param labels i64[B] or i64[B, ...], each from 0 to K − 1; or probabilities of x's shape
     * @return a scalar
     * @throws IllegalArgumentException if the shapes do not fit, or a label is out of range
     */
    public static Tensor crossEntropy(Tensor logits, Tensor labels) {
        return CrossEntropy.DEFAULT.of(logits, labels);
    }

    /** −mean ln p[label] of logarithms of probabilities; {@link CrossEntropy#ofLogProbabilities} has the options. */
    public static Tensor nll(Tensor logProbabilities, Tensor labels) {
        return CrossEntropy.DEFAULT.ofLogProbabilities(logProbabilities, labels);
    }

    /** Σ q·(ln q − ln p)/B: the divergence of p from q, the mean over the examples. */
    public static Tensor kl(Tensor logProbabilities, Tensor target) {
        return kl(logProbabilities, target, Reduction.BATCH_MEAN);
    }

    /** q·(ln q − ln p), 0 where q is 0; {@code BATCH_MEAN} is the divergence, {@code MEAN} is over the classes as well. */
    public static Tensor kl(Tensor logProbabilities, Tensor target, Reduction reduction) {
        return reduce(reduction, DIVERGENCE, NONE, logProbabilities, target);
    }

    // ---------------------------------------------------------------- distances

    /** mean max(0, ‖a − p‖ − ‖a − n‖ + 1). */
    public static Tensor triplet(Tensor anchor, Tensor positive, Tensor negative) {
        return triplet(anchor, positive, negative, 1, Reduction.MEAN);
    }

    /**
     * max(0, ‖a − p‖ − ‖a − n‖ + margin) over the last axis, with 1e-6 added to each difference, as PyTorch does (Schroff et al. 2015).
     *
     * <p>Three of [..., D] → terms [...].
     *
     * @throws IllegalArgumentException if the margin is not positive, or the shapes differ
     */
    public static Tensor triplet(Tensor anchor, Tensor positive, Tensor negative, double margin, Reduction reduction) {
        Checks.positive("triplet", "margin", margin);
        requireVectors("triplet", anchor, positive, negative);
        Tensor near = SQUARED_NEAR.sum(List.of(anchor, positive), -1).sqrt();
        Tensor far = SQUARED_NEAR.sum(List.of(anchor, negative), -1).sqrt();
        return reduction.of(MARGIN, new double[] {margin}, near, far);
    }

    /** mean of 1 − cos(a, b) where t = 1, max(0, cos(a, b)) where t = −1. */
    public static Tensor cosineEmbedding(Tensor a, Tensor b, Tensor target) {
        return cosineEmbedding(a, b, target, 0, Reduction.MEAN);
    }

    /**
     * 1 − cos(a, b) where t = 1, max(0, cos(a, b) − margin) where t = −1; 1e-12 is added to each squared length.
     *
     * <p>a, b: [..., D], t: [...] → terms [...].
     */
    public static Tensor cosineEmbedding(Tensor a, Tensor b, Tensor target, double margin, Reduction reduction) {
        requireVectors("cosineEmbedding", a, b);
        Tensor product = PRODUCT.sum(List.of(a, b), -1);
        Tensor lengths = inverseLength(a).mul(inverseLength(b));
        return reduce(reduction, COSINE, new double[] {margin}, product.mul(lengths), target);
    }

    private static Tensor inverseLength(Tensor x) {
        return PRODUCT.sum(List.of(x, x), -1).add(1e-12).rsqrt();
    }
}
