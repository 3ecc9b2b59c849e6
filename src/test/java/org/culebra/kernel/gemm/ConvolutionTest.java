package org.culebra.kernel.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import jdk.incubator.vector.VectorShape;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The triad against the definition, and against itself with other vectors and threads. */
class ConvolutionTest {
    private static final Gemm SCALAR = new Gemm(512, Warming.Mode.SCALAR);

    /** What a test needs to know of a random geometry to be worth its time: every feature at once, small sizes. */
    private static ConvGeometry randomGeometry(Random random) {
        long groups = 1L + random.nextInt(3);
        long kh = 1L + random.nextInt(5);
        long kw = 1L + random.nextInt(5);
        return new ConvGeometry(
                1 + random.nextInt(3),
                groups * (1 + random.nextInt(4)),
                1 + random.nextInt(12),
                1 + random.nextInt(20),
                groups * (1 + random.nextInt(7)),
                kh,
                kw,
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                random.nextInt(4),
                random.nextInt(4),
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                groups);
    }

    /** 3×3 or 5×5, stride 1, same size. */
    private static ConvGeometry same(long n, long c, long size, long o, long kernel) {
        long pad = kernel / 2;
        return new ConvGeometry(n, c, size, size, o, kernel, kernel, 1, 1, pad, pad, 1, 1, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void manyGeometries(DType dtype) {
        Random random = new Random(1);
        for (int i = 0; i < 150; i++) {
            new Case(dtype, randomGeometry(random), random).check(SCALAR);
        }
    }

    @Test
    void oneDimension() {
        Random random = new Random(2);
        new Case(DType.F32, new ConvGeometry(2, 3, 1, 50, 4, 1, 7, 1, 2, 0, 3, 1, 1, 1), random).check(SCALAR);
        new Case(DType.F64, new ConvGeometry(2, 3, 1, 50, 4, 1, 3, 1, 1, 0, 4, 1, 2, 1), random).check(SCALAR);
    }

    @Test
    void depthwise() {
        Random random = new Random(3);
        new Case(DType.F32, new ConvGeometry(2, 8, 9, 11, 8, 3, 3, 1, 1, 1, 1, 1, 1, 8), random).check(SCALAR);
        new Case(DType.F32, new ConvGeometry(2, 6, 9, 11, 12, 3, 3, 2, 2, 1, 1, 1, 1, 6), random).check(SCALAR);
    }

    @Test
    void largerThanOneBlock() {
        Random random = new Random(4);
        new Case(DType.F32, same(2, 70, 5, 9, 3), random).check(SCALAR); // K = 630
        new Case(DType.F32, same(1, 3, 110, 2, 7), random).check(SCALAR); // strips of the grid
    }

    /** Geometries that are computed by minimal filtering: tiles at edges, groups, padding of all sizes, strips, odd channels. */
    private static List<ConvGeometry> filtered() {
        return List.of(
                same(3, 16, 8, 33, 3),
                same(2, 17, 14, 16, 5),
                same(70, 16, 4, 16, 3),
                same(1, 16, 40, 20, 3),
                new ConvGeometry(2, 32, 7, 10, 34, 3, 3, 1, 1, 0, 2, 1, 1, 2),
                new ConvGeometry(2, 16, 9, 6, 19, 5, 5, 1, 1, 4, 1, 1, 1, 1),
                new ConvGeometry(2, 16, 9, 8, 17, 2, 2, 1, 1, 1, 0, 1, 1, 1),
                strided(3, 16, 16, 16, 33, 1),
                strided(20, 9, 8, 7, 16, 1), // 7 columns and 1 of padding on each side: the last is seen by nobody
                strided(1, 16, 41, 36, 18, 2),
                strided(2, 16, 18, 11, 16, 0),
                new ConvGeometry(2, 32, 14, 9, 34, 4, 4, 2, 2, 0, 1, 1, 1, 2),
                new ConvGeometry(2, 16, 17, 16, 16, 6, 6, 2, 2, 2, 4, 1, 1, 1));
    }

    private static ConvGeometry strided(long n, long c, long h, long w, long o, long pad) {
        return new ConvGeometry(n, c, h, w, o, 4, 4, 2, 2, pad, pad, 1, 1, 1);
    }

    @Test
    void minimalFiltering() {
        Random random = new Random(10);
        for (ConvGeometry geometry : filtered()) {
            assertNotNull(WinogradForm.of(DType.F32, geometry), geometry::toString);
            assertNull(WinogradForm.of(DType.F64, geometry), geometry::toString);
            new Case(DType.F32, geometry, random).check(SCALAR);
        }
    }

    /** So few pixels that all images are one matrix: filters as large as the image, 4×4 with stride 2, with dilation. */
    private static List<ConvGeometry> fewPixels() {
        return List.of(
                new ConvGeometry(5, 6, 4, 3, 37, 4, 3, 1, 1, 0, 0, 1, 1, 1),
                new ConvGeometry(40, 6, 4, 3, 37, 4, 3, 1, 1, 0, 0, 1, 1, 1),
                new ConvGeometry(3, 70, 4, 4, 33, 4, 4, 2, 2, 1, 1, 1, 1, 1),
                new ConvGeometry(2, 9, 2, 2, 21, 4, 4, 2, 2, 1, 1, 1, 1, 1),
                new ConvGeometry(33, 9, 2, 2, 5, 4, 4, 2, 2, 1, 1, 1, 1, 1),
                new ConvGeometry(4, 3, 7, 6, 18, 3, 2, 2, 1, 0, 1, 1, 3, 1));
    }

    @Test
    void imagesOfFewPixelsAreOneMatrix() {
        Random random = new Random(11);
        for (ConvGeometry geometry : fewPixels()) {
            assertTrue(PatchMatrix.serves(geometry), geometry::toString);
            new Case(DType.F32, geometry, random).check(SCALAR);
            new Case(DType.F64, geometry, random).check(SCALAR);
        }
        // More patches than are kept in memory at a time.
        new Case(DType.F32, new ConvGeometry(60, 500, 4, 4, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1), random).check(SCALAR);
        assertFalse(PatchMatrix.serves(same(2, 3, 5, 4, 3)));
        assertFalse(PatchMatrix.serves(new ConvGeometry(2, 4, 3, 3, 4, 3, 3, 1, 1, 1, 1, 1, 1, 2)));
    }

    @Test
    void anImagesResultDoesNotDependOnItsCompany() {
        List<ConvGeometry> geometries = new ArrayList<>(fewPixels());
        geometries.addAll(filtered());
        geometries.add(same(3, 4, 8, 33, 3));
        for (ConvGeometry all : geometries) {
            Case together = new Case(DType.F32, all, new Random(12));
            ConvGeometry single = new ConvGeometry(
                    1,
                    all.c(),
                    all.h(),
                    all.w(),
                    all.o(),
                    all.kh(),
                    all.kw(),
                    all.strideH(),
                    all.strideW(),
                    all.padH(),
                    all.padW(),
                    all.dilationH(),
                    all.dilationW(),
                    all.groups());
            List<double[]> expected = together.results(SCALAR);
            List<double[]> alone = new Case(together, single, all.n() - 1).results(SCALAR);
            for (int i = 0; i < 4; i++) { // the gradient of w is a sum over images
                double[] last = Arrays.copyOfRange(
                        expected.get(i), expected.get(i).length - alone.get(i).length, expected.get(i).length);
                assertArrayEquals(last, alone.get(i), all + ", result " + i);
            }
        }
    }

    @Test
    void nothingToDo() {
        Random random = new Random(5);
        new Case(DType.F32, same(0, 2, 4, 3, 3), random).check(SCALAR);
        new Case(DType.F32, same(2, 0, 4, 3, 3), random).check(SCALAR);
        new Case(DType.F32, same(2, 2, 4, 0, 3), random).check(SCALAR);
        new Case(DType.F32, new ConvGeometry(2, 2, 3, 3, 2, 4, 4, 1, 1, 0, 0, 1, 1, 1), random).check(SCALAR);
    }

    @Test
    void sameBitsWithAnyVectors() {
        List<ConvGeometry> geometries = new ArrayList<>(List.of(same(3, 4, 8, 33, 3), same(2, 1, 14, 6, 5)));
        Random random = new Random(6);
        for (int i = 0; i < 6; i++) {
            geometries.add(randomGeometry(random));
        }
        geometries.addAll(filtered());
        geometries.addAll(fewPixels());
        for (ConvGeometry geometry : geometries) {
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                List<double[]> expected = new Case(dtype, geometry, new Random(7)).results(SCALAR);
                for (int bits = 128; bits <= VectorShape.preferredShape().vectorBitSize(); bits *= 2) {
                    Gemm gemm = new Gemm(bits, Warming.Mode.VECTOR);
                    List<double[]> actual = new Case(dtype, geometry, new Random(7)).results(gemm);
                    assertSameBits(expected, actual, dtype + " " + geometry + " " + bits);
                }
            }
        }
    }

    @Test
    void sameBitsWithAnyNumberOfThreads() {
        ConvGeometry geometry = same(9, 5, 14, 100, 3);
        List<double[]> expected = new Case(DType.F32, geometry, new Random(8)).results(SCALAR);
        for (int threads : new int[] {1, 2, 4}) {
            Team.withThreads(threads, () -> {
                List<double[]> actual = new Case(DType.F32, geometry, new Random(8)).results(SCALAR);
                assertSameBits(expected, actual, threads + " threads");
            });
        }
    }

    @Test
    void rejectsSizesThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new ConvGeometry(1, 3, 4, 4, 4, 3, 3, 1, 1, 0, 0, 1, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new ConvGeometry(1, 3, 4, 4, 4, 0, 3, 1, 1, 0, 0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ConvGeometry(1, 3, 4, 4, 4, 3, 3, 1, 0, 0, 0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ConvGeometry(-1, 3, 4, 4, 4, 3, 3, 1, 1, 0, 0, 1, 1, 1));
    }

    private static void assertSameBits(List<double[]> expected, List<double[]> actual, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", result " + i);
        }
    }

