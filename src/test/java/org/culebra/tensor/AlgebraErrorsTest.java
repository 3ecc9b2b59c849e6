package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The text of every message of linear algebra. */
class AlgebraErrorsTest {
    private final Tensor x = Tensor.zeros(2, 3);
    private final Tensor vector = Tensor.zeros(3);

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static void fails(String expected, Executable call) {
        assertEquals(expected, assertThrows(ArithmeticException.class, call).getMessage());
    }

    @Test
    void vectorsAndDiagonals() {
        says("dot: needs two vectors\n  lhs  f32[2, 3]\n  rhs  f32[3]", () -> x.dot(vector));
        says("dot: the lengths differ\n  lhs  f32[3]\n  rhs  f32[4]", () -> vector.dot(Tensor.zeros(4)));
        says("outer: needs two vectors\n  lhs  f32[3]\n  rhs  f32[]", () -> vector.outer(Tensor.scalar(1)));
        says("diagonal: needs two different axes, not 1 and -1\n  input  f32[2, 3]", () -> x.diagonal(0, 1, -1));
        says("diagonal: needs at least 2 axes\n  input  f32[3]", vector::diagonal);
        says("tril: needs at least 2 axes\n  input  f32[3]", () -> vector.tril(0));
        says("triu: needs at least 2 axes\n  input  f32[3]", () -> vector.triu(0));
    }

    @Test
    void cholesky() {
        says("cholesky: needs square matrices: the last two axes must be equal\n  input  f32[2, 3]", x::cholesky);
        says("cholesky: needs square matrices: the last two axes must be equal\n  input  f32[3]", vector::cholesky);
        says(
                "cholesky: needs floating numbers\n  input  i64[1, 1]\n  hint: to(DType.F32)",
                () -> Tensor.zeros(DType.I64, 1, 1).cholesky());
        fails("""
                cholesky: the matrix is not positive definite: pivot 1 is not positive
                  input  f64[2, 2]
                  hint: add a small multiple of the identity""", () -> Tensor.of(new double[] {1, 2, 2, 1}, 2, 2).cholesky());
        Tensor batch = Tensor.eye(DType.F32, 3).expand(2, 4, 3, 3).copy();
        batch.select(0, 1).select(0, 2).fill(Float.NaN);
        batch.select(0, 1).select(0, 3).fill(-1);
        fails("""
                cholesky: matrix [1, 2] is not positive definite: pivot 0 is not positive
                  input  f32[2, 4, 3, 3]
                  hint: add a small multiple of the identity""", batch::cholesky);
        Tensor large =
                Tensor.eye(DType.F64, 100).unsqueeze(0).expand(2, 100, 100).copy();
        large.select(0, 1).diagonal().narrow(0, 80, 1).fill(-1);
        fails("""
                cholesky: matrix [1] is not positive definite: pivot 80 is not positive
                  input  f64[2, 100, 100]
                  hint: add a small multiple of the identity""", large::cholesky);
    }

    @Test
    void triangularSystems() {
        says(
                "triangularSolve: needs square matrices: the last two axes must be equal\n  input  f32[2, 3]",
                () -> x.triangularSolve(Triangle.LOWER, x));
        says("""
                triangularSolve: the right-hand sides must have 2 rows
                  matrix           f32[2, 2]
                  right-hand side  f32[3, 2]""", () -> Tensor.ones(2, 2).triangularSolve(Triangle.LOWER, Tensor.ones(3, 2)));
        says("""
                triangularSolve: needs floating numbers
                  input  i32[1, 1]
                  hint: to(DType.F32)""", () -> Tensor.ones(DType.I32, 1, 1).triangularSolve(Triangle.LOWER, Tensor.ones(DType.I32, 1, 1)));
        says("""
                triangularSolve: the axes before the last two do not broadcast: sizes must be equal or 1
                  lhs  f32[2, 1, 1]
                  rhs  f32[3, 1, 1]""", () -> Tensor.ones(2, 1, 1).triangularSolve(Triangle.LOWER, Tensor.ones(3, 1, 1)));
        Tensor singular = Tensor.eye(DType.F64, 100);
        singular.diagonal().narrow(0, 70, 1).fill(0);
        String rows = "  matrix  f64[100, 100]";
        fails(
                "triangularSolve: the matrix is singular: its diagonal is 0 in row 70\n" + rows,
                () -> singular.triangularSolve(Triangle.LOWER, Tensor.ones(DType.F64, 100)));
        fails(
                "triangularSolve: the matrix is singular: its diagonal is 0 in row 70\n" + rows,
                () -> singular.triangularSolve(Triangle.UPPER, Tensor.ones(DType.F64, 100)));
        fails(
                "triangularSolve: matrix [1] is singular: its diagonal is 0 in row 0\n  matrix  f32[2, 1, 1]",
                () -> Tensor.of(new float[] {1, 0}, 2, 1, 1).triangularSolve(Triangle.LOWER, Tensor.ones(2, 1, 1)));
    }

    @Test
    void einsum() {
        String operands = "\n  operand 0  f32[2, 3]\n  operand 1  f32[3]";
        says("einsum \"ij->i\": names 1 operand, was given 2" + operands, () -> Tensor.einsum("ij->i", x, vector));
        says(
                "einsum \"ij,jk->i\": operand 1 has 1 axes, the equation names 2" + operands,
                () -> Tensor.einsum("ij,jk->i", x, vector));
        says(
                "einsum \"ijk...,j->i\": operand 0 has 2 axes, the equation names 3" + operands,
                () -> Tensor.einsum("ijk...,j->i", x, vector));
        says("einsum \"ij,i->j\": axis 'i' is 2 and 3" + operands, () -> Tensor.einsum("ij,i->j", x, vector));
        says(
                "einsum \"...,i...->i\": axis -1 of the ellipsis is 3 and 2"
                        + "\n  operand 0  f32[2, 3]\n  operand 1  f32[3, 2]",
                () -> Tensor.einsum("...,i...->i", x, x.transpose()));
        says(
                "einsum \"i1,j->i\": \"i1\" is not made of letters and at most one ..." + operands,
                () -> Tensor.einsum("i1,j->i", x, vector));
        says(
                "einsum \"ij,j->i..j...\": \"i..j...\" is not made of letters and at most one ..." + operands,
                () -> Tensor.einsum("ij,j->i..j...", x, vector));
        says(
                "einsum \"ij,j->ii\": the result names an axis twice" + operands,
                () -> Tensor.einsum("ij,j->ii", x, vector));
        says(
                "einsum \"ij,j->k\": axis 'k' of the result is in no operand" + operands,
                () -> Tensor.einsum("ij,j->k", x, vector));
        says(
                "einsum \"ii\": a diagonal along 'i' needs equal sizes\n  operand 0  f32[1, 3]",
                () -> Tensor.einsum("ii", Tensor.zeros(1, 3)));
    }
}
