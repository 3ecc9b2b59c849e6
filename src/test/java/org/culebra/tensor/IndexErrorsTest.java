package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The text of every message of indexing and of random numbers. */
class IndexErrorsTest {
    private final Tensor x = Tensor.zeros(2, 3);
    private final Random random = Random.seeded(0);

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void gatherAndScatter() {
        says("""
                gather: index 3 is out of bounds for axis 1 of size 3
                  input  f32[2, 3]
                  index  i64[2, 2], the offender at [1, 0]""", () -> x.gather(1, Tensor.of(new long[] {0, 2, 3, 9}, 2, 2)));
        says("""
                gather: index -1 is out of bounds for axis 0 of size 2
                  input  f32[2, 3]
                  index  i32[1, 1], the offender at [0, 0]
                  hint: indices do not count from the end""", () -> x.gather(0, Tensor.of(new int[] {-1}, 1, 1)));
        says("""
                gather: all must have the same number of axes
                  input  f32[2, 3]
                  index  i64[2]""", () -> x.gather(1, Tensor.of(new long[] {0, 1})));
        says("""
                gather: along all axes but 1, sizes must be equal or 1
                  input  f32[2, 3]
                  index  i64[3, 1]""", () -> x.gather(1, Tensor.zeros(DType.I64, 3, 1)));
        says("""
                gather: indices must be integers
                  index  f32[2, 3]
                  hint: to(DType.I64)""", () -> x.gather(1, x));
        says("""
                scatterAdd: index 2 is out of bounds for axis 0 of size 2
                  input  f32[2, 3]
                  index  i64[1, 1], the offender at [0, 0]""", () -> x.scatterAdd(0, Tensor.full(DType.I64, 2, 1, 1), Tensor.ones(1, 3)));
        says("""
                scatterAdd: all must have the same number of axes
                  input   f32[2, 3]
                  index   i64[1, 1]
                  source  f32[3]""", () -> x.scatterAdd(0, Tensor.zeros(DType.I64, 1, 1), Tensor.ones(3)));
        says("""
                scatterAdd: along all axes but 0, sizes must be equal or 1
                  input   f32[2, 3]
                  index   i64[1, 1]
                  source  f32[1, 4]""", () -> x.scatterAdd(0, Tensor.zeros(DType.I64, 1, 1), Tensor.ones(1, 4)));
        says(
                "gather: axis 2 is out of range\n  shape  [2, 3]\n  axes run from 0 to 1, or from -2 to -1",
                () -> x.gather(2, x));
    }

    @Test
    void slices() {
        says("""
                indexSelect: the index must be a vector
                  index  i64[1, 2]
                  hint: embedding takes an index of any shape, gather one per element""", () -> x.indexSelect(0, Tensor.zeros(DType.I64, 1, 2)));
        says("""
                indexSelect: index 5 is out of bounds for axis 1 of size 3
                  input  f32[2, 3]
                  index  i64[2], the offender at [1]""", () -> x.indexSelect(1, Tensor.of(new long[] {2, 5})));
        says("""
                indexAdd: does not broadcast to the shape: aligned at the last axis, sizes must be equal or 1
                  input  f32[3, 3]
                  shape  [2, 3]""", () -> x.indexAdd(0, Tensor.of(new long[] {0, 1}), Tensor.ones(3, 3)));
        says("""
                indexAdd: the index must be a vector
                  index  i64[]
                  hint: embedding takes an index of any shape, gather one per element""", () -> x.indexAdd(0, Tensor.full(DType.I64, 0), Tensor.ones(1, 3)));
        says("""
                embedding: index 2 is out of bounds for axis 0 of size 2
                  input  f32[2, 3]
                  index  i64[], the offender at []""", () -> x.embedding(Tensor.full(DType.I64, 2)));
        says("""
                embedding: index 7 is out of bounds for axis 0 of size 2
                  input  f32[2, 3]
                  index  i64[2, 2], the offender at [1, 0]""", () -> x.embedding(Tensor.of(new long[] {0, 1, 7, 0}, 2, 2)));
        says(
                "embedding: needs at least 1 axis\n  input  f32[]",
                () -> Tensor.scalar(1).embedding(Tensor.full(DType.I64, 0)));
    }

