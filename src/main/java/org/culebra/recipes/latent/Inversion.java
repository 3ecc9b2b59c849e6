package org.culebra.recipes.latent;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.culebra.optim.Adam;
import org.culebra.recipes.Generator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * z* = argmin ‖g(z) − x‖²: the latent of a given image, by gradient descent through the generator (Creswell and Bharath 2018).
 *
 * @param latent z*: f32[n]
 * @param image g(z*): f32[C, H, W]
 * @param error the mean square of g(z*) − x over the numbers of the image
 */
public record Inversion(Tensor latent, Tensor image, double error) {
    private static final int CANDIDATES_PER_START = 16;
    private static final double RATE = .1;

    /**
     * Looks from several starts at once, the best of many random latents, with Adam and a rate that falls to nothing as a cosine does.
     *
     * @param image f32[C, H, W] in [0, 1]
     * @param starts to look from
     * @param steps of each
     * @throws IllegalArgumentException if the image has another size than those that are made, or a number is not positive
     */
    public static Inversion of(Generator generator, Tensor image, int starts, int steps, Random random) {
        if (starts < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "invert: at least one start and one step are needed, not " + starts + " and " + steps);
        }
        Tensor z = Tape.untracked(() -> begin(generator, image, starts, random)).asParameter();
        Adam adam = Adam.of(List.of(z)).learningRate(RATE);
        for (int step = 0; step < steps; step++) {
            adam.learningRate(RATE * (1 + StrictMath.cos(Math.PI * step / steps)) / 2);
            try (var tape = Tape.open()) {
                // A sum over the starts: what one of them does changes nothing for the others.
                adam.step(tape.gradients(errors(generator.generate(z), image).sum()));
            }
        }
        return Tape.untracked(() -> {
            Tensor images = generator.generate(z);
            double[] errors = errors(images, image).toDoubleArray();
            int best = order(errors)[0];
            return new Inversion(
                    z.select(0, best).copy(), images.select(0, best).copy(), errors[best]);
        });
    }

    private static Tensor begin(Generator generator, Tensor image, int starts, Random random) {
        Tensor drawn = generator.draw(random, (long) starts * CANDIDATES_PER_START);
        Tensor made = generator.generate(drawn);
        long[] size = image.shape().dims();
        long[] other = made.select(0, 0).shape().dims();
        if (!Arrays.equals(size, other)) {
            throw new IllegalArgumentException("invert: the image is " + Arrays.toString(size)
                    + ", those that are made are " + Arrays.toString(other));
        }
        long[] best = Arrays.stream(order(errors(made, image).toDoubleArray()))
                .limit(starts)
                .asLongStream()
                .toArray();
        return drawn.embedding(Tensor.of(best));
    }

    /** Of each image: [B, C, H, W] → [B]. */
    private static Tensor errors(Tensor images, Tensor image) {
        return images.sub(image).square().mean(1, 2, 3);
    }

    private static int[] order(double[] errors) {
        return IntStream.range(0, errors.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> errors[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
