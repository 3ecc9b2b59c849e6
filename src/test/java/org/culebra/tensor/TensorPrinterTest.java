package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** The texts behind the type and shape are what {@code numpy.array2string(a, separator=', ')} of NumPy 2.4 gives. */
class TensorPrinterTest {

    private static void prints(String expected, Tensor x) {
        assertEquals(expected, x.toString());
    }

    @Test
    void fewestDigitsThatTellNumbersApart() {
        prints("f32[3] [0.1       , 0.33333334, 2.        ]", Tensor.of(new float[] {.1f, 1 / 3f, 2}));
        prints("f64[3] [0.1       , 0.33333333, 2.        ]", Tensor.of(new double[] {.1, 1 / 3., 2}));
        prints("f32[2] [-0. , 12.5]", Tensor.of(new float[] {-0f, 12.5f}));
        prints("f32[] 3.", Tensor.scalar(3));
    }

    @Test
    void exponents() {
        prints("f64[2] [1.e-05, 1.e+00]", Tensor.of(new double[] {1e-5, 1}));
        prints("f32[2] [1.23456e+05, 1.00000e+00]", Tensor.of(new float[] {123456, 1}));
        prints("f32[1] [1.e+06]", Tensor.of(new float[] {1e6f}));
        prints("f64[1] [1000000.]", Tensor.of(new double[] {1e6}));
        prints("f64[2] [ 5.e-324, -0.e+000]", Tensor.of(new double[] {Double.MIN_VALUE, -0.}));
        prints("f64[2] [4.9e-324, 4.4e-323]", Tensor.of(new double[] {Double.MIN_VALUE, 9 * Double.MIN_VALUE}));
        prints("f32[2] [-1.03398384e+08, -1.03101384e+08]", Tensor.of(new float[] {-103398384, -103101384}));
    }

    @Test
    void numbersThatAreNotFinite() {
        prints("""
                f32[2, 2]
                [[ 1. , -2.5],
                 [ 0. ,  inf]]""", Tensor.of(new float[] {1, -2.5f, 0, Float.POSITIVE_INFINITY}, 2, 2));
        prints("f64[3] [1.e-05, 1.e+00,    nan]", Tensor.of(new double[] {1e-5, 1, Double.NaN}));
        prints("f64[2] [ nan, -inf]", Tensor.of(new double[] {Double.NaN, Double.NEGATIVE_INFINITY}));
    }

    @Test
    void integersAndTruthValues() {
        prints("i64[3] [0, 1, 2]", Tensor.arange(3));
        prints("i64[2] [9007199254740993,               -1]", Tensor.of(new long[] {(1L << 53) + 1, -1}));
        prints("u8[2] [200,   7]", Tensor.of(new byte[] {(byte) 200, 7}));
        prints("bool[2] [ True, False]", Tensor.of(new boolean[] {true, false}));
        prints("bool[1] [ True]", Tensor.of(new boolean[] {true}));
        prints("bool[] True", Tensor.ones(DType.BOOL));
    }

    @Test
    void longAxesAreAbridged() {
        prints("i64[2000] [   0,    1,    2, ..., 1997, 1998, 1999]", Tensor.arange(2000));
        prints("""
                i64[2, 550]
                [[   0,    1,    2, ...,  547,  548,  549],
                 [ 550,  551,  552, ..., 1097, 1098, 1099]]""", Tensor.arange(1100).reshape(2, 550));
        String cube = Tensor.arange(8000).reshape(20, 20, 20).toString();
        assertTrue(cube.contains(" ...,\n\n [[6800, 6801,"), cube);
    }

    @Test
    void longLinesAreWrapped() {
        prints("""
                f64[2, 8]
                [[5.00000e-01, 1.00050e+03, 2.00050e+03, 3.00050e+03, 4.00050e+03,
                  5.00050e+03, 6.00050e+03, 7.00050e+03],
                 [8.00050e+03, 9.00050e+03, 1.00005e+04, 1.10005e+04, 1.20005e+04,
                  1.30005e+04, 1.40005e+04, 1.50005e+04]]""", Tensor.arange(DType.F64, .5, 16000, 1000).reshape(2, 8));
        prints("""
                i64[25] [ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15,
                         16, 17, 18, 19, 20, 21, 22, 23, 24]""", Tensor.arange(25));
    }

    @Test
    void planesAreApart() {
        prints("""
                i64[2, 2, 2]
                [[[0, 1],
                  [2, 3]],

                 [[4, 5],
                  [6, 7]]]""", Tensor.arange(8).reshape(2, 2, 2));
        prints("f32[0, 3] []", Tensor.zeros(0, 3));
    }
}
