package org.culebra.distributions;

import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Call;
import org.culebra.tensor.CustomOp;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * z = Φ⁻¹(p), relative error about 1e-15 in f64 (Wichura 1988, "Algorithm AS 241: The percentage points of the normal
 * distribution", PPND16); −∞ and ∞ at the ends, NaN beyond.
 *
 * <p>p: any shape → the same.
 */
record NormalQuantile() implements CustomOp {
    /** |p − ½| up to which one quotient of polynomials in .425² − (p − ½)² serves. */
    private static final double CENTRAL = .425;

    /** Beyond this √(−ln p) the third pair of polynomials serves. */
    private static final double FAR = 5;

    private static final double FAR_SHIFT = 5;
    private static final double NEAR_SHIFT = 1.6;

    // Coefficients from the lowest power on, as the nearest doubles to the paper's.
    private static final double[] A = {
        3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
        45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227
    };
    private static final double[] B = {
        1,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854
    };
    private static final double[] C = {
        1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
        1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414
    };
    private static final double[] D = {
        1,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09
    };
    private static final double[] E = {
        6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
        0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07
    };
    private static final double[] F = {
        1,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-05,
        1.421511758316446e-07,
        2.0442631033899397e-15
    };

    private static final Elementwise VALUE = Elementwise.of(NormalQuantile::value);

    /** √(2π)·exp(z²/2)·g: 1/φ(z)·g. */
    private static final Elementwise GRADIENT = Elementwise.of(
            (g, z) -> g.mul(Math.sqrt(2 * Math.PI)).mul(z.square().mul(.5).exp()));

    static Tensor of(Tensor p) {
        return new NormalQuantile().apply(p)[0];
    }

    private static Expression value(Expression p) {
        Expression q = p.sub(.5);
        Expression central = q.mul(quotient(A, B, q.square().rsub(CENTRAL * CENTRAL)));
        Expression r = q.lt(0).select(p, p.rsub(1)).log().neg().sqrt();
        Expression magnitude = r.le(FAR).select(quotient(C, D, r.sub(NEAR_SHIFT)), quotient(E, F, r.sub(FAR_SHIFT)));
        Expression tail = q.lt(0).select(magnitude.neg(), magnitude);
        Expression inside = q.abs().le(CENTRAL).select(central, tail);
        return p.eq(0)
                .select(
                        Expression.constant(Double.NEGATIVE_INFINITY),
                        p.eq(1).select(Expression.constant(Double.POSITIVE_INFINITY), inside));
    }

    private static Expression quotient(double[] above, double[] below, Expression r) {
        return polynomial(above, r).div(polynomial(below, r));
    }

    private static Expression polynomial(double[] coefficients, Expression r) {
        Expression sum = Expression.constant(coefficients[coefficients.length - 1]);
        for (int k = coefficients.length - 2; k >= 0; k--) {
            sum = sum.fma(r, Expression.constant(coefficients[k]));
        }
        return sum;
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        return new Tensor[] {VALUE.apply(inputs[0])};
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return GRADIENT.apply(g, call.output(0));
    }
}
