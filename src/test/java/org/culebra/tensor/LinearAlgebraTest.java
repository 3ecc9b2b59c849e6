package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class LinearAlgebraTest {
    private static final Triangle[] TRIANGLES = {
        Triangle.LOWER,
        Triangle.UPPER,
        Triangle.LOWER.transpose(),
        Triangle.UPPER.transpose(),
        Triangle.LOWER.withUnitDiagonal(),
        Triangle.UPPER.transpose().withUnitDiagonal()
    };

    private static void assertClose(Tensor expected, Tensor found, double tolerance, String what) {
        assertEquals(expected.shape(), found.shape(), what);
        double[] a = expected.toDoubleArray();
        double[] b = found.toDoubleArray();
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i], b[i], tolerance * Math.max(1, Math.abs(a[i])), what);
        }
    }

    private static void check(Function<List<Tensor>, Tensor> function, Tensor... inputs) {
        GradCheck.of(function).order(2).step(1e-4).tolerance(1e-5).check(inputs).orThrow();
    }

    private static Tensor positiveDefinite(SplittableRandom random, long... dims) {
        Tensor x = Layout.compact(random, -1, 1, dims);
        long n = x.dim(-1);
        return x.matmul(x.transpose()).add(Tensor.eye(DType.F64, n).mul(.5 * n));
    }

    // ---------------------------------------------------------------- vectors and diagonals

    @Test
    void dotAndOuter() {
        Tensor a = Tensor.of(new double[] {1, 2, 3}).flip(0);
        Tensor b = Tensor.of(new double[] {4, 5, 6});
        assertEquals(28, a.dot(b).item());
        assertEquals(0, Tensor.zeros(0).dot(Tensor.zeros(0)).item());
        Tensor integers = Tensor.of(new int[] {3, 2, 1}).dot(Tensor.of(new int[] {4, 5, 6}));
        assertEquals("i64[]", integers.describe());
        assertEquals(28, integers.item());
        assertArrayEquals(
                new double[] {12, 15, 18, 8, 10, 12, 4, 5, 6}, a.outer(b).toDoubleArray());
        assertEquals(Shape.of(3, 0), a.outer(Tensor.zeros(0)).shape());
        check(x -> x.get(0).dot(x.get(1)).square(), a, b);
        check(x -> x.get(0).outer(x.get(1)).square(), a, b.narrow(0, 0, 2));
    }

    @Test
    void diagonalsAreViews() {
        Tensor x = Tensor.arange(DType.F64, 0, 24, 1).reshape(2, 3, 4);
        assertArrayEquals(new double[] {0, 5, 10, 12, 17, 22}, x.diagonal().toDoubleArray());
        assertArrayEquals(new double[] {15, 51}, x.trace().toDoubleArray());
        for (long offset = -5; offset <= 5; offset++) {
            for (int[] axes : new int[][] {{0, 1}, {1, 0}, {0, 2}, {2, 0}, {1, 2}, {2, 1}}) {
                Tensor d = x.diagonal(offset, axes[0], axes[1]);
                int other = 3 - axes[0] - axes[1];
                for (long at = 0; at < d.dim(0); at++) {
                    for (long i = 0; i < d.dim(1); i++) {
                        long[] index = new long[3];
                        index[other] = at;
                        index[axes[0]] = i + Math.max(-offset, 0);
                        index[axes[1]] = i + Math.max(offset, 0);
                        assertEquals(x.get(index), d.get(at, i));
                    }
                }
                long m = x.dim(axes[0]) + Math.min(offset, 0);
                long n = x.dim(axes[1]) - Math.max(offset, 0);
                assertEquals(Shape.of(x.dim(other), Math.max(0, Math.min(m, n))), d.shape());
            }
        }
        Tensor memory = Tensor.zeros(2, 2);
        memory.diagonal().fill(7);
        assertArrayEquals(new float[] {7, 0, 0, 7}, memory.toFloatArray());
        check(in -> in.get(0).diagonal(-1, 2, 0).square(), x.div(24));
        check(in -> in.get(0).trace().square(), x.div(24));
    }

    @Test
    void trianglesKeepOneSide() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 40; round++) {
            Tensor x = Layout.random(random, -1, 1, random.nextInt(3), random.nextInt(5), random.nextInt(5));
            long offset = random.nextInt(-6, 7);
            Tensor low = x.tril(offset);
            Tensor high = x.triu(offset);
            for (long b = 0; b < x.dim(0); b++) {
                for (long i = 0; i < x.dim(1); i++) {
                    for (long j = 0; j < x.dim(2); j++) {
                        assertEquals(j <= i + offset ? x.get(b, i, j) : 0, low.get(b, i, j));
                        assertEquals(j >= i + offset ? x.get(b, i, j) : 0, high.get(b, i, j));
                    }
                }
            }
        }
        assertArrayEquals(
                new long[] {0, 0, 2, 3},
                Tensor.arange(4)
                        .reshape(2, 2)
                        .triu(0)
                        .transpose()
                        .tril(0)
                        .add(Tensor.of(new long[] {0, -0, 1, 0}, 2, 2))
                        .toLongArray());
        check(in -> in.get(0).tril(1).add(in.get(0).triu(0)).square(), Layout.compact(random, -1, 1, 3, 4));
    }

    // ---------------------------------------------------------------- Cholesky

    @Test
    void theFactorTimesItsTransposeIsTheMatrix() {
        var random = new SplittableRandom(2);
        long[][] shapes = {{1, 1}, {2, 2}, {3, 5, 5}, {2, 1, 7, 7}, {63, 63}, {64, 64}, {65, 65}, {2, 130, 130}};
        for (long[] dims : shapes) {
            Tensor a = positiveDefinite(random, dims);
            Tensor l = Layout.faithful(a, random).cholesky();
            assertClose(a, l.matmul(l.transpose()), 1e-12, l.describe());
            assertClose(l.tril(0), l, 0, "zeros above the diagonal");
            Tensor single = a.to(DType.F32).cholesky();
            assertEquals(DType.F32, single.dtype());
            assertClose(l, single.to(DType.F64), 2e-5, single.describe());
        }
        assertEquals(Shape.of(0, 0), Tensor.zeros(0, 0).cholesky().shape());
        assertEquals(Shape.of(0, 3, 3), Tensor.zeros(0, 3, 3).cholesky().shape());
    }

    @Test
    void whatIsNotSymmetricIsMadeSo() {
        Tensor a = Tensor.of(new double[] {4, 1, 3, 5}, 2, 2);
        Tensor l = a.cholesky();
        assertArrayEquals(new double[] {2, 0, 1, 2}, l.toDoubleArray());
    }

    @Test
    void theGradientOfTheFactorIsThatOfDifferences() {
        var random = new SplittableRandom(3);
        check(x -> x.get(0).cholesky().square(), positiveDefinite(random, 4, 4));
        check(x -> x.get(0).cholesky().square(), Layout.faithful(positiveDefinite(random, 2, 3, 3), random));
        check(x -> x.get(0).cholesky().diagonal().log().sum(-1), positiveDefinite(random, 2, 3, 3));
        GradCheck.of(x -> x.get(0).cholesky().square())
                .step(1e-4)
                .directions(1)
                .check(positiveDefinite(random, 66, 66))
                .orThrow();
    }

    // ---------------------------------------------------------------- triangular systems

    private static Tensor triangular(Tensor a, Triangle triangle) {
        Tensor used = triangle.lower() ? a.tril(0) : a.triu(0);
        if (triangle.unitDiagonal()) {
            Tensor eye = Tensor.eye(a.dtype(), a.dim(-1));
            used = used.sub(used.mul(eye)).add(eye);
        }
        return triangle.transposed() ? used.transpose() : used;
    }

    /** A matrix whose triangles, with a unit diagonal as well, are far from singular. */
    private static Tensor wellConditioned(SplittableRandom random, long... dims) {
        Tensor x = Layout.compact(random, -1, 1, dims);
        long n = x.dim(-1);
        return x.div(Math.max(1.0, .5 * n)).add(Tensor.eye(DType.F64, n).mul(2));
    }

    @Test
    void theMatrixTimesTheSolutionIsTheRightSide() {
        var random = new SplittableRandom(4);
        long[][] matrices = {{1, 1}, {4, 4}, {2, 3, 3}, {3, 1, 5, 5}, {64, 64}, {65, 65}, {2, 130, 130}};
        long[] widths = {1, 3, 70};
        for (long[] dims : matrices) {
            Tensor a = wellConditioned(random, dims);
            for (Triangle triangle : TRIANGLES) {
                long width = widths[random.nextInt(widths.length)];
                Tensor b = Layout.random(
                        random, -1, 1, a.shape().without(-1).append(width).raw());
                Tensor x = Layout.faithful(a, random).triangularSolve(triangle, b);
                assertClose(b, triangular(a, triangle).matmul(x), 1e-12, a.describe() + " " + triangle);
                Tensor single = a.to(DType.F32).triangularSolve(triangle, b.to(DType.F32));
                assertEquals(DType.F32, single.dtype());
                assertClose(x, single.to(DType.F64), 2e-5, a.describe() + " " + triangle);
            }
        }
    }

    @Test
    void rightSidesMayBeVectorsEmptyOrBroadcast() {
        var random = new SplittableRandom(5);
        Tensor a = wellConditioned(random, 3, 4, 4);
        Tensor vector = Layout.compact(random, -1, 1, 4);
        Tensor x = a.triangularSolve(Triangle.UPPER, vector);
        assertEquals(Shape.of(3, 4), x.shape());
        assertClose(
                vector.expand(3, 4), a.triu(0).matmul(x.unsqueeze(-1)).squeeze(-1), 1e-12, "a vector for each matrix");
        Tensor b = Layout.compact(random, -1, 1, 2, 1, 4, 5);
        Tensor y = a.triangularSolve(Triangle.LOWER, b);
        assertEquals(Shape.of(2, 3, 4, 5), y.shape());
        assertClose(b.expand(2, 3, 4, 5), a.tril(0).matmul(y), 1e-12, "batches broadcast");
        assertEquals(
                Shape.of(3, 4, 0),
                a.triangularSolve(Triangle.LOWER, Tensor.zeros(DType.F64, 4, 0)).shape());
        assertEquals(
                Shape.of(0, 2),
                Tensor.zeros(0, 0)
                        .triangularSolve(Triangle.LOWER, Tensor.zeros(0, 2))
                        .shape());
    }

    @Test
    void whatIsNotOfTheTriangleIsNotRead() {
        Tensor a = Tensor.of(new double[] {Double.NaN, Double.NaN, 3, Double.NaN}, 2, 2);
        Tensor x = a.triangularSolve(Triangle.LOWER.withUnitDiagonal(), Tensor.of(new double[] {1, 5}));
        assertArrayEquals(new double[] {1, 2}, x.toDoubleArray());
    }

    @Test
    void theGradientsOfASolutionAreThoseOfDifferences() {
        var random = new SplittableRandom(6);
        for (Triangle triangle : TRIANGLES) {
            Tensor a = wellConditioned(random, 4, 4);
            Tensor b = Layout.random(random, -1, 1, 4, 3);
            check(x -> x.get(0).triangularSolve(triangle, x.get(1)).square(), Layout.faithful(a, random), b);
        }
        check(
                x -> x.get(0).triangularSolve(Triangle.LOWER, x.get(1)).square(),
                wellConditioned(random, 3, 1, 2, 2),
                Layout.compact(random, -1, 1, 2, 2, 3));
        check(
                x -> x.get(0).triangularSolve(Triangle.UPPER, x.get(1)).square(),
                wellConditioned(random, 3, 3),
                Layout.compact(random, -1, 1, 3));
    }
}
