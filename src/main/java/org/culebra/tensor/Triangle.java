package org.culebra.tensor;

/**
 * Which triangle of a matrix is meant, and how it is used.
 *
 * @param lower the lower triangle, else the upper one; the other is not read
 * @param transposed whether the system is one of the transposed matrix
 * @param unitDiagonal whether the diagonal is taken to be 1, and not read
 */
public record Triangle(boolean lower, boolean transposed, boolean unitDiagonal) {
    /** L·X = B. */
    public static final Triangle LOWER = new Triangle(true, false, false);

    /** U·X = B. */
    public static final Triangle UPPER = new Triangle(false, false, false);

    /** The system of the transposed matrix: Lᵀ·X = B. */
    public Triangle transpose() {
        return new Triangle(lower, !transposed, unitDiagonal);
    }

    /** With a diagonal of ones. */
    public Triangle withUnitDiagonal() {
        return new Triangle(lower, transposed, true);
    }
}
