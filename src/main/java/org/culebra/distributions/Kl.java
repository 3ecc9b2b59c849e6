package org.culebra.distributions;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * KL(p‖q) = E_p ln p(x)/q(x), in nats (Kullback and Leibler 1951).
 *
 * <p>p, q: of the same events; batches broadcast to B → [B].
 *
 * <p>Closed forms: Normal, Laplace and Uniform to Normal and to their own kind; Normal to Laplace; anything to a Uniform that does not
 * cover it, which is ∞; Bernoulli; Categorical; multivariate normal distributions, diagonal or not, also as {@link Independent} ones;
 * independent ones of all these; and those transformed by the same {@link Bijection}.
 */
public final class Kl {
    private Kl() {}

    /** Inputs are (μ, σ) of p, then of q. */
    private static final Elementwise NORMAL = ofFour("klNormal", (m, s, n, t) -> {
        Expression ratio = s.div(t).square();
        return ratio.add(m.sub(n).div(t).square()).sub(1).sub(ratio.log()).mul(.5);
    });

    private static final Elementwise LAPLACE = ofFour("klLaplace", (m, b, n, c) -> {
        Expression apart = m.sub(n).abs();
        return apart.div(b)
                .neg()
                .exp()
                .mul(b)
                .add(apart)
                .div(c)
                .add(c.div(b).log())
                .sub(1);
    });

    /** E|x − ν| = σ√(2/π)·exp(−δ²/2) + σδ·erf(δ/√2), δ = (μ − ν)/σ. */
    private static final Elementwise NORMAL_TO_LAPLACE = ofFour("klNormalToLaplace", (m, s, n, c) -> {
        Expression z = m.sub(n).div(s);
        Expression distance = z.square()
                .mul(-.5)
                .exp()
                .mul(Math.sqrt(2 / Math.PI))
                .add(z.mul(z.mul(Math.sqrt(.5)).erf()));
        return c.mul(2).div(s).log().add(distance.mul(s).div(c)).sub(Normal.HALF_LOG_2PI + .5);
    });

    /** (H(p), E p, Var p) of anything, then (μ, σ) of a normal distribution: cross-entropy less entropy. */
    private static final Elementwise TO_NORMAL = Elementwise.withScalars("klToNormal", 5, 0, (x, _) -> {
        Expression apart = x.get(1).sub(x.get(3)).square();
        Expression square = x.get(2).add(apart).div(x.get(4).square());
        return List.of(
                square.mul(.5).add(x.get(4).log()).add(Normal.HALF_LOG_2PI).sub(x.get(0)));
    });

    /** (a, b) of p, then of q. */
    private static final Elementwise UNIFORM = ofFour(
            "klUniform",
            (a, b, low, high) -> a.ge(low)
                    .and(b.le(high))
                    .select(high.sub(low).div(b.sub(a)).log(), Expression.constant(Double.POSITIVE_INFINITY)));

    @FunctionalInterface
    private interface Quaternary {
        Expression apply(Expression a, Expression b, Expression c, Expression d);
    }

    private static Elementwise ofFour(String name, Quaternary f) {
        return Elementwise.withScalars(name, 4, 0, (x, _) -> List.of(f.apply(x.get(0), x.get(1), x.get(2), x.get(3))));
    }

    private record Pair(Distribution p, Distribution q) {}

    /**
     * The divergence.
     *
     * @throws IllegalArgumentException if the events have different shapes
     * @throws UnsupportedOperationException if there is no closed form for the two
     */
    public static Tensor of(Distribution p, Distribution q) {
        requireSameEvents(p, q);
        Tensor closed = closedForm(p, q);
        if (closed == null) {
            throw new UnsupportedOperationException("Kl: there is no closed form from " + p + " to " + q
                    + "; Kl.of(p, q, random, samples) estimates it");
        }
        return closed;
    }

    /**
     * The divergence, by its closed form or, where there is none, by {@link #estimate}.
     *
     * @throws IllegalArgumentException if the events have different shapes, or the number of samples is not positive
     */
    public static Tensor of(Distribution p, Distribution q, Random random, int samples) {
        requireSameEvents(p, q);
        Arguments.samples("Kl", samples);
        Tensor closed = closedForm(p, q);
        return closed == null ? estimate(p, q, random, samples) : closed;
    }