    /** Random operands of one geometry. */
    private static final class Case {
        final DType dtype;
        final ConvGeometry g;
        final Operand x;
        final Operand w;
        final Operand y;
        final Operand biasO;
        final Operand biasC;

        Case(DType dtype, ConvGeometry g, Random random) {
            this.dtype = dtype;
            this.g = g;
            x = random(g.n() * g.c() * g.h() * g.w(), random);
            w = random(g.o() * g.patch(), random);
            y = random(g.n() * g.o() * g.outH() * g.outW(), random);
            biasO = random(g.o(), random);
            biasC = random(g.c(), random);
        }

        /** One image of many. */
        Case(Case all, ConvGeometry one, long image) {
            dtype = all.dtype;
            g = one;
            x = new Operand(all.x.segment(), all.x.offset() + image * one.c() * one.h() * one.w());
            w = all.w;
            y = new Operand(all.y.segment(), all.y.offset() + image * one.o() * one.outH() * one.outW());
            biasO = all.biasO;
            biasC = all.biasC;
        }

        private Operand random(long count, Random random) {
            Operand operand = new Operand(
                    Arena.ofAuto().allocate((count + 3) * dtype.byteSize(), 64), 3); // no room behind the last element
            for (long i = 0; i < count; i++) {
                set(operand, i, random.nextGaussian());
            }
            return operand;
        }

