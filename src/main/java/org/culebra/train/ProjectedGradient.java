package org.culebra.train;

import java.util.List;
import java.util.function.BinaryOperator;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * x ← Π(x + α·sign ∇ₓℓ(f(x), y)), again and again: inputs that look the same, and that a model is wrong about. Π keeps within ε of the
 * input as it was, number by number, and within the range of all inputs (Madry et al. 2018, section 2.1). One step of ε from the input
 * itself is the fast gradient sign method (Goodfellow et al. 2015, section 4): {@link #fastGradientSign}.
 *
 * <pre>{@code
 * Tensor attacked = ProjectedGradient.fastGradientSign(.1).attack(model, images, labels, random);
 * }</pre>
 *
 * @param epsilon ε, how far a number may be moved
 * @param step α
 * @param steps how many
 * @param randomStart whether the first step is from a random point within ε instead of the input
 * @param low the least an input can be
 * @param high the most
 */
public record ProjectedGradient(double epsilon, double step, int steps, boolean randomStart, double low, double high) {
    /** Inputs x, ∇, x as it was; numbers α, ε, low, high. */
    private static final Elementwise MOVE = Elementwise.withScalars("projectedGradient", 3, 4, (x, s) -> {
        var moved = x.get(1).sign().fma(s.get(0), x.get(0));
        var near = moved.max(x.get(2).sub(s.get(1))).min(x.get(2).add(s.get(1)));
        return List.of(near.max(s.get(2)).min(s.get(3)));
    });

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if ε is negative, α or the number of steps is not positive, or the range is none
     */
    public ProjectedGradient {
        if (!(epsilon >= 0 && step >= 0 && Double.isFinite(epsilon + step)) || steps < 1) {
            throw new IllegalArgumentException(
                    "projected gradient: needs an epsilon and a step of at least 0 and at least 1" + " step, not "
                            + epsilon + ", " + step + " and " + steps);
        }
        if (!(low < high)) {
            throw new IllegalArgumentException(
                    "projected gradient: inputs are between low and high, not " + low + " and " + high);
        }
    }

    /** x + ε·sign ∇ₓℓ, for inputs from 0 to 1 (Goodfellow et al. 2015). */
    public static ProjectedGradient fastGradientSign(double epsilon) {
        return new ProjectedGradient(epsilon, epsilon, 1, false, 0, 1);
    }

    /**
     * So many steps from a random start, for inputs from 0 to 1 (Madry et al. 2018). A step is 2.5·ε/steps long: it is two and a half
     * times as far as from the middle to the border, so that there is time to go along it.
     */
    public static ProjectedGradient of(double epsilon, int steps) {
        return new ProjectedGradient(epsilon, 2.5 * epsilon / steps, steps, true, 0, 1);
    }

    /** The same with steps of another length. */
    public ProjectedGradient step(double length) {
        return new ProjectedGradient(epsilon, length, steps, randomStart, low, high);
    }

    /** The same from the input itself. */
    public ProjectedGradient withoutRandomStart() {
        return new ProjectedGradient(epsilon, step, steps, false, low, high);
    }

    /** The same for inputs of another range. */
    public ProjectedGradient within(double least, double most) {
        return new ProjectedGradient(epsilon, step, steps, randomStart, least, most);
    }

    /**
     * Against a classifier in evaluation, by its cross-entropy.
     *
     * @param model [B, …] → logits [B, K]
     * @param labels i64[B]
     * @param random for the start, if that is random: one draw
     * @return of the shape of the inputs, without a graph
     */
    public Tensor attack(Layer model, Tensor inputs, Tensor labels, Random random) {
        return ascend((x, y) -> Losses.crossEntropy(model.forward(x), y), inputs, labels, random);
    }

    /**
     * The same up any function of inputs and targets that is one number.
     *
     * @param random for the start, if that is random: one draw
     * @return of the shape of the inputs, without a graph
     */
    public Tensor ascend(BinaryOperator<Tensor> loss, Tensor inputs, Tensor targets, Random random) {
        return Tape.scoped(() -> {
            Tensor x = randomStart ? start(inputs, random) : inputs;
            for (int k = 0; k < steps; k++) {
                x = moved(loss, x, inputs, targets);
            }
            return x;
        });
    }

    private Tensor start(Tensor inputs, Random random) {
        Tensor shift = Tensor.uniform(
                random, inputs.dtype(), -epsilon, epsilon, inputs.shape().dims());
        return inputs.add(shift).clamp(low, high);
    }

    private Tensor moved(BinaryOperator<Tensor> loss, Tensor x, Tensor inputs, Tensor targets) {
        try (var tape = Tape.open()) {
            Tensor from = x.detach();
            Tensor slope = tape.gradient(loss.apply(from, targets), from);
            return tape.keep(MOVE.apply(new double[] {step, epsilon, low, high}, from, slope, inputs));
        }
    }
}
