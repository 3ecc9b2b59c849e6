package org.culebra.kernel.expression;

import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Relation;

/**
 * An elementwise function of inputs x₀, x₁, …, written once: {@code x.mul(x).add(1).sqrt()}.
 *
 * <p>From this tree the engine derives the SIMD loop for every dtype and vector width, the gradient, the gradient's loop, and
 * the scalar reference that tests compare with. A subexpression held in a Java variable and used twice is computed once: the
 * tree is a graph whose nodes are told apart by identity first and by value numbering when it is compiled.
 *
 * <p>Expressions are immutable and know nothing of shapes; they hold per element.
 */
public sealed interface Expression {

    /** The i-th tensor that the function is applied to. */
    record Input(int index) implements Expression {}

    /** The i-th number given at run time (a learning rate, a bound): one compiled loop serves all its values. */
    record Scalar(int index) implements Expression {}

    /** A number that is part of the function; one loop is compiled per value. */
    record Constant(double value) implements Expression {}

    /**
     * A random number, uniform in [0, 1), that depends on the run's key, the stream {@code index} and the element's position
     * only; it is drawn again, the same, by whoever asks again. Its derivative is zero.
     */
    record Uniform(int index) implements Expression {}

    /** A function of one argument. */
    record Unary(Function function, Expression x) implements Expression {}

    /** A function of two arguments. */
    record Binary(Operator operator, Expression a, Expression b) implements Expression {}

    /** a·b + c, rounded once. */
    record Fma(Expression a, Expression b, Expression c) implements Expression {}

    /** {@code then} where the condition holds, {@code otherwise} elsewhere. */
    record Select(Condition condition, Expression then, Expression otherwise) implements Expression {}

    /** The functions of one argument that have a rule for lowering, differentiation and interpretation. */
    enum Function {
        NEG,
        ABS,
        /** −1, 0 or 1 with the argument's sign; zeros and NaN pass through. */
        SIGN,
        FLOOR,
        CEIL,
        /** To the nearest integer, ties to even. */
        ROUND,
        SQRT,
        EXP,
        EXPM1,
        LOG,
        LOG1P,
        SIN,
        COS,
        TAN,
        TANH,
        /** 1 / (1 + exp(−x)). */
        SIGMOID,
        ERF,
        /** cos x for |x| of at most 2^17, without the branch for others. */
        NEAR_COS
    }

    /** The functions of two arguments. */
    enum Operator {
        ADD,
        SUB,
        MUL,
        DIV,
        /** The smaller; NaN if either is; −0 is smaller than 0. */
        MIN,
        /** The larger; NaN if either is; 0 is larger than −0. */
        MAX,
        /** a to the power b, as {@link Math#pow} defines the special cases. */
        POW
    }

    /** The i-th input. */
    static Expression input(int index) {
        return new Input(index);
    }

    /** The i-th run-time number. */
    static Expression scalar(int index) {
        return new Scalar(index);
    }

    /** A constant. */
    static Expression constant(double value) {
        return new Constant(value);
    }

    /** The i-th stream of uniform random numbers in [0, 1). */
    static Expression uniform(int index) {
        return new Uniform(index);
    }

    private Expression apply(Function function) {
        return new Unary(function, this);
    }

    private Expression apply(Operator operator, Expression other) {
        return new Binary(operator, this, other);
    }

    default Expression add(Expression other) {
        return apply(Operator.ADD, other);
    }

    default Expression add(double other) {
        return add(constant(other));
    }

    default Expression sub(Expression other) {
        return apply(Operator.SUB, other);
    }

    default Expression sub(double other) {
        return sub(constant(other));
    }

    /** {@code other} − this. */
    default Expression rsub(double other) {
        return constant(other).sub(this);
    }

    default Expression mul(Expression other) {
        return apply(Operator.MUL, other);
    }

    default Expression mul(double other) {
        return mul(constant(other));
    }

    default Expression div(Expression other) {
        return apply(Operator.DIV, other);
    }

    default Expression div(double other) {
        return div(constant(other));
    }

    default Expression min(Expression other) {
        return apply(Operator.MIN, other);
    }

    default Expression min(double other) {
        return min(constant(other));
    }

    default Expression max(Expression other) {
        return apply(Operator.MAX, other);
    }

    default Expression max(double other) {
        return max(constant(other));
    }

    default Expression pow(Expression exponent) {
        return apply(Operator.POW, exponent);
    }

    default Expression pow(double exponent) {
        return pow(constant(exponent));
    }

    /** this·b + c, rounded once. */
    default Expression fma(Expression b, Expression c) {
        return new Fma(this, b, c);
    }

    default Expression neg() {
        return apply(Function.NEG);
    }

    default Expression abs() {
        return apply(Function.ABS);
    }

    default Expression sign() {
        return apply(Function.SIGN);
    }

    default Expression floor() {
        return apply(Function.FLOOR);
    }

    default Expression ceil() {
        return apply(Function.CEIL);
    }

    default Expression round() {
        return apply(Function.ROUND);
    }

    default Expression square() {
        return mul(this);
    }

    default Expression sqrt() {
        return apply(Function.SQRT);
    }

    /** 1/this. */
    default Expression reciprocal() {
        return constant(1).div(this);
    }

    default Expression exp() {
        return apply(Function.EXP);
    }

    /** exp(this) − 1, exact near 0. */
    default Expression expm1() {
        return apply(Function.EXPM1);
    }

    default Expression log() {
        return apply(Function.LOG);
    }

    /** log(1 + this), exact near 0. */
    default Expression log1p() {
        return apply(Function.LOG1P);
    }

    default Expression sin() {
        return apply(Function.SIN);
    }

    default Expression cos() {
        return apply(Function.COS);
    }

    /** cos x where |x| is known to be at most 2^17, the same bits; of others it is not said what comes out. */
    default Expression nearCos() {
        return apply(Function.NEAR_COS);
    }

    default Expression tan() {
        return apply(Function.TAN);
    }

    default Expression tanh() {
        return apply(Function.TANH);
    }

    default Expression sigmoid() {
        return apply(Function.SIGMOID);
    }

    default Expression erf() {
        return apply(Function.ERF);
    }

    default Condition lt(Expression other) {
        return new Compare(Relation.LT, this, other);
    }

    default Condition lt(double other) {
        return lt(constant(other));
    }

    default Condition le(Expression other) {
        return new Compare(Relation.LE, this, other);
    }

    default Condition le(double other) {
        return le(constant(other));
    }

    default Condition gt(Expression other) {
        return other.lt(this);
    }

    default Condition gt(double other) {
        return gt(constant(other));
    }

    default Condition ge(Expression other) {
        return other.le(this);
    }

    default Condition ge(double other) {
        return ge(constant(other));
    }

    default Condition eq(Expression other) {
        return new Compare(Relation.EQ, this, other);
    }

    default Condition eq(double other) {
        return eq(constant(other));
    }

    default Condition ne(Expression other) {
        return new Compare(Relation.NE, this, other);
    }

    default Condition ne(double other) {
        return ne(constant(other));
    }

    /** The formula in one readable line, shortened where it is long: {@code x0 * tanh(x1 + 1)}. */
    default String describe() {
        return Formula.of(this);
    }
}
