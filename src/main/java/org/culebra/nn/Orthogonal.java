package org.culebra.nn;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * Orthonormal rows or columns: normal vectors, each without what it has of those before and of length 1. That is the Q of their QR
 * decomposition with a positive diagonal of R, which is uniform among all (Mezzadri 2007).
 */
final class Orthogonal {
    private Orthogonal() {}

    static Tensor draw(Random random, double gain, Shape shape) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException(
                    "initializer: orthogonal needs a weight with at least 2 axes, not " + shape);
        }
        long rows = shape.dim(0);
        long columns = shape.size() / Math.max(1, rows);
        int vectors = Math.toIntExact(Math.min(rows, columns));
        int length = Math.toIntExact(Math.max(rows, columns));
        double[] q = Tensor.normal(random, DType.F64, 0, 1, vectors, length).toDoubleArray();
        double[][] basis = new double[vectors][];
        for (int k = 0; k < vectors; k++) {
            basis[k] = Arrays.copyOfRange(q, k * length, (k + 1) * length);
            // Once leaves rounding errors of the size of what was taken away; twice is enough (Giraud et al. 2005).
            project(basis, k);
            project(basis, k);
            scale(basis[k], 1 / Math.sqrt(dot(basis[k], basis[k])));
        }
        for (int k = 0; k < vectors; k++) {
            System.arraycopy(basis[k], 0, q, k * length, length);
        }
        Tensor matrix = Tensor.of(q, vectors, length);
        return (rows > columns ? matrix.transpose() : matrix)
                .mul(gain)
                .to(DType.F32)
                .reshape(shape);
    }

    private static void project(double[][] basis, int k) {
        double[] vector = basis[k];
        for (int j = 0; j < k; j++) {
            double share = dot(basis[j], vector);
            for (int i = 0; i < vector.length; i++) {
                vector[i] -= share * basis[j][i];
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }
}
