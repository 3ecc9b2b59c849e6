package org.culebra.train;

import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** What all measures of generated samples have in common: sets of points [N, D], and the distances between two of them. */
final class Points {
    private static final long ROWS = 256;
    private static final long COLUMNS = 4096;

    private Points() {}

    /** Hears of a block of squared distances. */
    @FunctionalInterface
    interface Block {
        /**
         * Squared distances of the points {@code row}, row + 1, … of one set (so many {@code rows}) to {@code column}, … of the other.
         *
         * @param squares row by row
         */
        void see(int row, int rows, int column, int columns, double[] squares);
    }

    /**
     * Checks two sets.
     *
     * @param least points that are needed of each
     */
    static void requireAlike(String operation, String nameA, Tensor a, String nameB, Tensor b, long least) {
        boolean arePoints = a.rank() == 2 && b.rank() == 2 && a.dim(1) == b.dim(1) && a.dim(1) > 0;
        if (!arePoints || !a.dtype().isFloating() || !b.dtype().isFloating()) {
            throw wrong(operation, "needs two sets of points, f32 or f64 [N, D] with the same D", nameA, a, nameB, b);
        }
        if (a.dim(0) < least || b.dim(0) < least) {
            throw wrong(
                    operation,
                    "needs at least " + least + (least == 1 ? " point" : " points") + " in each set",
                    nameA,
                    a,
                    nameB,
                    b);
        }
        requireFinite(operation, nameA, a);
        requireFinite(operation, nameB, b);
    }

    private static IllegalArgumentException wrong(
            String operation, String rule, String nameA, Tensor a, String nameB, Tensor b) {
        int width = Math.max(nameA.length(), nameB.length());
        return new IllegalArgumentException(operation + ": " + rule + "\n  " + nameA
                + " ".repeat(width - nameA.length() + 2) + a.describe() + "\n  " + nameB
                + " ".repeat(width - nameB.length() + 2) + b.describe());
    }

    static void requireFinite(String operation, String name, Tensor x) {
        if (Tape.scoped(() -> x.isFinite().not().sum()).itemAsLong() > 0) {
            throw new IllegalArgumentException(
                    operation + ": a number is NaN or infinite\n  " + name + "  " + x.describe());
        }
    }

    /**
     * ‖aᵢ − bⱼ‖² = ‖aᵢ‖² + ‖bⱼ‖² − 2·aᵢ·bⱼ, in f64, block by block: the whole of it never exists.
     *
     * <p>a: [N, D], b: [M, D]; the blocks come row by row.
     */
    static void distances(Tensor a, Tensor b, Block block) {
        for (long row = 0; row < a.dim(0); row += ROWS) {
            long rows = Math.min(ROWS, a.dim(0) - row);
            for (long column = 0; column < b.dim(0); column += COLUMNS) {
                long columns = Math.min(COLUMNS, b.dim(0) - column);
                double[] squares =
                        squares(a.detach().narrow(0, row, rows), b.detach().narrow(0, column, columns));
                block.see((int) row, (int) rows, (int) column, (int) columns, squares);
            }
        }
    }

    private static double[] squares(Tensor a, Tensor b) {
        try (Scope _ = Scope.open("distances")) {
            return Tape.untracked(() -> {
                Tensor x = a.to(DType.F64);
                Tensor y = b.to(DType.F64);
                return x.matmul(y.transpose())
                        .mul(-2)
                        .add(x.square().sum(true, 1))
                        .add(y.square().sum(1))
                        .maximum(0)
                        .toDoubleArray();
            });
        }
    }
}
