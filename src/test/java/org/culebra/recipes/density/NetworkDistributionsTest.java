package org.culebra.recipes.density;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.check.GradCheck;
import org.culebra.data.Batch;
import org.culebra.memory.DType;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks as probability distributions, trained for a moment. */
class NetworkDistributionsTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Map<String, Object> run(Recipe recipe, String place, String... told) throws IOException {
        return recipe.train(job(recipe, place, told));
    }

    private Job job(Recipe recipe, String place, String... told) throws IOException {
        var values = new LinkedHashMap<String, String>();
        List.of(told)
                .forEach(each ->
                        values.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        return Job.of(recipe, values, folder.resolve(place))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private static double number(Map<String, Object> results, String name) {
        return assertInstanceOf(Number.class, results.get(name), name).doubleValue();
    }

    /** All that the same seed must come to again. */
    private static Map<String, Object> repeatable(Map<String, Object> results) {
        var figures = new LinkedHashMap<>(results);
        figures.keySet().removeAll(List.of("seconds", "images_per_second", "model"));
        return figures;
    }

    @Test
    void aShortRegressionLearnsItsUncertaintyTheSameWayEachTime() throws IOException {
        String[] told = {"epochs=12", "examples=1000", "hidden=16", "learning-rate=.01"};
        Map<String, Object> one = run(Heteroscedastic.recipe(), "a", told);
        Map<String, Object> other = run(Heteroscedastic.recipe(), "b", told);
        assertEquals(repeatable(one), repeatable(other));
        assertNotEquals(
                one.get("parameter_hash"),
                run(Heteroscedastic.recipe(), "c", "epochs=1", "examples=1000", "hidden=16", "seed=1")
                        .get("parameter_hash"));

        assertTrue(number(one, "diagonal_deviation_error") < 1.2, one::toString);
        assertTrue(number(one, "full_kl_to_truth") > 0, one::toString);
        assertTrue(number(one, "diagonal_kl_to_truth") > number(one, "diagonal_kl_of_the_best"), one::toString);
        assertEquals(0, number(one, "full_kl_of_the_best"), 1e-9);
        // What is reached on the test data is the optimum, but for the divergence and for chance.
        assertEquals(
                number(one, "full_optimum") - number(one, "full_kl_to_truth"), number(one, "full_log_density"), .15);
        assertEquals(number(one, "full_optimum"), number(one, "full_best_log_density_here"), .06);
        assertEquals(number(one, "diagonal_optimum"), number(one, "diagonal_best_log_density_here"), .06);
        for (String picture : List.of("deviations.png", "correlation.png", "calibration.png")) {
            assertTrue(Files.size(folder.resolve("a/pictures").resolve(picture)) > 1000, picture);
        }
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("log-density   of the best"), out::toString);
    }

    @Test
    void theNoisyCurveIsWhatItSays() {
        Tensor x = Tensor.of(new double[] {-1, 0, 2}, 3, 1);
        var truth = NoisyCurve.truth(x);
        assertArrayEquals(
                NoisyCurve.deviations(x).toDoubleArray(),
                truth.standardDeviation().toDoubleArray(),
                1e-12);
        assertArrayEquals(
                new double[] {Math.sin(-2), Math.cos(-1), 0, 1, Math.sin(4), Math.cos(2)},
                truth.mean().toDoubleArray(),
                1e-12);
        double[] sigma = NoisyCurve.deviations(x).toDoubleArray();
        for (int k = 0; k < 3; k++) {
            double rho = truth.covariance().get(k, 0, 1) / sigma[2 * k] / sigma[2 * k + 1];
            assertEquals(.9 * Math.sin(1.5 * x.get(k, 0)), rho, 1e-12);
        }
        Batch drawn = NoisyCurve.data(Random.seeded(0), 3).get(0, 1, 2);
        assertEquals("f32[3, 1]", drawn.inputs().describe());
        assertEquals("f32[3, 2]", drawn.targets().describe());
    }

    @Test
    void aShortTrainingOfBothNetworksOfNoiseIsTheSameEachTime() throws IOException {
        String[] told = {"epochs=6", "examples=1000", "batch-size=50", "hidden=32", "samples=4", "learning-rate=.005"};
        Map<String, Object> one = run(NetworkDistributions.recipe(), "a", told);
        Map<String, Object> other = run(NetworkDistributions.recipe(), "b", told);
        assertEquals(repeatable(one), repeatable(other));

        assertTrue(number(one, "sampler_energy_distance") < .1, one::toString);
        assertTrue(number(one, "latent_log_density") > number(one, "bound_of_one_draw"), one::toString);
        assertTrue(number(one, "truth_log_density") > number(one, "latent_log_density"), one::toString);
        assertTrue(number(one, "truth_log_density") > number(one, "normal_log_density") + .5, one::toString);
        assertTrue(number(one, "truth_energy_distance") < number(one, "normal_energy_distance"), one::toString);
        assertEquals(.99, number(one, "truth_good_share"), .01);
        assertTrue(number(one, "normal_good_share") < .7, one::toString);
        for (String name : List.of("normal", "sampler", "latent", "truth")) {
            assertTrue(Files.size(folder.resolve("a/pictures/samples-" + name + ".png")) > 1000, name);
        }
    }

    @Test
    void anInterruptedTrainingEndsAsOneThatWasNot() throws IOException {
        String[] told = {"epochs=3", "examples=200", "batch-size=50", "hidden=8", "samples=2"};
        Recipe recipe = NetworkDistributions.recipe();
        Map<String, Object> whole = run(recipe, "whole", told);
        String[] stopped = {"epochs=3", "examples=200", "batch-size=50", "hidden=8", "samples=2", "minutes=1e-9"};
        Map<String, Object> part = run(recipe, "stopped", stopped);
        assertTrue(number(part, "steps") < number(whole, "steps"), part::toString);
        Map<String, Object> resumed = recipe.train(job(recipe, "stopped", told).resuming());
        assertEquals(whole.get("parameter_hash"), resumed.get("parameter_hash"));
    }

    @Test
    void theEnergyDistanceIsThatOfItsDefinition() {
        Tensor x = Tensor.of(new double[] {0, 0, 3, 4}, 2, 2);
        Tensor y = Tensor.of(new double[] {0, 0, 0, 1, 0, 2}, 3, 2);
        double across = (0 + 1 + 2 + 5 + Math.sqrt(18) + Math.sqrt(13)) / 6;
        double withinY = (1. + 2 + 1) / 3;
        assertEquals(
                2 * across - 5 - withinY, NoiseNetworks.energyDistance(x, y).item(), 1e-12);
        Tensor a = Tensor.normal(Random.seeded(0), DType.F64, 0, 1, 5, 2);
        Tensor b = Tensor.normal(Random.seeded(1), DType.F64, 1, 1, 4, 2);
        GradCheck.of(p -> NoiseNetworks.energyDistance(p.get(0), p.get(1)))
                .order(2)
                .tolerance(1e-5)
                .check(a, b)
                .orThrow();
    }
}
