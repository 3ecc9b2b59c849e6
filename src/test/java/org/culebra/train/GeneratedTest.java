package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Measures of generated samples against closed forms and plain loops. */
class GeneratedTest {
    private static Tensor normal(long seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
    }

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    // ---------------------------------------------------------------- Fréchet distance

    @Test
    void frechetDistanceOfMovedAndStretchedSets() {
        Tensor x = normal(1, 200, 6);
        assertEquals(0, FrechetDistance.of(x, x), 1e-12);
        Tensor step = Tensor.of(new double[] {3, 0, -1, 0, 0, 2});
        assertEquals(14, FrechetDistance.of(x, x.add(step)), 1e-12);
        Tensor centred = x.sub(x.mean(true, 0));
        double trace = centred.square().sum().item() / 199;
        assertEquals(trace, FrechetDistance.of(centred, centred.mul(2)), 1e-11);
        assertEquals(trace, FrechetDistance.of(centred.mul(2), centred), 1e-11);
        // All in one place: what is left is the trace.
        assertEquals(trace, FrechetDistance.of(centred, Tensor.zeros(DType.F64, 9, 6)), 1e-11);
    }

    /** In one dimension (μ − μ′)² + (σ − σ′)². */
    @Test
    void frechetDistanceInOneDimension() {
        Tensor a = normal(2, 50, 1).mul(3).add(1);
        Tensor b = normal(3, 70, 1);
        double means = a.mean().item() - b.mean().item();
        double deviations = a.standardDeviation(1, false, 0).item()
                - b.standardDeviation(1, false, 0).item();
        assertEquals(means * means + deviations * deviations, FrechetDistance.of(a, b), 1e-12);
    }

    /** Covariances that do not commute, of means 0: tr Σ + tr Σ′ − 2·√(det·2 + tr) for two dimensions. */
    @Test
    void frechetDistanceInTwoDimensions() {
        Tensor a = normal(4, 80, 2).matmul(Tensor.of(new double[] {2, 1, 0, 1}, 2, 2));
        Tensor b = normal(5, 90, 2).matmul(Tensor.of(new double[] {1, 0, -3, 1}, 2, 2));
        double[] s = covariance(a);
        double[] t = covariance(b);
        double product = s[0] * t[0] + 2 * s[1] * t[1] + s[2] * t[2];
        double determinants = (s[0] * s[2] - s[1] * s[1]) * (t[0] * t[2] - t[1] * t[1]);
        // The trace of the root of a 2×2 matrix M is √(tr M + 2·√det M).
        double root = Math.sqrt(product + 2 * Math.sqrt(determinants));
        double gap = a.mean(0).sub(b.mean(0)).square().sum().item();
        double expected = gap + s[0] + s[2] + t[0] + t[2] - 2 * root;
        assertEquals(expected, FrechetDistance.of(a, b), 1e-11);
        assertEquals(expected, FrechetDistance.of(b, a), 1e-11);
        assertEquals(expected, FrechetDistance.of(a.to(DType.F32), b.to(DType.F32)), 1e-4);
    }

    /** Σ₁₁, Σ₁₂, Σ₂₂. */
    private static double[] covariance(Tensor x) {
        Tensor c = x.sub(x.mean(true, 0));
        Tensor sigma = c.transpose().matmul(c).div(x.dim(0) - 1.0);
        return new double[] {sigma.get(0, 0), sigma.get(0, 1), sigma.get(1, 1)};
    }

    @Test
    void frechetDistanceWithFewerPointsThanDimensions() {
        Tensor x = normal(6, 5, 40);
        assertEquals(0, FrechetDistance.of(x, x), 1e-4);
        // Of 40 eigenvalues 36 are 0 but for rounding, whose roots are about 1e-8.
        assertEquals(40, FrechetDistance.of(x, x.add(1)), 1e-4);
    }

    // ---------------------------------------------------------------- precision and recall

    @Test
    void precisionAndRecallOfAlikeFarAndHalf() {
        Tensor left = normal(7, 40, 3);
        Tensor right = normal(8, 40, 3).add(100);
        Tensor both = Tensor.concat(0, left, right);
        assertEquals(new PrecisionRecall(1, 1), PrecisionRecall.of(both, both, 3));
        assertEquals(new PrecisionRecall(0, 0), PrecisionRecall.of(left, right, 3));
        // Half of what is there, and nothing that is not: copies of the left ones.
        assertEquals(new PrecisionRecall(1, .5), PrecisionRecall.of(both, left, 3));
        assertEquals(new PrecisionRecall(.5, 1), PrecisionRecall.of(left, both, 3));
        // All generated alike: each real point that one of the balls of radius 0 covers would have to be the same.
        assertEquals(
                0, PrecisionRecall.of(left, Tensor.zeros(DType.F64, 10, 3), 3).recall());
    }

