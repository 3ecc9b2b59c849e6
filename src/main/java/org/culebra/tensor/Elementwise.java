package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Condition;
import org.culebra.kernel.expression.Expression;
import org.culebra.kernel.expression.Expressions;
import org.culebra.kernel.expression.Lowering;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;

/**
 * An elementwise function of tensors, written once as an expression, compiled to one SIMD loop, with its gradients derived:
 *
 * <pre>{@code
 * static final Elementwise SWISH = Elementwise.of(x -> x.mul(x.sigmoid()));
 * static final Elementwise LERP = Elementwise.of((a, b, t) -> b.sub(a).fma(t, a));
 * Tensor y = LERP.apply(a, b, t);   // one pass over memory, broadcasting as NumPy does
 * }</pre>
 *
 * <p>Make one object per function and keep it: compiled loops and derived gradients are cached with it (loops also among equal
 * functions). Numbers that change between calls are scalars ({@link #withScalars}), not constants.
 *
 * <p>Types: floating inputs promote to the widest among them, which is then the type of the result. A function of arithmetic,
 * comparisons and selections alone also takes integers; any other converts integers to f32.
 */
public final class Elementwise {

    /** A function of three expressions. */
    @FunctionalInterface
    public interface Ternary {
        /** The value. */
        Expression apply(Expression a, Expression b, Expression c);
    }

    /** A condition on two expressions. */
    @FunctionalInterface
    public interface Relation {
        /** The truth value. */
        Condition apply(Expression a, Expression b);
    }

    /** Sets of inputs and of results are the bits of a long. */
    private static final int MOST_OPERANDS = 64;

    private final String name;
    private final int arity;
    private final int scalars;
    private final List<Expression> outputs;
    private final boolean predicate;
    private final boolean integral;
    private final boolean draws;
    private final Map<DType, Program> programs = new ConcurrentHashMap<>();
    private volatile GradientPlan[] plans = {};

    Elementwise(String name, int arity, int scalars, List<Expression> outputs, boolean predicate) {
        if (Math.max(arity, outputs.size()) > MOST_OPERANDS) {
            throw Errors.tooManyOperands(name, arity, outputs.size(), MOST_OPERANDS);
        }
        this.name = name;
        this.arity = arity;
        this.scalars = scalars;
        this.outputs = List.copyOf(outputs);
        this.predicate = predicate;
        this.integral = Expressions.areIntegral(outputs);
        this.draws = Expressions.uniforms(outputs) > 0;
    }

    // ---------------------------------------------------------------- making one

    /** y = f(x). */
    public static Elementwise of(UnaryOperator<Expression> function) {
        return named("elementwise", function);
    }

    /** y = f(a, b). */
    public static Elementwise of(BinaryOperator<Expression> function) {
        return named("elementwise", function);
    }

    /** y = f(a, b, c). */
    public static Elementwise of(Ternary function) {
        return named("elementwise", function);
    }

    /**
     * Any number of inputs to any number of results, in one pass: {@code of(4, x -> List.of(…))}.
     *
     * @throws IllegalArgumentException if the function has no result, or more than 64 inputs or results
     */
    public static Elementwise of(int arity, Function<List<Expression>, List<Expression>> function) {
        return withScalars("elementwise", arity, 0, (inputs, none) -> function.apply(inputs));
    }

    /** A function with inputs x and run-time numbers s. */
    @FunctionalInterface
    public interface General {
        /** The results. */
        List<Expression> apply(List<Expression> inputs, List<Expression> scalars);
    }

    /**
     * A function of {@code arity} tensors and {@code scalars} numbers that are given at each call: one compiled loop serves all
     * their values.
     *
     * @param name for messages, graphs and timings
     */
    public static Elementwise withScalars(String name, int arity, int scalars, General function) {
        List<Expression> results = function.apply(inputs(arity), numbers(scalars));
        if (results.isEmpty()) {
            throw new IllegalArgumentException(name + ": an elementwise function needs at least one result");
        }
        return new Elementwise(name, arity, scalars, results, false);
    }

    static Elementwise named(String name, UnaryOperator<Expression> function) {
        return new Elementwise(name, 1, 0, List.of(function.apply(Expression.input(0))), false);
    }

    static Elementwise named(String name, BinaryOperator<Expression> function) {
        return new Elementwise(name, 2, 0, List.of(function.apply(Expression.input(0), Expression.input(1))), false);
    }

    static Elementwise named(String name, Ternary function) {
        return new Elementwise(
                name,
                3,
                0,
                List.of(function.apply(Expression.input(0), Expression.input(1), Expression.input(2))),
                false);
    }

    /** f(x, s) with one run-time number. */
    static Elementwise scalar(String name, BinaryOperator<Expression> function) {
        return new Elementwise(name, 1, 1, List.of(function.apply(Expression.input(0), Expression.scalar(0))), false);
    }

    /** A condition on x: a bool tensor. */
    static Elementwise predicate(String name, Function<Expression, Condition> condition) {
        return new Elementwise(
                name, 1, 0, List.of(condition.apply(Expression.input(0)).toNumber()), true);
    }

    /** A condition on a and b: a bool tensor. */
    static Elementwise relation(String name, Relation relation) {
        return new Elementwise(
                name,
                2,
                0,
                List.of(relation.apply(Expression.input(0), Expression.input(1)).toNumber()),
                true);
    }

