package org.culebra.models;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.nn.Initializer;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * ln p(x|z) = Σᵢ ln p(xᵢ|yᵢ): what the numbers yᵢ that a decoder makes of z say about the pixels (Kingma and Welling 2014, appendix
 * C).
 */
public sealed interface Likelihood extends Model {
    /**
     * Σᵢ ln p(xᵢ|yᵢ), one pass over memory: y [..., D], x [..., D] → [...]; leading axes broadcast.
     *
     * @param output y
     * @param x from 0 to 1
     */
    Tensor logDensity(Tensor output, Tensor x);

    /** E[x|y], element by element. */
    Tensor mean(Tensor output);

    /** Pixels that are 1 with probability sigmoid(yᵢ), else 0; grey ones count in proportion. */
    static Likelihood bernoulli() {
        return new Bernoulli();
    }

    /** Pixels N(yᵢ, σ²), with one σ for all of them, which is learned (Rybkin et al. 2021, section 4.1). */
    static Likelihood gaussian() {
        return new Gaussian(Parameter.of(Initializer.constant(-2), 1));
    }

    /**
     * Kingma and Welling, equation 11, of logits: ln p(x|y) = Σ x·y − ln(1 + eʸ).
     *
     * <p>ln(1 + eʸ) is max(y, 0) + ln(1 + e^−|y|), which overflows for no y.
     */
    record Bernoulli() implements Likelihood {
        private static final Elementwise LOG_DENSITY = Elementwise.of( // equation 11
                (y, x) -> x.mul(y).sub(y.max(0)).sub(y.abs().neg().exp().log1p()));

        @Override
        public Tensor logDensity(Tensor output, Tensor x) {
            return LOG_DENSITY.sum(List.of(output, x), -1);
        }

        @Override
        public Tensor mean(Tensor output) {
            return output.sigmoid();
        }

        @Override
        public String toString() {
            return "Bernoulli";
        }
    }

    /**
     * Kingma and Welling, equation 12, with μ = y and one variance: ln p(x|y) = −½ Σ (x − y)²/σ² + ln σ² + ln 2π.
     *
     * @param logVariance ln σ², f32[1]; first −2
     */
    record Gaussian(Parameter logVariance) implements Likelihood {
        private static final double LOG_TWO_PI = Math.log(2 * Math.PI);
        private static final Elementwise LOG_DENSITY = Elementwise.of((y, x, s) -> { // equation 12
            Expression squares = x.sub(y).square().mul(s.neg().exp());
            return squares.add(s).add(LOG_TWO_PI).mul(-.5);
        });

        @Override
        public Tensor logDensity(Tensor output, Tensor x) {
            return LOG_DENSITY.sum(List.of(output, x, logVariance.value()), -1);
        }

        @Override
        public Tensor mean(Tensor output) {
            return output;
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("log_variance", logVariance);
        }

        @Override
        public String toString() {
            return "Gaussian";
        }
    }
}