    @Test
    void precisionAndRecallByPlainLoops() {
        Tensor real = normal(9, 300, 4);
        Tensor fake = normal(10, 270, 4).mul(1.5).add(.5);
        for (int k : new int[] {1, 3, 7}) {
            var found = PrecisionRecall.of(real, fake, k);
            assertEquals(covered(fake, real, k), found.precision());
            assertEquals(covered(real, fake, k), found.recall());
        }
    }

    private static double covered(Tensor points, Tensor centres, int k) {
        double[][] p = rows(points);
        double[][] c = rows(centres);
        // The nearest to a centre is the centre itself.
        double[] radii = Arrays.stream(c)
                .mapToDouble(centre -> Arrays.stream(c)
                        .mapToDouble(other -> distance(other, centre))
                        .sorted()
                        .toArray()[k])
                .toArray();
        int covered = 0;
        for (double[] point : p) {
            boolean inside = false;
            for (int j = 0; j < c.length; j++) {
                inside |= distance(point, c[j]) <= radii[j];
            }
            covered += inside ? 1 : 0;
        }
        return (double) covered / p.length;
    }

    private static double[][] rows(Tensor x) {
        double[][] rows = new double[(int) x.dim(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = x.select(0, i).toDoubleArray();
        }
        return rows;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    // ---------------------------------------------------------------- inception score

    @Test
    void inceptionScores() {
        Tensor sure = Tensor.eye(DType.F64, 5);
        assertEquals(5, InceptionScore.of(Tensor.concat(0, sure, sure)), 1e-12);
        assertEquals(1, InceptionScore.of(sure.narrow(0, 2, 1).expand(9, 5)), 1e-12);
        assertEquals(1, InceptionScore.of(Tensor.full(DType.F32, .2, 7, 5)), 1e-6);
        // p = (.9, .1) and (.1, .9): KL to (.5, .5) is .9·ln 1.8 + .1·ln .2 for both.
        Tensor two = Tensor.of(new double[] {.9, .1, .1, .9}, 2, 2);
        assertEquals(Math.exp(.9 * Math.log(1.8) + .1 * Math.log(.2)), InceptionScore.of(two), 1e-12);
    }

    // ---------------------------------------------------------------- modes

    @Test
    void modesOfFourCorners() {
        Tensor corners = Tensor.of(new double[] {0, 0, 0, 10, 10, 0, 10, 10}, 4, 2);
        Tensor points = Tensor.of(new double[] {.1, 0, 0, .3, 0, -.5, 9.9, 0, 10, 8, 0, .31}, 6, 2);
        // Nearest: 0, 0, 0, 2, 3, 0; within .3: the first, the second and the fourth.
        var count = ModeCount.of(points, corners, .3);
        assertEquals(2, count.covered());
        assertEquals(4, count.modes());
        assertEquals(.5, count.good());
        assertEquals(List.of(4L, 0L, 1L, 1L), count.counts());
        double expected = 4 / 6.0 * Math.log(4 * 4 / 6.0) + 2 * (1 / 6.0 * Math.log(4 / 6.0));
        assertEquals(expected, count.reverseKl(), 1e-15);
    }

    @Test
    void modesOfClasses() {
        var all = ModeCount.ofModes(Tensor.of(new long[] {0, 1, 2, 2, 1, 0}), 3);
        assertEquals(new ModeCount(3, 3, 1, 0, List.of(2L, 2L, 2L)), all);
        var one = ModeCount.ofModes(Tensor.of(new long[] {1, 1}), 3);
        assertEquals(new ModeCount(1, 3, 1, Math.log(3), List.of(0L, 2L, 0L)), one);
        Tensor modes = Tensor.of(new long[] {0, 1, 2, 2});
        var some = ModeCount.ofModes(modes, Tensor.of(new long[] {0, 1, 0, 1}).gt(0), 3);
        assertEquals(2, some.covered());
        assertEquals(.5, some.good());
        assertEquals(List.of(1L, 1L, 2L), some.counts());
    }

    // ---------------------------------------------------------------- neighbours

    @Test
    void neighboursByPlainLoops() {
        Tensor training = Tensor.uniform(Random.seeded(11), 0, 1, 5000, 1, 2, 3);
        Tensor samples = Tensor.uniform(Random.seeded(12), 0, 1, 300, 1, 2, 3);
        var found = Neighbours.nearest(samples, training);
        double[][] t = rows(training.flatten(1));
        double[][] s = rows(samples.flatten(1));
        for (int i = 0; i < s.length; i++) {
            int best = 0;
            for (int j = 1; j < t.length; j++) {
                best = distance(s[i], t[j]) < distance(s[i], t[best]) ? j : best;
            }
            assertEquals(best, found.indices().toLongArray()[i]);
            assertEquals(distance(s[i], t[best]), found.distances().get(i), 1e-12);
        }
    }

    @Test
    void copiesAreAtNoDistance() {
        Tensor training = Tensor.uniform(Random.seeded(13), 0, 1, 50, 3, 8, 8);
        long[] copied = {7, 3, 49};
        var copies = Neighbours.nearest(training.indexSelect(0, Tensor.of(copied)), training);
        assertArrayEquals(copied, copies.indices().toLongArray());
        assertArrayEquals(new double[3], copies.distances().toDoubleArray());
        assertEquals(0, copies.median());
        var others = Neighbours.nearest(Tensor.uniform(Random.seeded(14), 0, 1, 20, 3, 8, 8), training);
        assertTrue(others.median() > 3, () -> "median " + others.median());
        var known = new Neighbours(Tensor.of(new long[4]), Tensor.of(new double[] {4, 1, 3, 2}));
        assertEquals(2.5, known.median());
        assertEquals(.75, known.within(3));
        assertEquals(3, new Neighbours(Tensor.of(new long[3]), Tensor.of(new double[] {9, 3, 1})).median());
    }

    // ---------------------------------------------------------------- messages

    @Test
    void messages() {
        Tensor x = Tensor.zeros(5, 2);
        says("""
                frechet distance: needs two sets of points, f32 or f64 [N, D] with the same D
                  real  f32[5, 2]
                  fake  f32[5, 3]""", () -> FrechetDistance.of(x, Tensor.zeros(5, 3)));
        says("""
                frechet distance: needs at least 2 points in each set
                  real  f32[1, 2]
                  fake  f32[5, 2]""", () -> FrechetDistance.of(x.narrow(0, 0, 1), x));
        says(
                "frechet distance: a number is NaN or infinite\n  fake  f32[5, 2]",
                () -> FrechetDistance.of(x, Tensor.full(DType.F32, Double.NaN, 5, 2)));
        says("precision and recall: k must be positive, not 0", () -> PrecisionRecall.of(x, x, 0));
        says("""
                precision and recall: needs at least 6 points in each set
                  real  f32[5, 2]
                  fake  f32[5, 2]""", () -> PrecisionRecall.of(x, x, 5));
        says(
                "inception score: needs probabilities, f32 or f64 [N, K]\n  given  f32[3]",
                () -> InceptionScore.of(Tensor.zeros(3)));
        says("""
                inception score: the probabilities of each row must be from 0 to 1, and 1 together
                  given  f32[5, 2]""", () -> InceptionScore.of(x));
        says("mode count: the radius must be positive, not 0.0", () -> ModeCount.of(x, x, 0));
        says("""
                mode count: needs two sets of points, f32 or f64 [N, D] with the same D
                  points   f32[5, 2]
                  centres  f32[2]""", () -> ModeCount.of(x, Tensor.zeros(2), 1));
        says("mode count: needs modes i64[N]\n  given  f32[5, 2]", () -> ModeCount.ofModes(x, 3));
        says("""
                mode count: needs for each mode whether it is good
                  modes  i64[1]
                  good   i64[1]""", () -> ModeCount.ofModes(Tensor.of(new long[] {0}), Tensor.of(new long[] {1}), 3));
        says("mode count: there is no mode 3 among 3, 0 to 2", () -> ModeCount.ofModes(Tensor.of(new long[] {3}), 3));
        says("""
                neighbours: samples and training data need the same shape but for the first axis
                  samples   f32[5, 2]
                  training  f32[5, 3]""", () -> Neighbours.nearest(x, Tensor.zeros(5, 3)));
        says("""
                neighbours: needs at least 1 point in each set
                  samples   f32[5, 2]
                  training  f32[0, 2]""", () -> Neighbours.nearest(x, Tensor.zeros(0, 2)));
    }
}