    /** A condition on x and a run-time number: a bool tensor. */
    static Elementwise scalarRelation(String name, Relation relation) {
        return new Elementwise(
                name,
                1,
                1,
                List.of(relation.apply(Expression.input(0), Expression.scalar(0))
                        .toNumber()),
                true);
    }

    private static List<Expression> inputs(int count) {
        List<Expression> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inputs.add(Expression.input(i));
        }
        return inputs;
    }

    private static List<Expression> numbers(int count) {
        List<Expression> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Expression.scalar(i));
        }
        return numbers;
    }

    // ---------------------------------------------------------------- using it

    /**
     * The function of tensors that broadcast together; its first result.
     *
     * @throws IllegalArgumentException if their number is wrong, they do not broadcast, or the function draws random numbers
     */
    public Tensor apply(Tensor... inputs) {
        return applyAll(NO_SCALARS, inputs)[0];
    }

    /** With run-time numbers; the first result. */
    public Tensor apply(double[] numbers, Tensor... inputs) {
        return applyAll(numbers, inputs)[0];
    }

    /** All results. */
    public Tensor[] applyAll(double[] numbers, Tensor... inputs) {
        requireNoDraws();
        return new org.culebra.tensor.Map(this, numbers, 0).apply(inputs);
    }

    /** Without a source, every call would draw the same numbers. */
    private void requireNoDraws() {
        if (draws) {
            throw Errors.needsRandom(this);
        }
    }

    /** All results of a function that draws random numbers ({@link Expression#uniform}); a new draw per call. */
    public Tensor[] applyAll(Random random, double[] numbers, Tensor... inputs) {
        return new org.culebra.tensor.Map(this, numbers, random.nextKey()).apply(inputs);
    }

    /**
     * A tensor drawn from a function without inputs, of random streams ({@link Expression#uniform}) and numbers: element i
     * depends on the draw and on i only, so that a longer tensor begins with a shorter one's numbers. Not recorded.
     *
     * @param dtype of the result; integers and truth values are converted from f32
     * @throws IllegalArgumentException if the function has inputs
     */
    public Tensor draw(Random random, DType dtype, double[] numbers, long... dims) {
        return MapRunner.draw(this, numbers, random.nextKey(), dtype, Shape.of(dims));
    }

    /**
     * Writes the results over existing tensors, in one pass; a target may also be an input of the same layout. Not recorded:
     * this is for optimizers and running statistics.
     *
     * @param targets one per result, each of the shape that the inputs broadcast to
     */
    public void update(List<Tensor> targets, double[] numbers, Tensor... inputs) {
        requireNoDraws();
        MapRunner.update(this, targets, numbers, inputs);
    }

    /** Σ f(x…) over the axes (all if none is named), in one pass over memory: no tensor of the terms exists. */
    public Tensor sum(List<Tensor> inputs, int... axes) {
        return sum(false, inputs, axes);
    }

    /** {@link #sum(List, int...)}; with {@code keepDims} the axes stay behind with size 1. */
    public Tensor sum(boolean keepDims, List<Tensor> inputs, int... axes) {
        return sum(NO_SCALARS, keepDims, inputs, axes);
    }

    /** Σ f(x…; s) over the axes, with run-time numbers. */
    public Tensor sum(double[] numbers, boolean keepDims, List<Tensor> inputs, int... axes) {
        requireNoDraws();
        return Reduce.sum(this, numbers, inputs.toArray(new Tensor[0]), keepDims, axes);
    }

    static final double[] NO_SCALARS = {};

    // ---------------------------------------------------------------- for the engine

    String name() {
        return name;
    }

    int arity() {
        return arity;
    }

    int scalars() {
        return scalars;
    }

    List<Expression> outputs() {
        return outputs;
    }

    boolean isPredicate() {
        return predicate;
    }

    /** The formula of the first result. */
    Expression formula() {
        return outputs.get(0);
    }

    /** The type that the loop computes in, given the inputs. */
    DType computeType(Tensor[] inputs) {
        DType type = DType.BOOL;
        for (Tensor input : inputs) {
            type = DType.promote(type, input.dtype());
        }
        if (inputs.length == 0 || (!type.isFloating() && !integral)) {
            return DType.F32;
        }
        return type == DType.U8 || type == DType.BOOL ? DType.I32 : type;
    }

    Program program(DType dtype) {
        Program known = programs.get(dtype);
        return known != null ? known : programs.computeIfAbsent(dtype, this::lower);
    }

    private Program lower(DType dtype) {
        return Lowering.lower(outputs, dtype, arity, scalars);
    }

    /**
     * How cotangents of some inputs are computed. Derived once and kept.
     *
     * @param needed inputs whose cotangents are asked for, as bits
     * @param given results that have cotangents, as bits
     * @param saved whether the function's values are at hand
     */
    GradientPlan plan(long needed, long given, boolean saved) {
        for (GradientPlan plan : plans) {
            if (plan.serves(needed, given, saved)) {
                return plan;
            }
        }
        return derive(needed, given, saved);
    }

    private synchronized GradientPlan derive(long needed, long given, boolean saved) {
        GradientPlan plan = GradientPlan.derive(this, needed, given, saved);
        GradientPlan[] more = Arrays.copyOf(plans, plans.length + 1);
        more[plans.length] = plan;
        plans = more;
        return plan;
    }

    @Override
    public String toString() {
        return name;
    }
}
