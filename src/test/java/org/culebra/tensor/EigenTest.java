package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EigenTest {
    private static Tensor random(SplittableRandom random, DType type, long... dims) {
        return Tensor.uniform(Random.seeded(random.nextLong()), type, -1, 1, dims);
    }

    private static Tensor symmetric(Tensor x) {
        return x.add(x.transpose());
    }

    private static void assertNear(Tensor expected, Tensor found, double tolerance) {
        assertEquals(expected.shape(), found.shape());
        assertArrayEquals(expected.toDoubleArray(), found.toDoubleArray(), tolerance);
    }

    /** A = V·diag(λ)·Vᵀ, V·Vᵀ = 1, λ ascending, and the largest number of each vector positive. */
    private static Eigen check(Tensor a, double tolerance) {
        Eigen eigen = a.eigh();
        Tensor v = eigen.vectors();
        long n = a.dim(-1);
        double size = a.size() == 0 ? 1 : Math.max(a.abs().max().item(), Double.MIN_NORMAL);
        assertNear(
                symmetric(a).mul(.5).div(size),
                v.mul(eigen.values().unsqueeze(-2)).matmul(v.transpose()).div(size),
                n * tolerance);
        assertNear(Tensor.eye(a.dtype(), n).expand(a.shape()), v.transpose().matmul(v), n * tolerance);
        if (n > 1) {
            Tensor above = eigen.values().narrow(-1, 1, n - 1);
            assertTrue(above.ge(eigen.values().narrow(-1, 0, n - 1)).all().item() == 1, "ascending");
        }
        if (n > 0) {
            assertNear(v.abs().max(-2), v.max(-2), 2 * Math.ulp(1f));
        }
        return eigen;
    }

    @Test
    void randomMatricesComeBack() {
        var random = new SplittableRandom(1);
        for (int n = 0; n < 40; n++) {
            check(symmetric(random(random, DType.F64, n, n)), 1e-14);
        }
        check(symmetric(random(random, DType.F64, 200, 200)).transpose(), 1e-14);
        check(symmetric(random(random, DType.F32, 30, 30)), 1e-6);
        Eigen batch = check(symmetric(random(random, DType.F64, 2, 3, 5, 5)), 1e-14);
        assertEquals("f64[2, 3, 5]", batch.values().describe());
        assertEquals("f64[2, 3, 5, 5]", batch.vectors().describe());
        Tensor views = symmetric(random(random, DType.F64, 6, 4, 6)
                .permute(1, 0, 2)
                .slice(0, 0, 4, 2)
                .flip(-1));
        check(views, 1e-14);
    }

    @Test
    void knownOnes() {
        Eigen two = check(Tensor.of(new double[] {2, 1, 1, 2}, 2, 2), 1e-15);
        assertArrayEquals(new double[] {1, 3}, two.values().toDoubleArray(), 1e-15);
        double half = Math.sqrt(.5);
        assertArrayEquals(new double[] {half, half}, two.vectors().select(1, 1).toDoubleArray(), 1e-15);
        assertEquals(5, Tensor.of(new double[] {5}, 1, 1).eigh().values().item());
        assertArrayEquals(
                new double[] {-2, 0, 3},
                check(Tensor.of(new double[] {3, 0, 0, 0, -2, 0, 0, 0, 0}, 3, 3), 1e-15)
                        .values()
                        .toDoubleArray());
        assertArrayEquals(
                new double[4],
                check(Tensor.zeros(DType.F64, 4, 4), 1e-15).values().toDoubleArray());
        // Of one rank: n and zeros.
        double[] ones = check(Tensor.ones(DType.F64, 20, 20), 1e-14).values().toDoubleArray();
        assertEquals(20, ones[19], 1e-13);
        assertEquals(0, ones[18], 1e-13);
        assertEquals(0, ones[0], 1e-13);
    }

    /** The second difference with fixed ends: λₖ = 2 − 2·cos(kπ/(n + 1)). */
    @Test
    void secondDifferences() {
        int n = 50;
        Tensor a = Tensor.eye(DType.F64, n).mul(2);
        a.diagonal(1, 0, 1).fill(-1);
        a.diagonal(-1, 0, 1).fill(-1);
        double[] values = check(a, 1e-14).values().toDoubleArray();
        for (int k = 1; k <= n; k++) {
            assertEquals(2 - 2 * Math.cos(k * Math.PI / (n + 1)), values[k - 1], 1e-13);
        }
    }

    /** Hilbert's matrix has eigenvalues of very different sizes; the trace and the square's trace are theirs. */
    @Test
    void gradedAndDeficientOnes() {
        int n = 12;
        double[] numbers = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            numbers[i] = 1.0 / (i / n + i % n + 1);
        }
        Tensor hilbert = Tensor.of(numbers, n, n);
        Tensor values = check(hilbert, 1e-15).values();
        assertEquals(hilbert.trace().item(), values.sum().item(), 1e-14);
        assertEquals(hilbert.square().sum().item(), values.square().sum().item(), 1e-14);
        Tensor x = random(new SplittableRandom(3), DType.F64, 30, 100);
        double[] deficient = check(x.transpose().matmul(x), 1e-14).values().toDoubleArray();
        assertEquals(0, deficient[69], 1e-11);
        assertTrue(deficient[70] > .1, "rank 30");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-160, 1e160, 1e300})
    void neitherOverflowsNorVanishes(double size) {
        Tensor a = symmetric(random(new SplittableRandom(4), DType.F64, 9, 9));
        double[] expected = a.eigh().values().toDoubleArray();
        double[] found = check(a.mul(size), 1e-14).values().toDoubleArray();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i] / size, 1e-13);
        }
    }

    @Test
    void takesTheSymmetricPart() {
        Tensor skewed = Tensor.of(new double[] {2, 5, -3, 2}, 2, 2);
        assertArrayEquals(new double[] {1, 3}, skewed.eigh().values().toDoubleArray(), 1e-15);
    }

    /** f(A) = V·f(λ)·Vᵀ: the root of a root, squared twice. */
    @Test
    void functionsOfMatrices() {
        Tensor x = random(new SplittableRandom(5), DType.F64, 7, 7);
        Tensor a = x.matmul(x.transpose());
        Tensor fourth = apply(a, value -> Math.sqrt(Math.sqrt(Math.max(0, value))));
        assertNear(a, fourth.matmul(fourth).matmul(fourth).matmul(fourth), 1e-12);
    }

    private static Tensor apply(Tensor a, DoubleUnaryOperator f) {
        Eigen eigen = a.eigh();
        double[] values = eigen.values().toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsDouble(values[i]);
        }
        return eigen.vectors().mul(Tensor.of(values)).matmul(eigen.vectors().transpose());
    }

    @Test
    void messages() {
        says(
                "eigh: needs square matrices: the last two axes must be equal\n  input  f32[2, 3]",
                () -> Tensor.zeros(2, 3).eigh());
        says(
                "eigh: needs square matrices: the last two axes must be equal\n  input  f32[3]",
                () -> Tensor.zeros(3).eigh());
        says(
                "eigh: needs floating numbers\n  input  i64[1, 1]\n  hint: to(DType.F32)",
                () -> Tensor.zeros(DType.I64, 1, 1).eigh());
        Tensor bad = Tensor.eye(DType.F64, 2).expand(3, 2, 2).copy();
        bad.select(0, 1).fill(Double.NaN);
        assertEquals(
                "eigh: matrix [1] holds NaN or an infinity\n  input  f64[3, 2, 2]",
                assertThrows(ArithmeticException.class, bad::eigh).getMessage());
    }

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    /** No gradient comes silently to nothing. */
    @Test
    void hasNoGradient() {
        Tensor w = Tensor.eye(DType.F64, 2).asParameter();
        assertEquals(1, w.eigh().values().get(0));
        try (var _ = Tape.open()) {
            assertEquals(
                    "eigh: has no gradient, and a tape records\n  input  f64[2, 2]\n"
                            + "  hint: detach() it, or compute under Tape.untracked",
                    assertThrows(IllegalStateException.class, w::eigh).getMessage());
            assertThrows(IllegalStateException.class, () -> w.mul(2).eigh());
            assertEquals(2, w.mul(2).detach().eigh().values().get(0));
            assertEquals(1, Tape.untracked(w::eigh).values().get(0));
            assertEquals(3, Tensor.of(new double[] {3}, 1, 1).eigh().values().item());
        }
    }
}