    @Test
    void labelsAndMasks() {
        says(
                "oneHot: label 4 is not one of 4 classes, 0 to 3\n  labels  i64[2]",
                () -> Tensor.of(new long[] {3, 4}).oneHot(4));
        says(
                "oneHot: label -1 is not one of 4 classes, 0 to 3\n  labels  i32[1]",
                () -> Tensor.of(new int[] {-1}, 1).oneHot(4));
        says(
                "oneHot: classes must not be negative, not -2",
                () -> Tensor.arange(1).oneHot(-2));
        says("oneHot: indices must be integers\n  index  f32[2, 3]\n  hint: to(DType.I64)", () -> x.oneHot(4));
        says("maskedSelect: the mask must be bool\n  mask  f32[2, 3]\n  hint: mask.ne(0)", () -> x.maskedSelect(x));
        says("""
                maskedSelect: shapes do not broadcast: aligned at the last axis, sizes must be equal or 1
                  input 0  f32[2, 3]
                  input 1  bool[2]""", () -> x.maskedSelect(Tensor.ones(DType.BOOL, 2)));
    }

    @Test
    void order() {
        says(
                "topK: k must be between 0 and 3, the size of axis 1, not 4\n  input  f32[2, 3]",
                () -> x.topK(4, -1, true));
        says(
                "topK: k must be between 0 and 2, the size of axis 0, not -1\n  input  f32[2, 3]",
                () -> x.topK(-1, 0, true));
        Tensor endless = Tensor.zeros(1).expand(1L << 31);
        says(
                "argSort: axis 0 is longer than what can be put in order\n  input  f32[2147483648]",
                () -> endless.argSort(0, false));
        says(
                "sort: axis 0 is longer than what can be put in order\n  input  f32[2147483648]",
                () -> endless.sort(0, false));
    }

    @Test
    void joining() {
        says("stack: needs at least one tensor", () -> Tensor.stack(0));
        says("concat: needs at least one tensor", () -> Tensor.concat(0, List.of()));
        says("""
                stack: all shapes must be equal
                  first  f32[2, 3]
                  other  f32[3, 2]
                  hint: concat joins along an axis that is there already""", () -> Tensor.stack(0, x, x.transpose()));
        says("""
                stack: the new axis goes before axis 0 to 2 (or -3 to -1), not 3
                  input  f32[2, 3]""", () -> Tensor.stack(3, x));
        says(
                "concat: axis 2 is out of range\n  shape  [2, 3]\n  axes run from 0 to 1, or from -2 to -1",
                () -> Tensor.concat(2, x));
        says(
                "concat: all axes but 0 must agree\n  first  f32[2, 3]\n  other  f32[2, 2]",
                () -> Tensor.concat(0, x, Tensor.zeros(2, 2)));
    }

    @Test
    void randomNumbers() {
        says(
                "uniform: the bounds must be finite and in order\n  low   1.0\n  high  0.0",
                () -> Tensor.uniform(random, 1, 0, 2));
        says(
                "uniform: the bounds must be finite and in order\n  low   NaN\n  high  0.0",
                () -> Tensor.uniform(random, Double.NaN, 0, 2));
        says(
                "uniform: the bounds must be finite and in order\n  low   0.0\n  high  1.0E39",
                () -> Tensor.uniform(random, 0, 1e39, 2));
        says("uniform: draws f32 or f64 numbers, not i32", () -> Tensor.uniform(random, DType.I32, 0, 1, 2));
        says(
                "normal: needs a finite mean and a standard deviation of at least 0\n  mean  0.0\n  std   -1.0",
                () -> Tensor.normal(random, 0, -1, 2));
        says("normal: draws f32 or f64 numbers, not bool", () -> Tensor.normal(random, DType.BOOL, 0, 1, 2));
        says("bernoulli: a probability is between 0 and 1, not 1.5", () -> Tensor.bernoulli(random, 1.5, 2));
        says(
                "bernoulli: needs floating numbers\n  input  i64[2]\n  hint: to(DType.F32)",
                () -> Tensor.bernoulli(random, Tensor.arange(2)));
        says(
                "randint: there is no i64 from low (inclusive) to high (exclusive), or not for all of them\n"
                        + "  low   3\n  high  3",
                () -> Tensor.randint(random, 3, 3, 2));
        says(
                "randint: there is no u8 from low (inclusive) to high (exclusive), or not for all of them\n"
                        + "  low   0\n  high  257",
                () -> Tensor.randint(random, DType.U8, 0, 257, 2));
        says("randint: draws integers, not f32", () -> Tensor.randint(random, DType.F32, 0, 1, 2));
        says("permutation: of 0 to 2147483639 numbers, not of -1", () -> Tensor.permutation(random, -1));
        says("normal: takes 0 tensors, was given 1", () -> Sampling.NORMAL.applyAll(random, new double[] {0, 1}, x));
    }
}
