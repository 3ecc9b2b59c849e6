package org.culebra.optim;

import java.util.ArrayList;
import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Gradients of bounded size: {@code optimizer.step(GradientClip.byNorm(tape.gradients(loss), 1))}. The given ones stay as they
 * are; a NaN stays a NaN.
 */
public final class GradientClip {
    /** So that gradients of 0 have a finite scale; PyTorch's. */
    private static final double LEAST = 1e-6;

    private static final Elementwise CLAMP = Elementwise.withScalars(
            "clipByValue", 1, 1, (x, s) -> List.of(x.get(0).max(s.get(0).neg()).min(s.get(0))));

    private GradientClip() {}

    /**
     * min(max(g, −c), c), number by number.
     *
     * @throws IllegalArgumentException if c is not positive
     */
    public static Gradients byValue(Gradients gradients, double c) {
        requirePositive("value", c);
        return Tape.untracked(() -> gradients.map(g -> CLAMP.apply(new double[] {c}, g)));
    }

    /**
     * g·min(1, c/(‖g‖ + 1e-6)), with ‖g‖ the Euclidean norm of all gradients together (Pascanu et al. 2013).
     *
     * @throws IllegalArgumentException if c is not positive
     */
    public static Gradients byNorm(Gradients gradients, double c) {
        return byNorm(gradients, c, 2);
    }

    /**
     * g·min(1, c/(‖g‖ₚ + 1e-6)).
     *
     * @param p at least 0; {@link Double#POSITIVE_INFINITY} for the largest magnitude
     * @throws IllegalArgumentException if c is not positive, or p negative
     */
    public static Gradients byNorm(Gradients gradients, double c, double p) {
        requirePositive("norm", c);
        double scale = c / (norm(gradients, p) + LEAST);
        return scale >= 1 ? gradients : Tape.untracked(() -> gradients.map(g -> g.mul(scale)));
    }

    /** ‖g‖: the Euclidean norm of all gradients together. */
    public static double norm(Gradients gradients) {
        return norm(gradients, 2);
    }

    /** ‖g‖ₚ of all gradients together. */
    public static double norm(Gradients gradients, double p) {
        return Tape.untracked(() -> {
            // In the order of the parameters: the same bits every time.
            var norms = new ArrayList<Double>();
            for (Tensor input : gradients.inputs()) {
                Tensor gradient = gradients.find(input);
                if (gradient != null) {
                    norms.add(gradient.norm(p, false).item());
                }
            }
            double[] all = norms.stream().mapToDouble(Double::doubleValue).toArray();
            return all.length == 0
                    ? 0
                    : Tensor.of(all).norm(p == 0 ? 1 : p, false).item();
        });
    }

    private static void requirePositive(String what, double c) {
        if (!(c > 0)) {
            throw new IllegalArgumentException("clip: the largest " + what + " must be positive, not " + c);
        }
    }
}