        /** y, y with bias and ReLU, gradient of x, the same with bias, gradient of w. */
        List<double[]> results(Gemm gemm) {
            Convolution convolution = new Convolution(gemm);
            Epilogue biasY = Epilogue.rowBias(biasO.segment(), biasO.offset()).withRelu();
            Epilogue biasX = Epilogue.rowBias(biasC.segment(), biasC.offset());
            long ys = g.n() * g.o() * g.outH() * g.outW();
            long xs = g.n() * g.c() * g.h() * g.w();
            return List.of(
                    result(ys, to -> convolution.runForward(dtype, g, x, w, to, Epilogue.OVERWRITE)),
                    result(ys, to -> convolution.runForward(dtype, g, x, w, to, biasY)),
                    result(xs, to -> convolution.runInputGradient(dtype, g, y, w, to, Epilogue.OVERWRITE)),
                    result(xs, to -> convolution.runInputGradient(dtype, g, y, w, to, biasX)),
                    result(g.o() * g.patch(), to -> convolution.runWeightGradient(dtype, g, x, y, to)));
        }

        private double[] result(long count, Consumer<Operand> computation) {
            Operand to = random(count, new Random(9));
            for (long i = 0; i < count; i++) {
                set(to, i, Double.NaN);
            }
            Operand before = new Operand(to.segment(), 0);
            set(before, 2, 42);
            computation.accept(to);
            assertEquals(42, get(before, 2));
            double[] values = new double[(int) count];
            for (int i = 0; i < count; i++) {
                values[i] = get(to, i);
            }
            return values;
        }

