package org.culebra.tensor;

import java.util.stream.IntStream;
import org.culebra.memory.DType;

/**
 * A = V·diag(λ)·Vᵀ of one symmetric matrix, in f64: Householder reflections make it tridiagonal, and implicit QR steps with Wilkinson's
 * shift take the off-diagonal to 0 (Golub and Van Loan, "Matrix Computations", sections 8.3.1 to 8.3.5).
 *
 * <p>Everything goes along rows: the vectors are the rows of {@code v} until the end, so that a rotation is one pass over two rows.
 */
final class SymmetricEigen {
    /** Steps per eigenvalue; three are usual. */
    private static final int MOST_STEPS = 60;

    private static final double EPSILON = Math.ulp(1.0);

    private final int n;
    private final double[][] a;
    private final double[][] v;
    private final double[] diagonal;
    private final double[] beside;
    private final double[] factors;
    private final double scale;

    /** A matrix of finite numbers, row by row; it is overwritten. */
    private SymmetricEigen(double[][] matrix) {
        n = matrix.length;
        a = matrix;
        v = new double[n][n];
        diagonal = new double[n];
        beside = new double[n];
        factors = new double[n];
        scale = normalize(matrix);
    }

    static Eigen of(Tensor a) {
        if (a.rank() < 2 || a.dim(-1) != a.dim(-2)) {
            throw AlgebraErrors.notSquare("eigh", a);
        }
        if (!a.dtype().isFloating()) {
            throw Errors.floatingOnly("eigh", a);
        }
        if (Tape.isRecording() && (a.isParameter() || a.call() != null)) {
            throw AlgebraErrors.noGradient("eigh", a);
        }
        int n = Math.toIntExact(a.dim(-1));
        int count = n == 0 ? 0 : Math.toIntExact(a.size() / n / n);
        double[] numbers = Tape.scoped(() -> a.to(DType.F64)).toDoubleArray();
        double[] values = new double[count * n];
        double[] vectors = new double[numbers.length];
        for (int m = 0; m < count; m++) {
            new SymmetricEigen(symmetric(a, numbers, m, n)).solve(a, m, values, vectors);
        }
        Shape batch = a.shape().range(0, a.rank() - 2);
        return new Eigen(
                Tensor.of(values, batch.append(n).dims()).to(a.dtype()),
                Tensor.of(vectors, batch.append(n, n).dims()).to(a.dtype()));
    }

