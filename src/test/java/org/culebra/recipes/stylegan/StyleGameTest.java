package org.culebra.recipes.stylegan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.models.StyleGan2;
import org.culebra.models.StyleGenerator;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.recipes.RecipeOptions;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.junit.jupiter.api.Test;

/** What both sides of a StyleGAN do in each step, beside what the papers say: none of it can go missing unseen. */
class StyleGameTest {
    private static final double PATH_WEIGHT = 2;

    /** What a generator was asked for. */
    private record Asked(long count, List<Double> first, List<Double> last, boolean isNoisePerImage) {
        boolean isMixed() {
            return !first.equals(last);
        }
    }

    /** A copy: a tape takes its tensors along. */
    private static List<Double> numbers(Tensor x) {
        return Arrays.stream(x.toDoubleArray()).boxed().toList();
    }

    /** A generator that remembers what it was asked for. */
    private static final class Spy implements StyleGenerator {
        private final StyleGenerator inner = new StyleGan2.Generator(1, 8, 4, 1, 4);
        private final List<Asked> asked = new ArrayList<>();
        private final List<List<Double>> tracked = new ArrayList<>();

        @Override
        public Mapping mapping() {
            return inner.mapping();
        }

        @Override
        public int layers() {
            return inner.layers();
        }

        @Override
        public Tensor synthesize(Tensor styles, Noise noise) {
            boolean isNoisePerImage = noise.of(Tensor.zeros(1, 1, 2, 2), 7).dim(0) == 7;
            asked.add(new Asked(
                    styles.dim(0),
                    numbers(styles.select(1, 0)),
                    numbers(styles.select(1, layers() - 1L)),
                    isNoisePerImage));
            return inner.synthesize(styles, noise);
        }

        @Override
        public void track(Tensor w) {
            tracked.add(numbers(w));
            StyleGenerator.super.track(w);
        }

        @Override
        public Map<String, ? extends Model> children() {
            return inner.children();
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return inner.ownParameters();
        }

        @Override
        public Map<String, Parameter> ownBuffers() {
            return inner.ownBuffers();
        }
    }

    private final Spy spy = new Spy();
    private final Mode mode = Mode.training(Random.seeded(4));

    private StyleGame game(int batch, double r1, double halfLife) {
        var networks = new StyleNetworks(2, spy, StyleGan2.discriminator(1, 8, 4));
        networks.initialize(Random.seeded(1));
        return new StyleGame(networks, new StyleGame.Settings(batch, .0025, r1, PATH_WEIGHT, halfLife, 20, 1));
    }

    private static Batch batch(int size) {
        return new Batch(Tensor.uniform(Random.seeded(3), -1, 1, size, 1, 8, 8), Tensor.zeros(size));
    }

    private static double figure(Map<String, Double> figures, String name) {
        return figures.getOrDefault(name, Double.NaN);
    }

    // ---------------------------------------------------------------- what is made

    /** The discriminator's, the generator's and, at every fourth step, half as many to measure paths by. */
    @Test
    void stylesAreMixedNineTimesOutOfTenWhoeverAsksForThem() {
        Adversarial players = game(4, .1, 100).players();
        Batch images = batch(4);
        int steps = 120;
        int[] mixed = new int[3];
        for (int step = 0; step < steps; step++) {
            spy.asked.clear();
            players.step(images, mode);
            assertEquals(step % 4 == 0 ? 3 : 2, spy.asked.size(), "step " + step);
            for (int k = 0; k < spy.asked.size(); k++) {
                Asked each = spy.asked.get(k);
                assertEquals(k < 2 ? 4 : 2, each.count(), "path lengths are measured over half a batch");
                assertTrue(each.isNoisePerImage());
                mixed[k] += each.isMixed() ? 1 : 0;
            }
        }
        int[] of = {steps, steps, steps / 4};
        for (int k = 0; k < 3; k++) {
            assertEquals(.9, mixed[k] / (double) of[k], 4 * Math.sqrt(.9 * .1 / of[k]), "asked by " + k);
        }
    }

