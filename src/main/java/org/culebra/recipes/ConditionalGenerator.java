package org.culebra.recipes;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.culebra.tensor.Tensor;

/**
 * A generator that can be asked for a class.
 *
 * @param latents n, with the numbers that choose a class where none is asked for
 * @param classes what can be asked for
 * @param any images of latents, of whatever class these choose: f32[B, n] → f32[B, C, H, W]
 * @param each the generator of one class
 */
public record ConditionalGenerator(
        long latents, List<String> classes, UnaryOperator<Tensor> any, IntFunction<Generator> each)
        implements Generator {
    /** Copies the list. */
    public ConditionalGenerator {
        classes = List.copyOf(classes);
    }

    @Override
    public Tensor generate(Tensor z) {
        return any.apply(z);
    }

    @Override
    public Generator of(int classIndex) {
        if (classIndex < 0 || classIndex >= classes.size()) {
            throw new IllegalArgumentException("generator: there is no class " + classIndex + " among " + classes.size()
                    + ", 0 to " + (classes.size() - 1));
        }
        return each.apply(classIndex);
    }
}
