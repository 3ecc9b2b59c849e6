package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Derivatives where the formula of an activation changes: differences do not look there. */
class ActivationsTest {

    /** f, f′, f″ and f‴ at one place. */
    private static double[] derivatives(UnaryOperator<Tensor> function, double at) {
        try (var tape = Tape.open()) {
            Tensor x = Tensor.of(new double[] {at}).asParameter();
            double[] values = new double[4];
            Tensor y = function.apply(x).sum();
            for (int order = 0; order < 4; order++) {
                values[order] = y.item();
                y = tape.gradient(y, x, Order.DIFFERENTIABLE).sum();
            }
            return values;
        }
    }

    private static void derives(UnaryOperator<Tensor> function, double at, double... expected) {
        assertArrayEquals(expected, derivatives(function, at), 1e-14);
    }

    @Test
    void smoothOnesHaveTheirDerivativesAtZero() {
        double ln2 = Math.log(2);
        for (double zero : new double[] {0., -0.}) {
            derives(Tensor::softplus, zero, ln2, .5, .25, 0);
            derives(Tensor::logSigmoid, zero, -ln2, .5, -.25, 0);
            derives(Tensor::sigmoid, zero, .5, .25, 0, -.125);
            derives(Tensor::silu, zero, 0, .5, .5, 0);
            derives(Tensor::tanh, zero, 0, 1, 0, -2);
            // x·g(x) has the third derivative 3·g″(0); g = tanh(softplus): g′ = .64·½, g″ = .64·(¼ − 2·.6·¼)
            derives(Tensor::mish, zero, 0, .6, .64, 3 * .64 * (.25 - 2 * .6 * .25));
        }
    }

    @Test
    void onesThatBendHaveThoseFromTheLeft() {
        derives(x -> x.elu(1), 0, 0, 1, 1, 1);
        derives(x -> x.elu(.5), 0, 0, .5, .5, .5);
        double bend = 1.0507009873554805 * 1.6732632423543772;
        derives(Tensor::selu, 0, 0, bend, bend, bend);
        derives(x -> x.leakyRelu(.1), 0, 0, .1, 0, 0);
        derives(Tensor::relu, 0, 0, 0, 0, 0);
    }

    @Test
    void farFromZeroNothingOverflows() {
        for (double far : new double[] {800, 1e300, Double.POSITIVE_INFINITY}) {
            derives(Tensor::softplus, far, far, 1, 0, 0);
            derives(Tensor::softplus, -far, 0, 0, 0, 0);
            derives(Tensor::logSigmoid, far, 0, 0, 0, 0);
            derives(Tensor::logSigmoid, -far, -far, 1, 0, 0);
            derives(x -> x.elu(1), far, far, 1, 0, 0);
            derives(x -> x.elu(1), -far, -1, 0, 0, 0);
        }
    }

    @Test
    void nanStaysNaN() {
        Tensor nan = Tensor.scalar(Double.NaN);
        for (Elementwise function : Functions.all()) {
            if (function.arity() == 1 && !function.isPredicate() && function.scalars() < 2) {
                Tensor y = function.apply(new double[function.scalars()], nan);
                boolean absent = function == Functions.POW_SCALAR || function == Functions.RPOW_SCALAR;
                assertEquals(absent && y.item() == 1 ? 1 : Double.NaN, y.item(), function.name());
            }
        }
    }
}
