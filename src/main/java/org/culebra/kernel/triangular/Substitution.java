package org.culebra.kernel.triangular;

import java.util.concurrent.atomic.AtomicLong;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;

/** L·X = B by forward substitution. */
public final class Substitution {
    /** Right-hand sides that are solved for together. */
    private static final int PANEL = 64;

    private Substitution() {}

    /**
     * Solves each system of a batch.
     *
     * @param l [batch…, n, n], f32 or f64; only the lower triangles are read (without their diagonals if {@code unit})
     * @param b [batch…, n, r], f32 or f64
     * @param unit whether the diagonals are taken to be 1
     * @param x [batch…, n, r], f32 or f64; it may be {@code b}
     * @return −1, or matrix·n + row of the first 0 on a diagonal; the solution of that system is not written
     */
    public static long solve(Strided l, Strided b, boolean unit, Strided x) {
        var triangles = new Matrices(l);
        var rightSides = new Matrices(b);
        var solutions = new Matrices(x);
        int n = triangles.rows();
        long panels = Math.ceilDiv(rightSides.columns(), PANEL);
        var failure = new AtomicLong(Long.MAX_VALUE);
        Team.run(n == 0 ? 0 : triangles.count() * panels, (task, worker) -> {
            long matrix = task / panels;
            long column = task % panels * PANEL;
            int width = (int) Math.min(PANEL, rightSides.columns() - column);
            double[] triangle = new double[n * n];
            triangles.read(matrix, 0, n, triangle);
            int singular = unit ? -1 : zeroOnDiagonal(triangle, n);
            if (singular >= 0) {
                failure.accumulateAndGet(matrix * n + singular, Math::min);
                return;
            }
            double[] panel = new double[n * width];
            rightSides.read(matrix, column, width, panel);
            substitute(triangle, n, unit, panel, width);
            solutions.write(matrix, column, width, panel);
        });
        return failure.get() == Long.MAX_VALUE ? -1 : failure.get();
    }

    private static int zeroOnDiagonal(double[] triangle, int n) {
        for (int i = 0; i < n; i++) {
            if (triangle[i * n + i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static void substitute(double[] l, int n, boolean unit, double[] x, int width) {
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                Cholesky.subtract(x, k * width, i * width, width, l[i * n + k]);
            }
            if (!unit) {
                double pivot = l[i * n + i];
                for (int j = 0; j < width; j++) {
                    x[i * width + j] /= pivot;
                }
            }
        }
    }
}
