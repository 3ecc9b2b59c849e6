package org.culebra.nn;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that a model keeps: one that training changes, or a buffer, which is saved but not trained. It has no value until
 * {@link Model#initialize} or {@link Model#load} gives it one; from then on it is always the same memory, changed in place, so
 * that an optimizer may hold on to it.
 */
public final class Parameter {
    /** What {@link Model#substituting} puts in the place of others, on this thread. */
    private static final ScopedValue<Map<Parameter, Tensor>> SUBSTITUTES = ScopedValue.newInstance();

    private final DType dtype;
    private final Shape shape;
    private final Initializer initializer;
    private final boolean buffer;
    private boolean frozen;

    /** As the tape sees it: a parameter, or not. */
    private @Nullable Tensor trained;

    private @Nullable Tensor fixed;

    private Parameter(DType dtype, Shape shape, Initializer initializer, boolean buffer) {
        this.dtype = dtype;
        this.shape = shape;
        this.initializer = initializer;
        this.buffer = buffer;
    }

    /** f32[dims], to be initialized in this way. */
    public static Parameter of(Initializer initializer, long... dims) {
        return new Parameter(DType.F32, Shape.of(dims), initializer, false);
    }

    /** f32[dims] that is saved with the parameters but not trained, such as running statistics. */
    public static Parameter buffer(Initializer initializer, long... dims) {
        return new Parameter(DType.F32, Shape.of(dims), initializer, true);
    }

    /** i64[] that counts from 0 on, saved with the parameters. */
    public static Parameter counter() {
        return new Parameter(DType.I64, Shape.of(), Initializer.constant(0), true);
    }

    /** Its dimensions. */
    public Shape shape() {
        return shape;
    }

    /** True if training leaves it as it is: a frozen parameter, or a buffer. */
    public boolean isFrozen() {
        return frozen || buffer;
    }

    void frozen(boolean value) {
        frozen = value;
    }

    /** The type without a value, or of every value if integers. */
    DType dtype() {
        return dtype;
    }

    /**
     * The numbers.
     *
     * @throws IllegalStateException if there are none yet
     */
    public Tensor value() {
        if (SUBSTITUTES.isBound()) {
            Tensor substitute = SUBSTITUTES.get().get(this);
            if (substitute != null) {
                return substitute;
            }
        }
        Tensor known = isFrozen() ? fixed : trained;
        if (known == null) {
            throw new IllegalStateException((buffer ? "buffer " : "parameter ") + dtype + shape + " has no value yet\n"
                    + "  hint: model.initialize(Random.seeded(0)) before anything else");
        }
        return known;
    }

    static <T> T substituting(Map<Parameter, Tensor> values, Supplier<T> computation) {
        var all = new HashMap<Parameter, Tensor>(SUBSTITUTES.isBound() ? SUBSTITUTES.get() : Map.of());
        all.putAll(values);
        return ScopedValue.where(SUBSTITUTES, all).call(computation::get);
    }

    /** Draws new numbers. */
    void initialize(Random random) {
        assign(Tape.untracked(() -> initializer.draw(random, shape)));
    }

    /** Copies numbers of the same shape. */
    void assign(Tensor numbers) {
        Tensor known = fixed;
        if (known == null) {
            // Whatever scope is open: a parameter outlives it.
            DType type = dtype.isFloating() ? numbers.dtype() : dtype;
            known = Scope.outside(() -> Tensor.zeros(type, shape.dims()));
            fixed = known;
            trained = buffer ? known : known.asParameter();
        }
        known.assign(numbers);
    }

    @Override
    public String toString() {
        return fixed == null ? dtype + shape.toString() : fixed.describe();
    }
}
