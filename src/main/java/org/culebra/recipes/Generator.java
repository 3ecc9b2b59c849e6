package org.culebra.recipes;

import java.util.List;
import java.util.function.UnaryOperator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** x = g(z): a trained model that makes something of latents: images, or points of the plane. */
public interface Generator {
    /** One that makes these images of n numbers. */
    static Generator making(long latents, UnaryOperator<Tensor> images) {
        return new Generator() {
            @Override
            public long latents() {
                return latents;
            }

            @Override
            public Tensor generate(Tensor z) {
                return images.apply(z);
            }
        };
    }

    /** n, the numbers of a latent. */
    long latents();

    /**
     * What latents become: f32[B, n] → f32[B, C, H, W] in [0, 1], or f32[B, 2] of one that makes points. Gradients flow to the latents.
     * The same latent makes the same image.
     */
    Tensor generate(Tensor latents);

    /** Whether it makes images; else points of the plane. */
    default boolean makesImages() {
        return true;
    }

    /** What was made, to look at: images as they are, f32[N, C, H, W]; any number of points as one picture, f32[1, C, H, W]. */
    default Tensor shown(Tensor made) {
        return made;
    }

    /** Latents as they come in training: N(0, I) unless a model says otherwise, f32[B, n]. */
    default Tensor draw(Random random, long count) {
        return Tensor.normal(random, 0, 1, count, latents());
    }

    /**
     * The space in which latents of given images are looked for, and in which directions have a meaning: this one, unless the model has
     * an intermediate one (W of StyleGAN).
     */
    default Generator inner() {
        return this;
    }

    /** What kinds of image can be asked for; none if the model is not conditional. */
    default List<String> classes() {
        return List.of();
    }

    /**
     * The same, making images of one class only. One that is not conditional has no class.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    default Generator of(int classIndex) {
        throw new IllegalArgumentException("generator: it makes no images of a class that can be asked for");
    }
}
