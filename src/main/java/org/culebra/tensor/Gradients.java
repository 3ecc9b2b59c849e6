package org.culebra.tensor;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a backward pass found: for each tensor asked about, its gradient in its own shape, or nothing if it was unused. */
public final class Gradients {
    private final List<Tensor> inputs;
    private final IdentityHashMap<Tensor, Tensor> byInput = new IdentityHashMap<>();

    Gradients(List<Tensor> inputs, @Nullable Tensor[] found) {
        this.inputs = List.copyOf(inputs);
        for (int i = 0; i < found.length; i++) {
            Tensor gradient = found[i];
            if (gradient != null) {
                byInput.put(inputs.get(i), gradient);
            }
        }
    }

    /**
     * Gradients made elsewhere: scaled, summed over batches, averaged over replicas.
     *
     * @param gradients by the tensors they belong to
     * @throws IllegalArgumentException if one has another shape than its tensor
     */
    public static Gradients of(Map<Tensor, Tensor> gradients) {
        var inputs = new ArrayList<Tensor>();
        var found = new ArrayList<Tensor>();
        gradients.forEach((input, gradient) -> {
            if (!gradient.shape().equals(input.shape())) {
                throw Errors.wrongGradientShape(input, gradient);
            }
            inputs.add(input);
            found.add(gradient);
        });
        return new Gradients(inputs, found.toArray(Tensor[]::new));
    }

    /** The same with each gradient replaced by a function of it; tensors without one stay so. */
    public Gradients map(UnaryOperator<Tensor> function) {
        @Nullable Tensor[] found = new Tensor[inputs.size()];
        for (int i = 0; i < found.length; i++) {
            Tensor gradient = byInput.get(inputs.get(i));
            if (gradient != null) {
                found[i] = function.apply(gradient);
            }
        }
        return new Gradients(inputs, found);
    }

    /** The tensors asked about, in their order. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** The gradient, or null if the output does not depend on this tensor. */
    public @Nullable Tensor find(Tensor input) {
        return byInput.get(input);
    }

    /**
     * The gradient.
     *
     * @throws IllegalArgumentException if the output does not depend on this tensor, or it was not asked about
     */
    public Tensor of(Tensor input) {
        Tensor gradient = byInput.get(input);
        if (gradient == null) {
            throw Errors.noGradient(input);
        }
        return gradient;
    }

    /** The gradient; zeros if the output does not depend on this tensor. */
    public Tensor orZero(Tensor input) {
        Tensor gradient = byInput.get(input);
        return gradient != null
                ? gradient
                : Tensor.zeros(input.dtype(), input.shape().raw());
    }

    /** The tensors asked about that the output does not depend on. */
    public List<Tensor> unused() {
        List<Tensor> unused = new ArrayList<>();
        for (Tensor input : inputs) {
            if (!byInput.containsKey(input)) {
                unused.add(input);
            }
        }
        return unused;
    }

    /** The tensors that have a gradient. */
    public Set<Tensor> used() {
        return byInput.keySet();
    }
}
