package org.culebra.recipes;

import java.util.function.UnaryOperator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * x = g(f(z)): a generator with a space between, in which directions have a meaning.
 *
 * @param latents n, the numbers of z and of f(z)
 * @param inward f: f32[B, n] → f32[B, n]
 * @param images g: f32[B, n] → f32[B, C, H, W]
 */
public record IntermediateGenerator(long latents, UnaryOperator<Tensor> inward, UnaryOperator<Tensor> images)
        implements Generator {
    @Override
    public Tensor generate(Tensor z) {
        return images.apply(inward.apply(z));
    }

    @Override
    public Generator inner() {
        return new Generator() {
            @Override
            public long latents() {
                return latents;
            }

            @Override
            public Tensor generate(Tensor w) {
                return images.apply(w);
            }

            @Override
            public Tensor draw(Random random, long count) {
                return inward.apply(IntermediateGenerator.this.draw(random, count));
            }
        };
    }
}