    /** (A + Aᵀ)/2 of a matrix of the batch. */
    private static double[][] symmetric(Tensor a, double[] numbers, int matrix, int n) {
        double[][] rows = new double[n][n];
        int start = matrix * n * n;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = .5 * numbers[start + i * n + j] + .5 * numbers[start + j * n + i];
                if (!Double.isFinite(rows[i][j])) {
                    throw AlgebraErrors.notFinite("eigh", a, matrix);
                }
            }
        }
        return rows;
    }

    /** Divides by a power of two that takes the largest number to about 1: squares can neither overflow nor vanish then. */
    private static double normalize(double[][] matrix) {
        double largest = 0;
        for (double[] row : matrix) {
            for (double x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.scalb(row[j], -exponent);
            }
        }
        return Math.scalb(1.0, exponent);
    }

    private void solve(Tensor whole, int matrix, double[] values, double[] vectors) {
        for (int k = 0; k < n; k++) {
            reduce(k);
        }
        accumulate();
        if (!iterate()) {
            throw AlgebraErrors.noConvergence("eigh", whole, matrix);
        }
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted((i, j) -> Double.compare(diagonal[i], diagonal[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int j = 0; j < n; j++) {
            double[] vector = v[order[j]];
            double sign = sign(vector);
            values[matrix * n + j] = diagonal[order[j]] * scale;
            for (int i = 0; i < n; i++) {
                vectors[(matrix * n + i) * n + j] = sign * vector[i];
            }
        }
    }

    /** What makes the largest number positive. */
    private static double sign(double[] vector) {
        double largest = 0;
        for (double x : vector) {
            if (Math.abs(x) > Math.abs(largest)) {
                largest = x;
            }
        }
        return largest < 0 ? -1 : 1;
    }

    // ---------------------------------------------------------------- to a tridiagonal matrix

    /** A ← H·A·H with H = 1 − β·u·uᵀ, which leaves column k nothing below its first number; u stays in row k. */
    private void reduce(int k) {
        double[] u = a[k];
        diagonal[k] = u[k];
        if (k == n - 1) {
            return;
        }
        double below = 0;
        for (int j = k + 2; j < n; j++) {
            below += u[j] * u[j];
        }
        if (below == 0) {
            beside[k] = u[k + 1];
            return;
        }
        double length = Math.sqrt(u[k + 1] * u[k + 1] + below);
        beside[k] = u[k + 1] > 0 ? -length : length;
        u[k + 1] -= beside[k];
        factors[k] = 2 / (u[k + 1] * u[k + 1] + below);
        update(u, k + 1, factors[k]);
    }

    /** A ← A − u·wᵀ − w·uᵀ with p = β·A·u and w = p − (β/2·pᵀu)·u, from row and column {@code from} on. */
    private void update(double[] u, int from, double factor) {
        double[] w = new double[n];
        double overlap = 0;
        for (int i = from; i < n; i++) {
            w[i] = factor * dot(a[i], u, from);
            overlap += w[i] * u[i];
        }
        for (int i = from; i < n; i++) {
            w[i] -= .5 * factor * overlap * u[i];
        }
        for (int i = from; i < n; i++) {
            double[] row = a[i];
            double ui = u[i];
            double wi = w[i];
            for (int j = from; j < n; j++) {
                row[j] -= ui * w[j] + wi * u[j];
            }
        }
    }

    /** v ← Qᵀ, the product of all reflections; from the last one on, each changes only what comes after its row. */
    private void accumulate() {
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
        }
        for (int k = n - 2; k >= 0; k--) {
            double[] u = a[k];
            for (int i = k + 1; factors[k] != 0 && i < n; i++) {
                double[] row = v[i];
                double share = factors[k] * dot(row, u, k + 1);
                for (int j = k + 1; j < n; j++) {
                    row[j] -= share * u[j];
                }
            }
        }
    }

    private double dot(double[] x, double[] y, int from) {
        double sum = 0;
        for (int j = from; j < n; j++) {
            sum += x[j] * y[j];
        }
        return sum;
    }

    // ---------------------------------------------------------------- to a diagonal one

    private boolean iterate() {
        int last = n - 1;
        long left = (long) MOST_STEPS * n;
        while (last > 0) {
            int first = last;
            while (first > 0 && !isSmall(first - 1)) {
                first--;
            }
            if (first == last) {
                last--;
            } else if (left-- > 0) {
                step(first, last);
            } else {
                return false;
            }
        }
        return true;
    }

    /** True if an off-diagonal number is nothing beside its neighbours, or beside the whole, whose size is about 1. */
    private boolean isSmall(int i) {
        double size = Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]);
        if (Math.abs(beside[i]) <= EPSILON * Math.max(size, EPSILON)) {
            beside[i] = 0;
        }
        return beside[i] == 0;
    }

    /** One implicit QR step on the rows {@code first} to {@code last}: a rotation, and those that chase its bulge out. */
    private void step(int first, int last) {
        double x = diagonal[first] - shift(last);
        double z = beside[first];
        for (int k = first; k < last; k++) {
            double length = Math.sqrt(x * x + z * z);
            // Both may be so small that their squares vanish.
            double c = length == 0 ? 1 : x / length;
            double s = length == 0 ? 0 : z / length;
            if (k > first) {
                beside[k - 1] = length;
            }
            double p = diagonal[k];
            double q = beside[k];
            double r = diagonal[k + 1];
            diagonal[k] = c * c * p + 2 * c * s * q + s * s * r;
            diagonal[k + 1] = s * s * p - 2 * c * s * q + c * c * r;
            beside[k] = c * s * (r - p) + (c * c - s * s) * q;
            if (k + 1 < last) {
                x = beside[k];
                z = s * beside[k + 1];
                beside[k + 1] *= c;
            }
            rotate(v[k], v[k + 1], c, s);
        }
    }

    /** The eigenvalue of the last two rows and columns that is nearer to the last number. */
    private double shift(int last) {
        double q = beside[last - 1];
        double half = (diagonal[last - 1] - diagonal[last]) / 2;
        double root = Math.sqrt(half * half + q * q);
        return diagonal[last] - q * q / (half + (half < 0 ? -root : root));
    }

    private static void rotate(double[] upper, double[] lower, double c, double s) {
        for (int j = 0; j < upper.length; j++) {
            double high = upper[j];
            double low = lower[j];
            upper[j] = c * high + s * low;
            lower[j] = c * low - s * high;
        }
    }
}
