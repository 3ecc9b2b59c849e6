package org.culebra.tensor;

import static org.culebra.tensor.LinearMaps.any;
import static org.culebra.tensor.LinearMaps.assertAdjoint;
import static org.culebra.tensor.LinearMaps.assertClose;
import static org.culebra.tensor.LinearMaps.assertGradients;
import static org.culebra.tensor.LinearMaps.assertSingles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.SplittableRandom;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class ResamplingTest {

    /** The interpolated element of a vector, from the definition. */
    private static double value(Interpolation how, Tensor x, int i, int outputs, double step) {
        int last = (int) x.size() - 1;
        if (how == Interpolation.NEAREST) {
            return x.get(Math.min(last, (int) Math.floor(i * step + 1e-9)));
        }
        double corners = outputs == 1 ? 0 : (double) i * last / (outputs - 1);
        double position = how == Interpolation.LINEAR ? Math.max(0, (i + .5) * step - .5) : corners;
        int left = Math.min(last, (int) position);
        int right = Math.min(last, left + 1);
        return x.get(left) + Math.min(1, position - left) * (x.get(right) - x.get(left));
    }

    private static Tensor naive(Interpolation how, Tensor x, int outputs, double step) {
        double[] values = new double[outputs];
        for (int i = 0; i < outputs; i++) {
            values[i] = value(how, x, i, outputs, step);
        }
        return Tensor.of(values, outputs);
    }

    @Test
    void vectorsAtAnyLength() {
        var random = new SplittableRandom(1);
        for (Interpolation how : Interpolation.values()) {
            for (int inputs = 1; inputs <= 9; inputs++) {
                for (int outputs = 1; outputs <= 20; outputs++) {
                    Tensor x = Layout.STEPPED.arrange(Layout.compact(random, -2, 2, inputs), random);
                    Tensor expected = naive(how, x, outputs, (double) inputs / outputs);
                    assertClose(expected, x.resize(how, outputs), 1e-12);
                }
            }
        }
    }

    @Test
    void planesAreResampledAlongBothAxes() {
        var random = new SplittableRandom(2);
        for (Interpolation how : Interpolation.values()) {
            for (int trial = 0; trial < 10; trial++) {
                Tensor x = any(random, 2, random.nextInt(3), 1 + random.nextInt(7), 1 + random.nextInt(7));
                int h = 1 + random.nextInt(15);
                int w = 1 + random.nextInt(15);
                Tensor columns = x.resize(how, w);
                Tensor rows = columns.transpose().resize(how, h).transpose();
                assertClose(rows, x.resize(how, h, w), 1e-12);
                assertAdjoint(y -> y.resize(how, h, w), x, random);
                assertSingles(y -> y.resize(how, h, w), x);
            }
        }
    }

    @Test
    void volumesAreResampledAlongThreeAxes() {
        var random = new SplittableRandom(3);
        Tensor x = any(random, 2, 3, 4, 5);
        Tensor planes = x.resize(Interpolation.LINEAR, 7, 3);
        Tensor all = planes.permute(0, 2, 3, 1).resize(Interpolation.LINEAR, 5).permute(0, 3, 1, 2);
        assertClose(all, x.resize(Interpolation.LINEAR, 5, 7, 3), 1e-12);
        assertAdjoint(y -> y.resize(Interpolation.LINEAR, 5, 7, 3), x, random);
    }

    /** PyTorch's documented examples of nn.Upsample. */
    @Test
    void documentedExamples() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        assertArrayEquals(
                new float[] {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4},
                x.upsample(Interpolation.NEAREST, 2, 2).toFloatArray());
        assertArrayEquals(
                new float[] {1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4
                },
                x.upsample(Interpolation.LINEAR, 2, 2).toFloatArray());
        double third = 1 / 3.;
        assertClose(
                Tensor.of(
                        new double[] {
                            1,
                            1 + third,
                            1 + 2 * third,
                            2,
                            1 + 2 * third,
                            2,
                            2 + third,
                            2 + 2 * third,
                            2 + third,
                            2 + 2 * third,
                            3,
                            3 + third,
                            3,
                            3 + third,
                            3 + 2 * third,
                            4
                        },
                        4,
                        4),
                x.to(DType.F64).upsample(Interpolation.LINEAR_CORNERS, 2, 2),
                1e-12);
    }

    @Test
    void factorsKeepTheirOwnStep() {
        var random = new SplittableRandom(4);
        for (double factor : new double[] {.3, .5, 1, 1.5, 2, 2.7, 3}) {
            for (Interpolation how : new Interpolation[] {Interpolation.NEAREST, Interpolation.LINEAR}) {
                Tensor x = Layout.compact(random, -2, 2, 7);
                int outputs = (int) Math.floor(7 * factor);
                assertClose(naive(how, x, outputs, 1 / factor), x.upsample(how, factor), 1e-12);
            }
        }
    }

    @Test
    void gradientsOfBothOrders() {
        Tensor x = any(new SplittableRandom(5), 2, 3, 4);
        assertGradients(in -> in.get(0).resize(Interpolation.LINEAR, 5, 3).tanh(), x);
        assertGradients(in -> in.get(0).upsample(Interpolation.NEAREST, 2, 3).tanh(), x);
        assertGradients(in -> in.get(0).pad(PadMode.REFLECT, 2, 3, 1, 0).tanh(), x);
        assertGradients(in -> in.get(0).padWith(.5, 2, -1, 1, 0).tanh(), x);
    }

    @Test
    void whereNothingChangesNothingIsDone() {
        Tensor x = Tensor.zeros(2, 3, 4);
        assertSame(x, x.resize(Interpolation.NEAREST, 3, 4));
        assertSame(x, x.resize(Interpolation.LINEAR, 2, 3, 4));
        assertSame(x, x.pad(0, 0));
        assertSame(x, x.pad(PadMode.REFLECT, 0, 0, 0, 0));
        assertEquals(
                Shape.of(0, 6, 8),
                Tensor.zeros(0, 3, 4).upsample(Interpolation.LINEAR, 2, 2).shape());
    }

    // ---------------------------------------------------------------- padding

    private static int source(PadMode mode, int i, int n) {
        if (i >= 0 && i < n) {
            return i;
        }
        return switch (mode) {
            case ZEROS -> -1;
            case REFLECT -> i < 0 ? -i : 2 * n - 2 - i;
            case REPLICATE -> i < 0 ? 0 : n - 1;
            case CIRCULAR -> i < 0 ? i + n : i - n;
        };
    }

    @Test
    void everyModeOnPlanes() {
        var random = new SplittableRandom(6);
        for (PadMode mode : PadMode.values()) {
            for (int trial = 0; trial < 10; trial++) {
                int h = 2 + random.nextInt(5);
                int w = 2 + random.nextInt(5);
                Tensor x = any(random, random.nextInt(3), h, w);
                int left = random.nextInt(w);
                int right = random.nextInt(w);
                int top = random.nextInt(h);
                int bottom = random.nextInt(h);
                Tensor y = x.pad(mode, left, right, top, bottom);
                assertEquals(Shape.of(x.dim(0), h + top + bottom, w + left + right), y.shape());
                for (int n = 0; n < y.dim(0); n++) {
                    for (int i = 0; i < y.dim(1); i++) {
                        for (int j = 0; j < y.dim(2); j++) {
                            int a = source(mode, i - top, h);
                            int b = source(mode, j - left, w);
                            assertEquals(a < 0 || b < 0 ? 0 : x.get(n, a, b), y.get(n, i, j));
                        }
                    }
                }
                assertAdjoint(z -> z.pad(mode, left, right, top, bottom), x, random);
            }
        }
    }

    @Test
    void numbersOfAnyType() {
        Tensor x = Tensor.arange(4).reshape(2, 2);
        assertArrayEquals(
                new long[] {7, 7, 7, 0, 1, 7, 2, 3, 7}, x.padWith(7, 0, 1, 1, 0).toLongArray());
        assertArrayEquals(new long[] {2, 3, 0}, x.pad(0, 1, -1, 0).toLongArray());
        assertArrayEquals(
                new byte[] {0, 5}, Tensor.of(new byte[] {5}, 1).pad(1, 0).toByteArray());
    }

    @Test
    void negativeAmountsTakeAway() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4});
        assertArrayEquals(new float[] {2, 3}, x.pad(-1, -1).toFloatArray());
        assertArrayEquals(
                new float[] {2, 3, 4, 3}, x.pad(PadMode.REFLECT, -1, 1).toFloatArray());
        assertArrayEquals(
                new float[] {3, 1, 2, 3}, x.pad(PadMode.CIRCULAR, 1, -1).toFloatArray());
    }

    @Test
    void anyNumberOfAxes() {
        var random = new SplittableRandom(7);
        Tensor x = any(random, 3, 4, 3, 2);
        Tensor y = x.pad(PadMode.REPLICATE, 1, 0, 0, 2, 3, 1, 0, 1);
        assertEquals(Shape.of(4, 8, 5, 3), y.shape());
        assertEquals(x.get(2, 0, 2, 0), y.get(3, 1, 4, 0));
        assertAdjoint(z -> z.pad(PadMode.REPLICATE, 1, 0, 0, 2, 3, 1, 0, 1), x, random);
        assertEquals(Shape.of(5, 4, 3, 2), x.pad(0, 0, 0, 0, 0, 0, 1, 1).shape());
    }

    /** A weight of 0 is no term: 0·∞ would be NaN. */
    @Test
    void infinitiesOutsideDoNoHarm() {
        Tensor x = Tensor.of(new float[] {Float.POSITIVE_INFINITY, 1, 2}, 1, 3);
        float[] y = x.resize(Interpolation.LINEAR_CORNERS, 1, 5).toFloatArray();
        assertArrayEquals(new float[] {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, 1, 1.5f, 2}, y);
    }

    @Test
    void wholeNumbersArePaddedToo() {
        PadMode[] modes = {PadMode.REFLECT, PadMode.REPLICATE, PadMode.CIRCULAR};
        Tensor x = Tensor.arange(24).reshape(2, 3, 4);
        for (PadMode mode : modes) {
            Tensor expected = x.to(DType.F64).pad(mode, 2, 1, 1, -1);
            for (DType type : new DType[] {DType.I64, DType.I32, DType.U8}) {
                Tensor padded = x.to(type).pad(mode, 2, 1, 1, -1);
                assertEquals(type + "[2, 3, 7]", padded.describe());
                assertArrayEquals(expected.toDoubleArray(), padded.toDoubleArray());
            }
        }
        assertArrayEquals(
                new boolean[] {false, true, false, true},
                Tensor.of(new boolean[] {true, false, true})
                        .pad(PadMode.REFLECT, 1, 0)
                        .toBooleanArray());
    }
}