        void check(Gemm gemm) {
            List<double[]> actual = results(gemm);
            double[] plain = new double[actual.get(0).length];
            double[] biased = plain.clone();
            double[] xGradient = new double[actual.get(2).length];
            double[] xBiased = xGradient.clone();
            double[] wGradient = new double[actual.get(4).length];
            forEachProduct((yAt, xAt, wAt) -> {
                plain[yAt] += get(w, wAt) * get(x, xAt);
                xGradient[xAt] += get(w, wAt) * get(y, yAt);
                wGradient[wAt] += get(x, xAt) * get(y, yAt);
            });
            long yPlane = Math.max(1, g.outH() * g.outW());
            for (int i = 0; i < plain.length; i++) {
                biased[i] = Math.max(0, plain[i] + get(biasO, i / yPlane % g.o()));
            }
            for (int i = 0; i < xGradient.length; i++) {
                xBiased[i] = xGradient[i] + get(biasC, i / (g.h() * g.w()) % g.c());
            }
            double tolerance = dtype == DType.F32 ? 2e-4 : 1e-11;
            List<double[]> expected = List.of(plain, biased, xGradient, xBiased, wGradient);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), actual.get(i), tolerance, dtype + " " + g + ", result " + i);
            }
        }

        private interface Product {
            void at(int y, int x, int w);
        }

        private void forEachProduct(Product product) {
            long pixels = g.outH() * g.outW();
            long c = g.groupC();
            for (long n = 0; n < g.n(); n++) {
                for (long o = 0; o < g.o(); o++) {
                    for (long i = 0; i < pixels; i++) {
                        for (long p = 0; p < g.patch(); p++) {
                            long row = i / g.outW() * g.strideH() - g.padH() + p / g.kw() % g.kh() * g.dilationH();
                            long column = i % g.outW() * g.strideW() - g.padW() + p % g.kw() * g.dilationW();
                            long channel = o / g.groupO() * c + p / (g.kh() * g.kw());
                            if (row >= 0 && row < g.h() && column >= 0 && column < g.w()) {
                                long xAt = ((n * g.c() + channel) * g.h() + row) * g.w() + column;
                                product.at((int) ((n * g.o() + o) * pixels + i), (int) xAt, (int) (o * g.patch() + p));
                            }
                        }
                    }
                }
            }
        }

        double get(Operand operand, long i) {
            return dtype == DType.F32
                    ? operand.segment().getAtIndex(ValueLayout.JAVA_FLOAT, operand.offset() + i)
                    : operand.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, operand.offset() + i);
        }

        void set(Operand operand, long i, double value) {
            if (dtype == DType.F32) {
                operand.segment().setAtIndex(ValueLayout.JAVA_FLOAT, operand.offset() + i, (float) value);
            } else {
                operand.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, operand.offset() + i, value);
            }
        }
    }
}
