package org.culebra.tensor;

/**
 * Functions that hold per element. Two operands broadcast as in NumPy: shapes are aligned at the last axis, and an axis of size
 * 1 (or a missing one) repeats. Types promote: bool &lt; u8 &lt; i32 &lt; i64 &lt; f32 &lt; f64; functions beyond arithmetic turn
 * integers into f32. Everything floating is differentiable to any order.
 *
 * <p>Accuracy: f32 within 2 ulp and f64 within 4 ulp of the exact value for every function of one step; the same bits on every
 * machine.
 */
public sealed interface Pointwise permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    private Tensor map(Elementwise function) {
        return function.apply(self());
    }

    private Tensor map(Elementwise function, double number) {
        return function.apply(new double[] {number}, self());
    }

    /** x + y. */
    default Tensor add(Tensor y) {
        return Functions.ADD.apply(self(), y);
    }

    /** x + y. */
    default Tensor add(double y) {
        return map(Functions.ADD_SCALAR, y);
    }

    /** x·y. */
    default Tensor mul(Tensor y) {
        return Functions.MUL.apply(self(), y);
    }

    /** x·y. */
    default Tensor mul(double y) {
        return map(Functions.MUL_SCALAR, y);
    }

    /** x/y; of integers an f32. */
    default Tensor div(Tensor y) {
        return Functions.DIV.apply(self(), y);
    }

    /** x/y; of integers an f32. */
    default Tensor div(double y) {
        return map(Functions.DIV_SCALAR, y);
    }

    /** xʸ, special cases as {@link Math#pow}. */
    default Tensor pow(Tensor y) {
        return Functions.POW.apply(self(), y);
    }

    /** xʸ, special cases as {@link Math#pow}. */
    default Tensor pow(double y) {
        return map(Functions.POW_SCALAR, y);
    }

    /** The smaller, of truth values a bool; NaN if either is. Ties share the gradient evenly. */
    default Tensor minimum(Tensor y) {
        return Functions.minimum(self(), y);
    }

    /** The smaller; NaN if either is. On a tie the gradient is 1, as in PyTorch's {@code clamp}. */
    default Tensor minimum(double y) {
        return map(Functions.MIN_SCALAR, y);
    }

    /** The larger, of truth values a bool; NaN if either is. Ties share the gradient evenly. */
    default Tensor maximum(Tensor y) {
        return Functions.maximum(self(), y);
    }

    /** The larger; NaN if either is. On a tie the gradient is 1, as in PyTorch's {@code clamp}. */
    default Tensor maximum(double y) {
        return map(Functions.MAX_SCALAR, y);
    }

    /** x = y, as a bool tensor. */
    default Tensor eq(Tensor y) {
        return Functions.EQ.apply(self(), y);
    }

    /** x = y, as a bool tensor. */
    default Tensor eq(double y) {
        return map(Functions.EQ_SCALAR, y);
    }

    /** x ≠ y, as a bool tensor. */
    default Tensor ne(Tensor y) {
        return Functions.NE.apply(self(), y);
    }

    /** x ≠ y, as a bool tensor. */
    default Tensor ne(double y) {
        return map(Functions.NE_SCALAR, y);
    }

    /** x &lt; y, as a bool tensor. */
    default Tensor lt(Tensor y) {
        return Functions.LT.apply(self(), y);
    }

    /** x &lt; y, as a bool tensor. */
    default Tensor lt(double y) {
        return map(Functions.LT_SCALAR, y);
    }

    /** x ≤ y, as a bool tensor. */
    default Tensor le(Tensor y) {
        return Functions.LE.apply(self(), y);
    }

    /** x ≤ y, as a bool tensor. */
    default Tensor le(double y) {
        return map(Functions.LE_SCALAR, y);
    }

    /** x &gt; y, as a bool tensor. */
    default Tensor gt(Tensor y) {
        return Functions.GT.apply(self(), y);
    }

    /** x &gt; y, as a bool tensor. */
    default Tensor gt(double y) {
        return map(Functions.GT_SCALAR, y);
    }

    /** x ≥ y, as a bool tensor. */
    default Tensor ge(Tensor y) {
        return Functions.GE.apply(self(), y);
    }

    /** x ≥ y, as a bool tensor. */
    default Tensor ge(double y) {
        return map(Functions.GE_SCALAR, y);
    }

    /** x − y. */
    default Tensor sub(Tensor y) {
        return Functions.SUB.apply(self(), y);
    }

    /** x − y. */
    default Tensor sub(double y) {
        return map(Functions.ADD_SCALAR, -y);
    }

    /** y − x. */
    default Tensor rsub(double y) {
        return map(Functions.RSUB_SCALAR, y);
    }

    /** y/x; of integers an f32. */
    default Tensor rdiv(double y) {
        return map(Functions.RDIV_SCALAR, y);
    }

    /** yˣ. */
    default Tensor rpow(double y) {
        return map(Functions.RPOW_SCALAR, y);
    }

    /**
     * x between two bounds; NaN stays NaN, the derivative on a bound is 1.
     *
     * @throws IllegalArgumentException if low &gt; high or one of them is NaN
     */
    default Tensor clamp(double low, double high) {
        if (!(low <= high)) {
            throw Errors.badBounds(low, high);
        }
        return Functions.CLAMP.apply(new double[] {low, high}, self());
    }

    /** x above 0, slope·x below. */
    default Tensor leakyRelu(double slope) {
        return map(Functions.LEAKY_RELU, slope);
    }

    /** x above 0, α·(eˣ − 1) below (Clevert et al. 2015). */
    default Tensor elu(double alpha) {
        return map(Functions.ELU, alpha);
    }

    /** Both not 0, as a bool tensor. */
    default Tensor and(Tensor y) {
        return Functions.AND.apply(self(), y);
    }

    /** At least one not 0, as a bool tensor. */
    default Tensor or(Tensor y) {
        return Functions.OR.apply(self(), y);
    }

    /** Exactly one not 0, as a bool tensor. */
    default Tensor xor(Tensor y) {
        return Functions.XOR.apply(self(), y);
    }

    /**
     * {@code then} where this is true (not 0), {@code otherwise} elsewhere; all three broadcast. The type is the one that the
     * two promote to, whatever this one's. A NaN on the side not taken reaches neither the result nor the
     * gradients of the two, but a function that made it may still multiply its gradient of 0 by ∞; one {@link Elementwise} with
     * a selection inside does not.
     */
    default Tensor where(Tensor then, Tensor otherwise) {
        return Functions.where(self(), then, otherwise);
    }

    /**
     * x with {@code value} written where the mask is true; of x's type.
     *
     * @throws IllegalArgumentException if they do not broadcast, or an integer x is to take what is no integer
     */
    default Tensor maskedFill(Tensor mask, double value) {
        Errors.requireIntegral("maskedFill", value, self());
        return Functions.where(mask, Tensor.full(self().dtype(), value), self());
    }

    /** −x. */
    default Tensor neg() {
        return map(Functions.NEG);
    }

    /** |x|; the derivative at 0 is 0. */
    default Tensor abs() {
        return map(Functions.ABS);
    }

    /** −1, 0 or 1 with x's sign; derivative 0. */
    default Tensor sign() {
        return map(Functions.SIGN);
    }

    /** ⌊x⌋; derivative 0. */
    default Tensor floor() {
        return map(Functions.FLOOR);
    }

    /** ⌈x⌉; derivative 0. */
    default Tensor ceil() {
        return map(Functions.CEIL);
    }

    /** The nearest integer, ties to even; derivative 0. */
    default Tensor round() {
        return map(Functions.ROUND);
    }

    /** x². */
    default Tensor square() {
        return map(Functions.SQUARE);
    }

    /** √x; NaN below 0. */
    default Tensor sqrt() {
        return map(Functions.SQRT);
    }

    /** 1/√x. */
    default Tensor rsqrt() {
        return map(Functions.RSQRT);
    }

    /** 1/x. */
    default Tensor reciprocal() {
        return map(Functions.RECIPROCAL);
    }

    /** eˣ. */
    default Tensor exp() {
        return map(Functions.EXP);
    }

    /** eˣ − 1, exact near 0. */
    default Tensor expm1() {
        return map(Functions.EXPM1);
    }

    /** ln x; −∞ at 0, NaN below. */
    default Tensor log() {
        return map(Functions.LOG);
    }

    /** ln(1 + x), exact near 0. */
    default Tensor log1p() {
        return map(Functions.LOG1P);
    }

    /** sin x, x in radians. */
    default Tensor sin() {
        return map(Functions.SIN);
    }

    /** cos x, x in radians. */
    default Tensor cos() {
        return map(Functions.COS);
    }

    /** tan x, x in radians. */
    default Tensor tan() {
        return map(Functions.TAN);
    }

    /** tanh x. */
    default Tensor tanh() {
        return map(Functions.TANH);
    }

    /** 1/(1 + e⁻ˣ). */
    default Tensor sigmoid() {
        return map(Functions.SIGMOID);
    }

    /** ln(1/(1 + e⁻ˣ)) without overflow. */
    default Tensor logSigmoid() {
        return map(Functions.LOG_SIGMOID);
    }

    /** ln(1 + eˣ) without overflow. */
    default Tensor softplus() {
        return map(Functions.SOFTPLUS);
    }

    /** 2/√π·∫₀ˣ e^(−t²) dt. */
    default Tensor erf() {
        return map(Functions.ERF);
    }

    /** max(x, 0); the derivative at 0 is 0. */
    default Tensor relu() {
        return map(Functions.RELU);
    }

    /** λ·x above 0, λ·α·(eˣ − 1) below; λ ≈ 1.0507, α ≈ 1.6733 (Klambauer et al. 2017). */
    default Tensor selu() {
        return map(Functions.SELU);
    }

    /** x·Φ(x) = x/2·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
    default Tensor gelu() {
        return map(Functions.GELU);
    }

    /** The tanh approximation of {@link #gelu}: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
    default Tensor geluTanh() {
        return map(Functions.GELU_TANH);
    }

    /** x·sigmoid(x), also called swish. */
    default Tensor silu() {
        return map(Functions.SILU);
    }

    /** x·tanh(softplus(x)) (Misra 2019). */
    default Tensor mish() {
        return map(Functions.MISH);
    }

    /** clamp(x/6 + 1/2, 0, 1). */
    default Tensor hardSigmoid() {
        return map(Functions.HARD_SIGMOID);
    }

    /** clamp(x, −1, 1). */
    default Tensor hardTanh() {
        return map(Functions.HARD_TANH);
    }

    /** True where x is 0. */
    default Tensor not() {
        return map(Functions.NOT);
    }

    /** True where x is not a number. */
    default Tensor isNaN() {
        return map(Functions.IS_NAN);
    }

    /** True where x is neither infinite nor NaN. */
    default Tensor isFinite() {
        return map(Functions.IS_FINITE);
    }
}
