package org.culebra.tensor;

import static org.culebra.tensor.Errors.argument;

/** The messages of {@link LinearAlgebra}; see {@link Errors}. */
final class AlgebraErrors {
    private AlgebraErrors() {}

    static IllegalArgumentException notVectors(String operation, Tensor a, Tensor b) {
        return argument(operation, "needs two vectors", "lhs  " + a.describe(), "rhs  " + b.describe());
    }

    static IllegalArgumentException lengths(String operation, Tensor a, Tensor b) {
        return argument(operation, "the lengths differ", "lhs  " + a.describe(), "rhs  " + b.describe());
    }

    static IllegalArgumentException sameAxes(Tensor x, int rows, int columns) {
        return argument(
                "diagonal", "needs two different axes, not " + rows + " and " + columns, "input  " + x.describe());
    }

    static IllegalArgumentException notSquare(String operation, Tensor a) {
        return argument(operation, "needs square matrices: the last two axes must be equal", "input  " + a.describe());
    }

    static IllegalArgumentException rightSide(Tensor a, Tensor b) {
        return argument(
                "triangularSolve",
                "the right-hand sides must have " + a.dim(-1) + " rows",
                "matrix           " + a.describe(),
                "right-hand side  " + b.describe());
    }

    static ArithmeticException notPositiveDefinite(Tensor a, long matrix, long pivot) {
        return new ArithmeticException(argument(
                        "cholesky",
                        which(a, matrix) + " is not positive definite: pivot " + pivot + " is not positive",
                        "input  " + a.describe(),
                        "hint: add a small multiple of the identity")
                .getMessage());
    }

    static ArithmeticException singular(Tensor a, long matrix, long row) {
        return new ArithmeticException(argument(
                        "triangularSolve",
                        which(a, matrix) + " is singular: its diagonal is 0 in row " + row,
                        "matrix  " + a.describe())
                .getMessage());
    }

    static IllegalStateException noGradient(String operation, Tensor a) {
        return new IllegalStateException(argument(
                        operation,
                        "has no gradient, and a tape records",
                        "input  " + a.describe(),
                        "hint: detach() it, or compute under Tape.untracked")
                .getMessage());
    }

    static ArithmeticException notFinite(String operation, Tensor a, long matrix) {
        return new ArithmeticException(
                argument(operation, which(a, matrix) + " holds NaN or an infinity", "input  " + a.describe())
                        .getMessage());
    }

    static ArithmeticException noConvergence(String operation, Tensor a, long matrix) {
        return new ArithmeticException(
                argument(operation, which(a, matrix) + " does not converge", "input  " + a.describe())
                        .getMessage());
    }

    private static String which(Tensor a, long matrix) {
        return a.rank() == 2
                ? "the matrix"
                : "matrix " + IndexErrors.at(a.shape().range(0, a.rank() - 2), matrix);
    }

    static IllegalArgumentException einsum(String equation, String rule, Tensor... operands) {
        String[] details = new String[operands.length];
        for (int i = 0; i < operands.length; i++) {
            details[i] = "operand " + i + "  " + operands[i].describe();
        }
        return argument("einsum \"" + equation + "\"", rule, details);
    }
}
