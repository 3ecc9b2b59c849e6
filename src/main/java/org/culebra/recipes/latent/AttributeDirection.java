package org.culebra.recipes.latent;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Pieces;
import org.culebra.recipes.judge.Judge;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * v = mean of the latents whose images show one thing − mean of those whose images show another: the way from one to the other (Larsen et al.
 * 2016, section 4.2, with a judge of the images in place of labels).
 *
 * @param vector v: f32[n]
 * @param origins latents of images that show what it leads away from: f32[B, n]
 * @param shares of the origins that show what it leads to after each of {@code steps}
 * @param steps in multiples of v
 */
public record AttributeDirection(Tensor vector, Tensor origins, List<Double> steps, List<Double> shares) {
    private static final int AT_ONCE = 256;
    private static final int LEAST = 10;

    /** Copies the lists. */
    public AttributeDirection {
        steps = List.copyOf(steps);
        shares = List.copyOf(shares);
    }

    /**
     * Finds the direction with half of the samples, and tries it on the others.
     *
     * @param judge of what the generator learned
     * @param from a class of that judge
     * @param to another
     * @param samples to draw
     * @param steps to try, in multiples of v
     * @throws IllegalArgumentException with a sentence, if there is no such class, or too few images show it
     */
    public static AttributeDirection find(
            Generator generator,
            Judge judge,
            PrintStream out,
            String from,
            String to,
            int samples,
            List<Double> steps,
            Random random) {
        int source = index(judge, from);
        int target = index(judge, to);
        Tensor drawn = generator.draw(random, samples);
        long[] shown = judged(generator, judge, drawn);
        int half = samples / 2;
        long[] begin = positions(shown, 0, half, source);
        long[] end = positions(shown, 0, half, target);
        long[] tried = positions(shown, half, samples, source);
        requireEnough(from, begin.length, half);
        requireEnough(to, end.length, half);
        requireEnough(from, tried.length, samples - half);
        Tensor vector = Tape.scoped(
                () -> rows(drawn, end).mean(0).sub(rows(drawn, begin).mean(0)));
        Tensor origins = rows(drawn, tried);
        var shares = new ArrayList<Double>();
        for (double step : steps) {
            long[] after = judged(generator, judge, Tape.scoped(() -> origins.add(vector.mul(step))));
            shares.add((double) positions(after, 0, after.length, target).length / after.length);
        }
        out.println(String.format(
                Locale.ROOT,
                "%,d samples: %d show %s and %d %s in the first half; the judge names %.1f %% of real images right",
                samples,
                begin.length,
                from,
                end.length,
                to,
                100 * judge.accuracy()));
        return new AttributeDirection(vector, origins, steps, shares);
    }

    private static int index(Judge judge, String name) {
        int found = judge.classes().indexOf(name);
        if (found < 0) {
            throw new IllegalArgumentException(
                    "attribute: one of " + String.join(", ", judge.classes()) + ", not '" + name + "'");
        }
        return found;
    }

    private static void requireEnough(String name, int found, int samples) {
        if (found < LEAST) {
            throw new IllegalArgumentException("attribute: of " + samples + " samples, " + found + " show " + name
                    + "; at least " + LEAST + " are needed: draw more");
        }
    }

    private static long[] judged(Generator generator, Judge judge, Tensor latents) {
        return Pieces.map(latents, AT_ONCE, some -> judge.classify(generator.generate(some)))
                .toLongArray();
    }

    private static long[] positions(long[] shown, int start, int stop, int wanted) {
        return IntStream.range(start, stop)
                .filter(i -> shown[i] == wanted)
                .asLongStream()
                .toArray();
    }

    private static Tensor rows(Tensor latents, long[] positions) {
        return latents.embedding(Tensor.of(positions));
    }
}
