package org.culebra.kernel.triangular;

import java.util.concurrent.atomic.AtomicLong;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;

/** A = L·Lᵀ. */
public final class Cholesky {
    private Cholesky() {}

    /**
     * Factors each matrix of a batch.
     *
     * @param a [batch…, n, n], f32 or f64; only the lower triangles are read
     * @param l of the same dimensions and dtype: L, with zeros above the diagonal; it may be {@code a}
     * @return −1, or matrix·n + pivot of the first matrix whose pivot is not positive; its factor is not written
     */
    public static long factor(Strided a, Strided l) {
        var from = new Matrices(a);
        var to = new Matrices(l);
        int n = from.rows();
        var failure = new AtomicLong(Long.MAX_VALUE);
        Team.run(n == 0 ? 0 : from.count(), (matrix, worker) -> {
            double[] values = new double[n * n];
            from.read(matrix, 0, n, values);
            int pivot = factor(values, n);
            if (pivot >= 0) {
                failure.accumulateAndGet(matrix * n + pivot, Math::min);
            } else {
                to.write(matrix, 0, n, values);
            }
        });
        return failure.get() == Long.MAX_VALUE ? -1 : failure.get();
    }

    /** In place; the index of a pivot that is not positive, or −1. */
    private static int factor(double[] a, int n) {
        // Column k of L as row k of u: the updates run along rows, which vectorize.
        double[] u = new double[n * n];
        for (int k = 0; k < n; k++) {
            for (int j = k; j < n; j++) {
                u[k * n + j] = a[j * n + k];
            }
        }
        for (int k = 0; k < n; k++) {
            double square = u[k * n + k];
            if (!(square > 0)) {
                return k;
            }
            double pivot = Math.sqrt(square);
            for (int j = k; j < n; j++) {
                u[k * n + j] /= pivot;
            }
            for (int i = k + 1; i < n; i++) {
                subtract(u, k * n + i, i * n + i, n - i, u[k * n + i]);
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = j <= i ? u[j * n + i] : 0;
            }
        }
        return -1;
    }

    /** values[to…] −= factor·values[from…]. */
    static void subtract(double[] values, int from, int to, int count, double factor) {
        for (int j = 0; j < count; j++) {
            values[to + j] -= factor * values[from + j];
        }
    }
}