    /**
     * 1/n Σ (ln p(xᵢ) − ln q(xᵢ)), xᵢ ~ p: the divergence by Monte Carlo, whose error falls with √n. Gradients by the parameters of
     * p are right only if p is reparameterized.
     *
     * @throws IllegalArgumentException if the events have different shapes, or the number of samples is not positive
     */
    public static Tensor estimate(Distribution p, Distribution q, Random random, int samples) {
        requireSameEvents(p, q);
        Arguments.samples("Kl", samples);
        Tensor x = Arguments.best(p, random, samples);
        if (p.batchShape().rank() < q.batchShape().rank()) {
            // The batch of q is longer: axes of size 1 keep the samples' own axis in front.
            for (int k = q.batchShape().rank() - p.batchShape().rank(); k > 0; k--) {
                x = x.unsqueeze(1);
            }
        }
        return p.logDensity(x).sub(q.logDensity(x)).mean(0);
    }

    private static void requireSameEvents(Distribution p, Distribution q) {
        if (!p.eventShape().equals(q.eventShape())) {
            throw new IllegalArgumentException(
                    "Kl: the distributions are of different events\n  p  " + p + "\n  q  " + q);
        }
        Arguments.together("Kl", "batch of p", p.batchShape(), "batch of q", q.batchShape());
    }

    private static @Nullable Tensor closedForm(Distribution p, Distribution q) {
        return switch (new Pair(p, q)) {
            case Pair(Normal a, Normal b) -> NORMAL.apply(a.location(), a.scale(), b.location(), b.scale());
            case Pair(LocationScale a, Normal b) ->
                TO_NORMAL.apply(a.entropy(), a.mean(), a.variance(), b.location(), b.scale());
            case Pair(Laplace a, Laplace b) -> LAPLACE.apply(a.location(), a.scale(), b.location(), b.scale());
            case Pair(Normal a, Laplace b) -> NORMAL_TO_LAPLACE.apply(a.location(), a.scale(), b.location(), b.scale());
            case Pair(Uniform a, Uniform b) -> UNIFORM.apply(a.low(), a.high(), b.low(), b.high());
            case Pair(LocationScale a, Uniform b) ->
                a.mean().add(b.mean()).mul(0).add(Double.POSITIVE_INFINITY);
            case Pair(Bernoulli a, Bernoulli b) -> Bernoulli.divergence(a, b);
            case Pair(Categorical a, Categorical b) -> categories(a, b);
            case Pair(Independent a, Independent b)
            when a.axes() == b.axes() -> {
                Tensor each = closedForm(a.base(), b.base());
                yield each == null ? null : Arguments.sumLast(each, a.axes());
            }
            case Pair(Transformed a, Transformed b)
            when a.bijection().equals(b.bijection()) -> closedForm(a.base(), b.base());
            default -> {
                MultivariateNormal a = multivariate(p);
                MultivariateNormal b = multivariate(q);
                yield a == null || b == null ? null : multivariate(a, b);
            }
        };
    }

    private static Tensor categories(Categorical p, Categorical q) {
        if (p.categories() != q.categories()) {
            throw new IllegalArgumentException(
                    "Kl: " + p.categories() + " categories of p, " + q.categories() + " of q");
        }
        return Categorical.divergence(p, q);
    }

    /** A distribution as a multivariate normal one, null if it is none. */
    private static @Nullable MultivariateNormal multivariate(Distribution d) {
        if (d instanceof MultivariateNormal already) {
            return already;
        }
        return d instanceof Independent all && all.axes() == 1 && all.base() instanceof Normal base
                ? MultivariateNormal.ofDeviation(base.mean(), base.standardDeviation())
                : null;
    }

    /** ½(tr Σ_q⁻¹Σ_p + (μ_q − μ_p)ᵀΣ_q⁻¹(μ_q − μ_p) − N + ln det Σ_q − ln det Σ_p). */
    private static Tensor multivariate(MultivariateNormal p, MultivariateNormal q) {
        long n = p.eventShape().dim(0);
        Tensor spread = q.factor().trace(p.factor()).add(q.factor().distance(p.location(), q.location()));
        return spread.sub((double) n)
                .mul(.5)
                .add(q.factor().halfLogDeterminant())
                .sub(p.factor().halfLogDeterminant());
    }
}
