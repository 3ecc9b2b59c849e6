package org.culebra.nn;

import org.culebra.memory.Scope;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that training changes. It has no value until {@link Layer#initialize} or {@link Layer#load} gives it one; from then
 * on it is always the same {@link Tensor}, changed in place, so that an optimizer may hold on to it.
 */
public final class Parameter {
    private final Shape shape;
    private final Initializer initializer;
    private @Nullable Tensor value;

    private Parameter(Shape shape, Initializer initializer) {
        this.shape = shape;
        this.initializer = initializer;
    }

    /** f32[dims], to be initialized in this way. */
    public static Parameter of(Initializer initializer, long... dims) {
        return new Parameter(Shape.of(dims), initializer);
    }

    /** Its dimensions. */
    public Shape shape() {
        return shape;
    }

    /**
     * The numbers.
     *
     * @throws IllegalStateException if there are none yet
     */
    public Tensor value() {
        Tensor known = value;
        if (known == null) {
            throw new IllegalStateException("parameter f32" + shape + " has no value yet\n"
                    + "  hint: model.initialize(Random.seeded(0)) before anything else");
        }
        return known;
    }

    /** Draws new numbers. */
    void initialize(Random random) {
        assign(initializer.draw(random, shape));
    }

    /** Copies numbers of the same shape. */
    void assign(Tensor numbers) {
        if (value == null) {
            // Whatever scope is open: a parameter outlives it.
            value = Scope.outside(
                    () -> Tensor.zeros(numbers.dtype(), shape.dims()).asParameter());
        }
        value.assign(numbers);
    }

    @Override
    public String toString() {
        return value == null ? "f32" + shape : value.describe();
    }
}
