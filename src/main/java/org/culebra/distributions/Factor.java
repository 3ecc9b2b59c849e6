package org.culebra.distributions;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.culebra.tensor.Triangle;

/** L with Σ = L·Lᵀ, lower triangular with a positive diagonal, for vectors of N numbers. */
sealed interface Factor {
    /** Axes of L before those of one matrix. */
    Shape batch();

    /** L·z. [..., N] → [..., N]. */
    Tensor times(Tensor z);

    /** |L⁻¹(x − μ)|². [..., N] → [...]. */
    Tensor distance(Tensor x, Tensor mean);

    /** Σ ln Lᵢᵢ = ½ ln det Σ: [B]. */
    Tensor halfLogDeterminant();

    /** Σᵢᵢ: [B, N]. */
    Tensor variance();

    /** L itself: [B, N, N]. */
    Tensor matrix();

    /** ‖L⁻¹M‖², where M is another factor: tr Σ⁻¹M·Mᵀ. [B]. */
    Tensor trace(Factor other);

    /** L: [B, N, N], 0 above its diagonal. */
    record Full(Tensor matrix) implements Factor {
        @Override
        public Shape batch() {
            return matrix.shape().range(0, matrix.rank() - 2);
        }

        @Override
        public Tensor times(Tensor z) {
            return matrix.rank() == 2
                    ? z.matmul(matrix.transpose())
                    : matrix.matmul(z.unsqueeze(-1)).squeeze(-1);
        }

        @Override
        public Tensor distance(Tensor x, Tensor mean) {
            Tensor apart = x.sub(mean);
            return solve(apart).square().sum(-1);
        }

        /** One matrix for all vectors takes them as columns of one system. */
        private Tensor solve(Tensor apart) {
            if (matrix.rank() > 2) {
                return matrix.triangularSolve(Triangle.LOWER, apart.unsqueeze(-1))
                        .squeeze(-1);
            }
            long n = matrix.dim(-1);
            Tensor columns = apart.reshape(apart.size() / n, n).transpose();
            return matrix.triangularSolve(Triangle.LOWER, columns).transpose().reshape(apart.shape());
        }

        @Override
        public Tensor halfLogDeterminant() {
            return matrix.diagonal().log().sum(-1);
        }

        @Override
        public Tensor variance() {
            return matrix.square().sum(-1);
        }

        @Override
        public Tensor trace(Factor other) {
            return matrix.triangularSolve(Triangle.LOWER, other.matrix())
                    .square()
                    .sum(-2, -1);
        }
    }

    /** L = diag(σ), σ: [B, N]. */
    record Diagonal(Tensor deviation) implements Factor {
        private static final Elementwise SQUARED_DISTANCE = Elementwise.of((Elementwise.Ternary)
                (x, mean, deviation) -> x.sub(mean).div(deviation).square());
        private static final Elementwise SQUARED_RATIO =
                Elementwise.of((a, b) -> a.div(b).square());

        @Override
        public Shape batch() {
            return deviation.shape().without(-1);
        }

        @Override
        public Tensor times(Tensor z) {
            return z.mul(deviation);
        }

        @Override
        public Tensor distance(Tensor x, Tensor mean) {
            return SQUARED_DISTANCE.sum(List.of(x, mean, deviation), -1);
        }

        @Override
        public Tensor halfLogDeterminant() {
            return deviation.log().sum(-1);
        }

        @Override
        public Tensor variance() {
            return deviation.square();
        }

        @Override
        public Tensor matrix() {
            return Tensor.eye(deviation.dtype(), deviation.dim(-1)).mul(deviation.unsqueeze(-1));
        }

        @Override
        public Tensor trace(Factor other) {
            return other instanceof Diagonal(Tensor theirs)
                    ? SQUARED_RATIO.sum(List.of(theirs, deviation), -1)
                    : SQUARED_RATIO.sum(List.of(other.matrix(), deviation.unsqueeze(-1)), -2, -1);
        }
    }
}
