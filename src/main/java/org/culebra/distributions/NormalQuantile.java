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

    // Coefficients from the lowest power on.
    private static final double[] A = {
        3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727
    };
    private static final double[] B = {
        1,
        42.313330701600911252,
        687.18700749205790830,
        5394.1960214247511077,
        21213.794301586595867,
        39307.895800092710610,
        28729.085735721942674,
        5226.4952788528545610
    };
    private static final double[] C = {
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, .241780725177450611770, .0227238449892691845833, 7.74545014278341407640e-4
    };
    private static final double[] D = {
        1,
        2.05319162663775882187,
        1.67638483018380384940,
        .689767334985100004550,
        .148103976427480074590,
        .0151986665636164571966,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9
    };
    private static final double[] E = {
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, .296560571828504891230,
        .0265321895265761230930, .00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7
    };
    private static final double[] F = {
        1,
        .599832206555887937690,
        .136929880922735805310,
        .0148753612908506148525,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15
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
