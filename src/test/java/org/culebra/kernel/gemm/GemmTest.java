package org.culebra.kernel.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jdk.incubator.vector.VectorShape;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every path against a plain triple loop, bit for bit. */
class GemmTest {
    private static final long[] NO_BATCH = {};
    private static final List<Epilogue.Start> STARTS = List.of(Epilogue.Start.values());

    /** One kernel set per width that the machine has, and plain Java standing in for the widest. */
    static List<Gemm> machines() {
        List<Gemm> machines = new ArrayList<>();
        machines.add(new Gemm(512, Warming.Mode.SCALAR));
        for (int bits = 128; bits <= VectorShape.preferredShape().vectorBitSize(); bits *= 2) {
            machines.add(new Gemm(bits, Warming.Mode.VECTOR));
        }
        return machines;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void everySmallShape(Gemm gemm) {
        Random random = new Random(1);
        long[] sizes = {1, 2, 5, 7, 16, 19, 33};
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            for (long m : sizes) {
                for (long n : sizes) {
                    Case.random(random, dtype, NO_BATCH, m, n, random.nextInt(40))
                            .check(gemm);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void severalBlocksAndPanels(Gemm gemm) {
        Random random = new Random(2);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            for (long[] shape :
                    new long[][] {{3, 5, 1100}, {1, 300, 530}, {300, 1, 530}, {14, 210, 70}, {130, 9, 25}}) {
                for (int layout = 0; layout < 3; layout++) {
                    Case.random(random, dtype, NO_BATCH, shape[0], shape[1], shape[2])
                            .check(gemm);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void batches(Gemm gemm) {
        Random random = new Random(3);
        for (int i = 0; i < 12; i++) {
            long[] batch = {1 + random.nextInt(3), 1 + random.nextInt(4)};
            Case.random(random, DType.F32, batch, 1 + random.nextInt(9), 1 + random.nextInt(20), random.nextInt(9))
                    .check(gemm);
        }
    }

    @Test
    void sameBitsWithAnyNumberOfThreads() {
        Gemm gemm = new Gemm(512, Warming.Mode.SCALAR);
        for (int threads : new int[] {1, 2, 4}) {
            Random random = new Random(4);
            Team.withThreads(threads, () -> {
                Case.random(random, DType.F32, NO_BATCH, 200, 150, 60).check(gemm);
                Case.random(random, DType.F64, new long[] {3}, 40, 300, 90).check(gemm);
                Case.random(random, DType.F32, NO_BATCH, 1, 4000, 200).check(gemm);
            });
        }
    }

    @Test
    void rowsOfABatchAreOneMatrix() {
        Random random = new Random(5);
        Case folded = Case.random(random, DType.F32, new long[] {6}, 3, 17, 20);
        folded.aStrides = new long[] {60, 20, 1};
        folded.bStrides = new long[] {0, 17, 1};
        folded.cStrides = new long[] {51, 17, 1};
        folded.check(new Gemm(512, Warming.Mode.SCALAR));
    }

    @Test
    void emptySizes() {
        Gemm gemm = new Gemm(512, Warming.Mode.SCALAR);
        Random random = new Random(6);
        for (Epilogue.Start start : Epilogue.Start.values()) {
            Case nothing = Case.random(random, DType.F32, NO_BATCH, 5, 3, 0);
            nothing.start = start;
            nothing.check(gemm);
        }
        Case.random(random, DType.F32, NO_BATCH, 0, 3, 4).check(gemm);
        Case.random(random, DType.F32, NO_BATCH, 3, 0, 4).check(gemm);
        Case.random(random, DType.F32, new long[] {2, 0}, 3, 3, 4).check(gemm);
    }

    @Test
    void rejectsColumnsApart() {
        Matrix any = new Matrix(Arena.ofAuto().allocate(64), 0, 1, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> Gemm.multiply(DType.F32, NO_BATCH, 2, 2, 2, any, any, any, Epilogue.OVERWRITE));
        assertThrows(
                IllegalArgumentException.class,
                () -> Gemm.multiply(DType.I32, NO_BATCH, 2, 1, 2, any, any, any, Epilogue.OVERWRITE));
    }

    /** One product: operands anywhere in a block of numbers, with random strides. */
    static final class Case {
        final DType dtype;
        final long[] batch;
        final long m;
        final long n;
        final long k;
        final Random random;
        long[] aStrides;
        long[] bStrides;
        long[] cStrides;
        Epilogue.Start start;
        boolean relu;

        private Case(Random random, DType dtype, long[] batch, long m, long n, long k) {
            this.random = random;
            this.dtype = dtype;
            this.batch = batch;
            this.m = m;
            this.n = n;
            this.k = k;
            aStrides = strides(m, k, false);
            bStrides = strides(k, n, false);
            cStrides = strides(m, n, true);
            start = STARTS.get(random.nextInt(STARTS.size()));
            relu = random.nextBoolean();
        }

        static Case random(Random random, DType dtype, long[] batch, long m, long n, long k) {
            return new Case(random, dtype, batch, m, n, k);
        }

        /** Strides of [batch…, rows, columns]: plain, padded, transposed, spread or repeated; a result is plain or padded. */
        private long[] strides(long rows, long columns, boolean result) {
            long[] strides = new long[batch.length + 2];
            int kind = random.nextInt(result ? 2 : 6);
            long padding = kind == 0 ? 0 : random.nextInt(20);
            long spread = kind == 4 ? 3 : 1;
            boolean transposed = kind == 2 || kind == 3;
            int rowAxis = batch.length;
            strides[rowAxis + 1] = transposed ? rows + padding : spread;
            strides[rowAxis] = transposed ? 1 : spread * columns + padding;
            if (kind == 5) {
                strides[rowAxis + random.nextInt(2)] = 0;
            }
            long next = spread * (rows + padding) * (columns + padding);
            for (int axis = batch.length - 1; axis >= 0; axis--) {
                strides[axis] = !result && random.nextInt(4) == 0 ? 0 : next;
                next *= batch[axis];
            }
            return strides;
        }

        private long extent(long[] strides, long rows, long columns) {
            long extent = 1 + Math.max(0, rows - 1) * strides[batch.length];
            extent += Math.max(0, columns - 1) * strides[batch.length + 1];
            for (int axis = 0; axis < batch.length; axis++) {
                extent += Math.max(0, batch[axis] - 1) * strides[axis];
            }
            return extent;
        }

        void check(Gemm gemm) {
            long offset = random.nextInt(5);
            Operand a = new Operand(offset, aStrides, extent(aStrides, m, k));
            Operand b = new Operand(offset, bStrides, extent(bStrides, k, n));
            Operand c = new Operand(offset, cStrides, extent(cStrides, m, n));
            Operand bias = new Operand(offset, new long[] {1}, Math.max(m, n));
            if (start != Epilogue.Start.C) {
                c.fillWithNaN();
            }
            double[] expected = c.values();
            Epilogue epilogue = new Epilogue(start, bias.segment, offset, relu);
            expect(a, b, c, bias, expected);
            gemm.run(dtype, batch, m, n, k, a.matrix(), b.matrix(), c.matrix(), epilogue);
            double[] actual = c.values();
            for (int i = 0; i < expected.length; i++) {
                if (Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(actual[i])) {
                    assertEquals(expected[i], actual[i], "element " + i + " of " + this);
                }
            }
        }

        private void expect(Operand a, Operand b, Operand c, Operand bias, double[] result) {
            long count = 1;
            for (long dimension : batch) {
                count *= dimension;
            }
            for (long element = 0; element < count; element++) {
                for (long i = 0; i < m; i++) {
                    for (long j = 0; j < n; j++) {
                        int at = (int) c.index(element, i, j);
                        double from = switch (start) {
                            case ZERO -> 0;
                            case C -> result[at];
                            case ROW_BIAS -> bias.get(bias.offset + i);
                            case COLUMN_BIAS -> bias.get(bias.offset + j);
                        };
                        result[at] = sum(a, b, element, i, j, from);
                    }
                }
            }
        }

        /** The definition of the order of additions. */
        private double sum(Operand a, Operand b, long element, long i, long j, double from) {
            double total = from;
            long depth = Blocking.depth(k);
            for (long block = 0; block == 0 || block < k; block += depth) {
                double sum = 0;
                for (long p = block; p < Math.min(k, block + depth); p++) {
                    double x = a.get(a.index(element, i, p));
                    double y = b.get(b.index(element, p, j));
                    sum = dtype == DType.F32 ? Math.fma((float) x, (float) y, (float) sum) : Math.fma(x, y, sum);
                }
                total = dtype == DType.F32 ? (float) total + (float) sum : total + sum;
            }
            return relu && total < 0 ? 0 : total;
        }

        @Override
        public String toString() {
            return dtype + " " + List.of(m, n, k) + " batch " + Arrays.toString(batch) + " A "
                    + Arrays.toString(aStrides) + " B " + Arrays.toString(bStrides) + " C "
                    + Arrays.toString(cStrides) + " " + start + (relu ? " relu" : "");
        }

        /** Numbers in memory that is no longer than it must be, and the strides to walk them. */
        private final class Operand {
            final long offset;
            final long[] strides;
            final long length;
            final MemorySegment segment;

            Operand(long offset, long[] strides, long extent) {
                this.offset = offset;
                this.strides = strides;
                length = offset + extent;
                segment = Arena.ofAuto().allocate(length * dtype.byteSize(), 64);
                for (long i = 0; i < length; i++) {
                    set(i, random.nextGaussian());
                }
            }

            void fillWithNaN() {
                for (long i = 0; i < length; i++) {
                    set(i, Double.NaN);
                }
            }

            long index(long element, long i, long j) {
                long at = offset + i * strides[batch.length] + j * strides[batch.length + 1];
                long rest = element;
                for (int axis = batch.length - 1; axis >= 0; axis--) {
                    at += rest % batch[axis] * strides[axis];
                    rest /= batch[axis];
                }
                return at;
            }

            Matrix matrix() {
                int axes = batch.length;
                long[] batchStrides = Arrays.copyOf(strides, axes);
                return new Matrix(segment, offset, strides[axes], strides[axes + 1], batchStrides);
            }

            double get(long i) {
                return dtype == DType.F32
                        ? segment.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                        : segment.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            }

            void set(long i, double value) {
                if (dtype == DType.F32) {
                    segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
                } else {
                    segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
                }
            }

            double[] values() {
                double[] values = new double[(int) length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = get(i);
                }
                return values;
            }
        }
    }
}