    @Test
    void theAverageOfWIsThatOfTheGeneratorsMovesBeforeMixing() {
        Adversarial players = game(4, .1, 100).players();
        double[] average = new double[4];
        for (int step = 0; step < 6; step++) {
            spy.asked.clear();
            players.step(batch(4), mode);
            assertEquals(step + 1, spy.tracked.size(), "once per step");
            List<Double> w = spy.tracked.getLast(); // (4, 4)
            assertEquals(spy.asked.get(1).first(), w, "the generator's, for its first layers");
            for (int i = 0; i < average.length; i++) {
                double mean = (w.get(i) + w.get(i + 4) + w.get(i + 8) + w.get(i + 12)) / 4;
                average[i] = .995 * average[i] + .005 * mean;
            }
        }
        assertArrayEquals(average, spy.average().value().toDoubleArray(), 1e-7);
    }

    // ---------------------------------------------------------------- regularizers

    /** Over half a batch of two there is one length, so that the penalty is known by it: 2·(‖Jᵀy‖ − a)². */
    @Test
    void pathLengthsAreDrawnToTheirMovingAverage() {
        Adversarial players = game(2, .1, 100).players();
        double a = 0;
        for (int step = 0; step < 13; step++) {
            Map<String, Double> figures = players.step(batch(2), mode);
            if (step % 4 == 0) {
                double length = figure(figures, "path_length");
                a += .01 * (length - a);
                double penalty = PATH_WEIGHT * (length - a) * (length - a);
                assertEquals(penalty, figure(figures, "generator_penalty"), 1e-5 * penalty, "step " + step);
            }
        }
        assertTrue(a > 0);
    }

    @Test
    void theSlopeIsWeightedByGamma() {
        double once = figure(game(4, 1, 100).players().step(batch(4), mode), "discriminator_penalty");
        Mode same = Mode.training(Random.seeded(4));
        double thrice = figure(game(4, 3, 100).players().step(batch(4), same), "discriminator_penalty");
        assertTrue(once > 0);
        assertEquals(3 * once, thrice, 1e-5 * thrice);
    }

    /** R1 at every 16th step, sixteen times as strong. */
    @Test
    void theSlopeIsPenalizedAtEverySixteenthStep() {
        Adversarial players = game(4, 1, 100).players();
        for (int step = 0; step < 34; step++) {
            boolean penalized = players.step(batch(4), mode).containsKey("discriminator_penalty");
            assertEquals(step % 16 == 0, penalized, "step " + step);
        }
    }

    @Test
    void settingsAreThoseOfThePapers() {
        StyleData data = StyleData.named("digits");
        StyleGame.Settings second = StyleGan.settings(RecipeOptions.of(StyleGan.recipe()), data, 32);
        assertEquals(.0025, second.rate());
        assertEquals(.0002 * 8 * 8 / 32, second.r1(), 1e-12);
        assertEquals(2, second.pathWeight());
        assertEquals(10_000, second.halfLife());
        StyleGame.Settings first =
                StyleGan.settings(RecipeOptions.of(StyleGan.recipe(), Map.of("generation", "1")), data, 32);
        assertEquals(.001, first.rate());
        assertEquals(10, first.r1());
        assertEquals(10_000, first.halfLife());
    }

    // ---------------------------------------------------------------- the averaged weights

    @Test
    void weightsCountHalfInTheirAverageAfterTheHalfLife() {
        StyleGame game = game(2, .1, 6); // images, which are 3 steps
        Adversarial players = game.players();
        List<double[]> expected = List.of();
        double beta = Math.pow(.5, 2 / 6.);
        for (int step = 0; step < 5; step++) {
            players.step(batch(2), mode);
            List<double[]> now =
                    spy.parameters().stream().map(Tensor::toDoubleArray).toList();
            if (step == 0) {
                expected = now;
            } else {
                for (int i = 0; i < now.size(); i++) {
                    for (int j = 0; j < now.get(i).length; j++) {
                        expected.get(i)[j] = beta * expected.get(i)[j] + (1 - beta) * now.get(i)[j];
                    }
                }
            }
        }
        List<Tensor> averages = game.average().averages();
        assertEquals(expected.size(), averages.size());
        for (int i = 0; i < expected.size(); i++) {
            double largest = averages.get(i).abs().max().item();
            assertArrayEquals(expected.get(i), averages.get(i).toDoubleArray(), 1e-6 * (1 + largest));
        }
        assertNotEquals(
                spy.parameters().getFirst().sum().item(),
                averages.getFirst().sum().item());
    }
}
