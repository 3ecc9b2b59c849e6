package org.culebra.kernel.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The matrices against the definition of filtering, which convolutions are computed by them, and how exactly. */
class WinogradTest {

    @ParameterizedTest
    @CsvSource({
        "2, OUTPUTS, FILTERS",
        "3, OUTPUTS, FILTERS",
        "5, OUTPUTS, FILTERS",
        "2, GRADIENT_TAPS, GRADIENT_TILES",
        "3, GRADIENT_TAPS, GRADIENT_TILES",
        "5, GRADIENT_TAPS, GRADIENT_TILES"
    })
    void theMatricesFilter(int r, Face outputs, Face filters) {
        var form = new WinogradForm(r, 1);
        double[][] a = outputs.matrix(form);
        double[][] g = filters.matrix(form);
        double[][] b = Face.TILES.matrix(form);
        int taps = g[0].length;
        assertEquals(form.tile(), a.length + taps - 1);
        Random random = new Random(1);
        double[] tile = random.doubles(form.tile()).toArray();
        double[] filter = random.doubles(taps).toArray();
        double[] products = new double[form.tile()];
        for (int i = 0; i < products.length; i++) {
            products[i] = dot(g[i], filter) * dot(b[i], tile);
        }
        for (int y = 0; y < a.length; y++) {
            double expected = 0;
            for (int tap = 0; tap < taps; tap++) {
                expected += filter[tap] * tile[y + tap];
            }
            assertEquals(expected, dot(a[y], products), 1e-13);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void theNumberOfImagesDoesNotChooseTheForm() {
        for (long n : new long[] {1, 2, 1000}) {
            assertNotNull(WinogradForm.of(DType.F32, geometry(n, 16, 14, 16, 3, 1)));
            assertNotNull(WinogradForm.of(DType.F32, geometry(n, 16, 14, 16, 4, 2)));
            assertNull(WinogradForm.of(DType.F32, geometry(n, 15, 14, 16, 3, 1))); // lanes stay empty
            assertNull(WinogradForm.of(DType.F32, geometry(n, 16, 14, 16, 7, 1))); // no matrices
            assertNull(WinogradForm.of(DType.F32, geometry(n, 16, 14, 16, 3, 2))); // phases of different sizes
            assertNull(WinogradForm.of(DType.F32, geometry(n, 16, 2, 16, 3, 1))); // most of a tile would be waste
        }
    }

    private static ConvGeometry geometry(long n, long c, long size, long o, long k, long stride) {
        long pad = (k - 1) / 2;
        return new ConvGeometry(n, c, size, size, o, k, k, stride, stride, pad, pad, 1, 1, 1);
    }

    /** The figures of accuracy.md, doubled: errors as shares of the results' root mean square. */
    @ParameterizedTest
    @CsvSource({"3, 1, 2e-6, 2e-5", "5, 1, 2e-6, 2e-5", "4, 2, 2e-6, 2e-5"})
    void errorsAreThoseOfTheDocument(int k, int stride, double rootMeanSquare, double largest) {
        ConvGeometry geometry = geometry(2, 64, 28, 64, k, stride);
        for (int face = 0; face < 3; face++) {
            Operand[] f32 = operands(geometry, DType.F32);
            Operand[] f64 = operands(geometry, DType.F64);
            run(DType.F32, geometry, face, f32);
            run(DType.F64, geometry, face, f64);
            double errors = 0;
            double squares = 0;
            double worst = 0;
            Operand result = f32[face];
            long count = size(geometry, face);
            for (long i = 0; i < count; i++) {
                double exact = f64[face].segment().getAtIndex(ValueLayout.JAVA_DOUBLE, i);
                double error = result.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i) - exact;
                errors += error * error;
                squares += exact * exact;
                worst = Math.max(worst, Math.abs(error));
            }
            double scale = Math.sqrt(squares / count);
            assertTrue(Math.sqrt(errors / squares) < rootMeanSquare, "root mean square of face " + face);
            assertTrue(worst / scale < largest, "largest error of face " + face);
        }
    }

    /** Each face overwrites one operand with what the two others make. */
    private static void run(DType dtype, ConvGeometry geometry, int face, Operand[] operands) {
        Operand y = operands[0];
        Operand x = operands[1];
        Operand w = operands[2];
        switch (face) {
            case 0 -> Convolution.forward(dtype, geometry, x, w, y, Epilogue.OVERWRITE);
            case 1 -> Convolution.inputGradient(dtype, geometry, y, w, x, Epilogue.OVERWRITE);
            default -> Convolution.weightGradient(dtype, geometry, x, y, w);
        }
    }

    private static long size(ConvGeometry g, int operand) {
        return switch (operand) {
            case 0 -> g.n() * g.o() * g.outH() * g.outW();
            case 1 -> g.n() * g.c() * g.h() * g.w();
            default -> g.o() * g.patch();
        };
    }

    /** y, x and w: the same floats in both types. */
    private static Operand[] operands(ConvGeometry geometry, DType dtype) {
        Operand[] operands = new Operand[3];
        Random random = new Random(2);
        for (int i = 0; i < 3; i++) {
            long count = size(geometry, i);
            MemorySegment segment = Arena.ofAuto().allocate(count * dtype.byteSize(), 64);
            for (long at = 0; at < count; at++) {
                float value = (float) random.nextGaussian();
                if (dtype == DType.F32) {
                    segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
                } else {
                    segment.setAtIndex(ValueLayout.JAVA_DOUBLE, at, value);
                }
            }
            operands[i] = new Operand(segment, 0);
        }
        return operands;
    }
}
