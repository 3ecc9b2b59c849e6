package org.culebra.kernel.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Taps;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResampleTest {

    private static Taps taps(SplittableRandom random) {
        int inputs = 1 + random.nextInt(20);
        if (random.nextInt(4) == 0) {
            return Taps.identity(inputs);
        }
        int outputs = random.nextInt(30);
        var builder = new Taps.Builder(inputs, outputs);
        for (int i = 0; i < outputs; i++) {
            for (int t = random.nextInt(4); t > 0; t--) {
                builder.add(random.nextInt(inputs), random.nextInt(5) - 2);
            }
            builder.next();
        }
        return builder.build();
    }

    private static double[][] dense(Taps taps) {
        double[][] matrix = new double[taps.outputs()][taps.inputs()];
        for (int i = 0; i < matrix.length; i++) {
            for (int t = taps.starts()[i]; t < taps.starts()[i + 1]; t++) {
                matrix[i][taps.sources()[t]] += taps.weights()[t];
            }
        }
        return matrix;
    }

    private static Strided array(DType dtype, long... dims) {
        long count = 1;
        for (long dim : dims) {
            count *= dim;
        }
        var segment = Arena.ofAuto().allocate(Math.max(count * dtype.byteSize(), 64), 64);
        return new Strided(segment, dtype, 0, dims, Strided.contiguousStrides(dims));
    }

    private static double get(Strided array, long at) {
        return array.dtype() == DType.F32
                ? array.segment().getAtIndex(ValueLayout.JAVA_FLOAT, at)
                : array.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, at);
    }

    private static void set(Strided array, long at, double value) {
        if (array.dtype() == DType.F32) {
            array.segment().setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) value);
        } else {
            array.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, at, value);
        }
    }

    private static double product(Strided x, long plane, double[] rows, double[] columns) {
        double sum = 0;
        for (int a = 0; a < rows.length; a++) {
            for (int b = 0; b < columns.length; b++) {
                sum += rows[a] * columns[b] * get(x, (plane * rows.length + a) * columns.length + b);
            }
        }
        return sum;
    }

    private static void checkProduct(DType dtype, SplittableRandom random) {
        Taps rows = taps(random);
        Taps columns = taps(random);
        long planes = random.nextInt(10) == 0 ? random.nextInt(150) : random.nextInt(4);
        Strided x = array(dtype, planes, rows.inputs(), columns.inputs());
        for (long i = 0; i < x.count(); i++) {
            set(x, i, random.nextInt(9) - 4); // sums of small integers are exact
        }
        Strided y = array(dtype, planes, rows.outputs(), columns.outputs());
        Windows.resample(x, rows, columns, y);
        double[][] r = dense(rows);
        double[][] c = dense(columns);
        for (long o = 0; o < y.count(); o++) {
            int j = (int) (o % c.length);
            int i = (int) (o / c.length % r.length);
            assertEquals(product(x, o / c.length / r.length, r[i], c[j]), get(y, o), 0.0, () -> rows + " × " + columns);
        }
    }

    @Test
    void resultIsTheProductWithDenseMatrices() {
        var random = new SplittableRandom(4);
        for (int trial = 0; trial < 300; trial++) {
            checkProduct(trial % 2 == 0 ? DType.F32 : DType.F64, random);
        }
    }

    /** Windows of {@code window}, a stride apart, with nothing beyond the edge: a bit of each end of the axis has a pattern of its own. */
    private static Taps windows(int inputs, int window, int stride, int pad) {
        int outputs = (inputs + 2 * pad - window) / stride + 1;
        var builder = new Taps.Builder(inputs, outputs);
        for (int i = 0; i < outputs; i++) {
            for (int t = 0; t < window; t++) {
                int source = i * stride + t - pad;
                if (source >= 0 && source < inputs) {
                    builder.add(source, 1 + t % 2 * .37);
                }
            }
            builder.next();
        }
        return builder.build();
    }

    private static List<Taps> patterns() {
        Taps windows = windows(23, 3, 2, 1);
        return List.of(
                Taps.identity(7),
                windows(14, 2, 2, 0),
                windows(14, 2, 2, 0).transpose(),
                windows,
                windows.transpose(),
                windows(9, 5, 1, 4),
                windows(30, 2, 5, 0).transpose(), // some outputs get nothing
                windows(3, 3, 1, 0));
    }

    @Test
    void runsAreAllTerms() {
        var random = new SplittableRandom(6);
        var all = new ArrayList<>(patterns());
        for (int trial = 0; trial < 200; trial++) {
            all.add(taps(random));
        }
        for (Taps taps : all) {
            var seen = new boolean[taps.outputs()];
            for (Taps.Run run : taps.runs()) {
                for (int n = 0; n < run.count(); n++) {
                    int output = run.first() + n * run.step();
                    assertFalse(seen[output], taps::toString);
                    seen[output] = true;
                    assertEquals(run.end() - run.begin(), taps.starts()[output + 1] - taps.starts()[output]);
                    for (int t = 0; t < run.end() - run.begin(); t++) {
                        int term = taps.starts()[output] + t;
                        assertEquals(
                                taps.sources()[term],
                                taps.sources()[run.begin() + t] + n * run.sourceStep(),
                                taps::toString);
                        assertEquals(taps.weights()[term], taps.weights()[run.begin() + t]);
                    }
                }
            }
            for (boolean one : seen) {
                assertTrue(one, taps::toString);
            }
        }
    }

    @Test
    void poolingIsFewRuns() {
        assertEquals(1, windows(28, 2, 2, 0).runs().size());
        assertEquals(2, windows(28, 2, 2, 0).transpose().runs().size());
        assertEquals(3, windows(28, 3, 1, 1).runs().size());
    }

    /** The form for many planes against that for one. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void aPlaneDoesNotDependOnItsCompany(DType dtype) {
        var random = new SplittableRandom(7);
        for (Taps rows : patterns()) {
            for (Taps columns : patterns()) {
                long planes = 16L + random.nextInt(120);
                Strided x = array(dtype, planes, rows.inputs(), columns.inputs());
                for (long i = 0; i < x.count(); i++) {
                    set(x, i, random.nextDouble() - .5);
                }
                Strided y = array(dtype, planes, rows.outputs(), columns.outputs());
                Windows.resample(x, rows, columns, y);
                long in = x.count() / planes;
                long out = y.count() / planes;
                for (long plane : new long[] {0, planes / 2, planes - 1}) {
                    Strided one = array(dtype, 1, rows.inputs(), columns.inputs());
                    Strided alone = array(dtype, 1, rows.outputs(), columns.outputs());
                    for (long i = 0; i < in; i++) {
                        set(one, i, get(x, plane * in + i));
                    }
                    Windows.resample(one, rows, columns, alone);
                    for (long i = 0; i < out; i++) {
                        assertEquals(get(alone, i), get(y, plane * out + i), 0.0, () -> rows + " × " + columns);
                    }
                }
            }
        }
    }

    @Test
    void transposeIsTheTransposedMatrix() {
        var random = new SplittableRandom(5);
        for (int trial = 0; trial < 100; trial++) {
            Taps taps = taps(random);
            double[][] matrix = dense(taps);
            double[][] transposed = dense(taps.transpose());
            assertEquals(taps.inputs(), taps.transpose().outputs());
            for (int i = 0; i < taps.outputs(); i++) {
                for (int j = 0; j < taps.inputs(); j++) {
                    assertEquals(matrix[i][j], transposed[j][i]);
                }
            }
            assertSame(taps, taps.transpose().transpose());
        }
    }

    @Test
    void whatIsLeftAloneKeepsItsBits() {
        Strided x = array(DType.F32, 1, 3);
        set(x, 0, -0.0);
        set(x, 1, Double.NEGATIVE_INFINITY);
        set(x, 2, Double.NaN);
        Strided y = array(DType.F32, 1, 3);
        Windows.resample(
                x,
                Taps.identity(1),
                new Taps.Builder(3, 3)
                        .add(2, 1)
                        .next()
                        .add(1, 1)
                        .add(2, 0)
                        .next()
                        .add(0, 1)
                        .next()
                        .build(),
                y);
        assertTrue(Double.isNaN(get(y, 0)));
        assertEquals(Double.NEGATIVE_INFINITY, get(y, 1));
        assertEquals(-0.0, get(y, 2));
    }
}
