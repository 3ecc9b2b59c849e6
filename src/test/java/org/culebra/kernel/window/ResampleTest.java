package org.culebra.kernel.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Taps;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

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
        long planes = random.nextInt(4);
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
