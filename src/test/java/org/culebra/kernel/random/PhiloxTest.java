package org.culebra.kernel.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PhiloxTest {
    private static final long KEY = 0x0123_4567_89AB_CDEFL;

    @BeforeEach
    void open() {
        Scope.open("test");
    }

    @AfterEach
    void close() {
        Scope scope = Scope.current();
        if (scope != null) {
            scope.close();
        }
    }

    /** From the file kat_vectors of Random123, philox4x32, 10 rounds: counter, key, result; least significant word first. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void knownAnswers(String counter, String key, String result) {
        int[] words = words(counter);
        int[] halves = words(key);
        Philox.block(words, Philox.join(halves[0], halves[1]));
        assertArrayEquals(words(result), words);
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" ")).mapToInt(HexFormat::fromHexDigits).toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "I32", "I64"})
    void anyChunkIsTheSame(DType dtype) {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 300; round++) {
            long first = round % 7 == 0 ? -40 : random.nextLong() >>> random.nextInt(64);
            long stream = random.nextLong();
            int count = random.nextInt(200);
            int offset = random.nextInt(20);
            MemorySegment dst = segment(offset + count, dtype);
            boolean vector = round % 2 == 0;
            if (vector) {
                VectorPhilox.fill(KEY, stream, first, dst, offset, count, dtype);
            } else {
                ScalarPhilox.fill(KEY, stream, first, dst, offset, count, dtype);
            }
            for (int i = 0; i < count; i++) {
                assertEquals(
                        element(stream, first + i, dtype), at(dst, offset + i, dtype), "element " + first + " + " + i);
            }
            for (int i = 0; i < offset; i++) {
                assertEquals(0L, bitsAt(dst, i, dtype), "written before the beginning");
            }
        }
    }

    private static Number element(long stream, long element, DType dtype) {
        return switch (dtype) {
            case F32 -> Philox.uniformFloat(KEY, stream, element);
            case F64 -> Philox.uniformDouble(KEY, stream, element);
            case I32 -> Philox.bits32(KEY, stream, element);
            default -> Philox.bits64(KEY, stream, element);
        };
    }

    private static Number at(MemorySegment dst, long i, DType dtype) {
        return switch (dtype) {
            case F32 -> dst.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case F64 -> dst.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            case I32 -> dst.getAtIndex(ValueLayout.JAVA_INT, i);
            default -> dst.getAtIndex(ValueLayout.JAVA_LONG, i);
        };
    }

    private static long bitsAt(MemorySegment dst, long i, DType dtype) {
        return dtype.byteSize() == 4
                ? dst.getAtIndex(ValueLayout.JAVA_INT, i)
                : dst.getAtIndex(ValueLayout.JAVA_LONG, i);
    }

    private static MemorySegment segment(long count, DType dtype) {
        return Buffer.allocate(count * dtype.byteSize()).segment().fill((byte) 0);
    }

    @Test
    void vectorLoopTakesOverWithTheSameBits() throws InterruptedException {
        int count = 100_003;
        MemorySegment cold = segment(count, DType.F32);
        ScalarPhilox.fill(KEY, 9, 5, cold, 0, count, DType.F32);
        MemorySegment dst = segment(count, DType.F32);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!Readiness.isHot(0) && System.nanoTime() < deadline) {
            Philox.uniform(KEY, 9, 5, dst, 0, count, DType.F32);
            assertEquals(-1, cold.mismatch(dst));
            Thread.sleep(5);
        }
        assertTrue(Readiness.isHot(0), "the vector loop is not compiled after 20 s");
        Philox.uniform(KEY, 9, 5, dst, 0, count, DType.F32);
        assertEquals(-1, cold.mismatch(dst));
    }

    @Test
    void unitIntervalIsHalfOpen() {
        assertEquals(0f, Philox.toFloat(0));
        assertEquals(0f, Philox.toFloat(255));
        assertEquals(Math.nextDown(1f), Philox.toFloat(-1));
        assertEquals(0.0, Philox.toDouble(2047));
        assertEquals(Math.nextDown(1.0), Philox.toDouble(-1));
    }

    @Test
    void uniformNumbersAreUniform() {
        int n = 1 << 18;
        MemorySegment floats = segment(n, DType.F32);
        MemorySegment doubles = segment(n, DType.F64);
        Philox.uniform(KEY, 0, 0, floats, 0, n, DType.F32);
        Philox.uniform(KEY, 0, 0, doubles, 0, n, DType.F64);
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            y[i] = doubles.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        }
        checkUniform(x);
        checkUniform(y);
        // The types, neighbours, streams and keys do not know of each other.
        checkUncorrelated(x, y);
        checkUncorrelated(x, rotated(x, 1));
        checkUncorrelated(x, rotated(x, 16));
        checkUncorrelated(y, rotated(y, 1));
        Philox.uniform(KEY, 1, 0, doubles, 0, n, DType.F64);
        checkUncorrelated(y, doubles.asSlice(0, n * 8L).toArray(ValueLayout.JAVA_DOUBLE));
        Philox.uniform(KEY + 1, 0, 0, doubles, 0, n, DType.F64);
        checkUncorrelated(y, doubles.asSlice(0, n * 8L).toArray(ValueLayout.JAVA_DOUBLE));
    }

    /** Mean, variance, and χ² of 256 classes, each within 4.5 standard deviations. */
    private static void checkUniform(double[] x) {
        double sum = 0;
        double squares = 0;
        long[] counts = new long[256];
        for (double value : x) {
            sum += value - 0.5;
            squares += (value - 0.5) * (value - 0.5);
            counts[(int) (value * 256)]++;
        }
        double n = x.length;
        assertEquals(0, sum / n, 4.5 * Math.sqrt(1 / (12 * n)));
        assertEquals(1 / 12.0, squares / n, 4.5 * Math.sqrt(1 / (180 * n)));
        checkEven(counts);
    }

    private static void checkEven(long[] counts) {
        double expected = Arrays.stream(counts).sum() / (double) counts.length;
        double chiSquare = 0;
        for (long count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        int freedom = counts.length - 1;
        assertEquals(freedom, chiSquare, 4.5 * Math.sqrt(2.0 * freedom));
    }

    private static void checkUncorrelated(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - 0.5) * (y[i] - 0.5) * 12;
        }
        assertEquals(0, sum / x.length, 4.5 / Math.sqrt(x.length));
    }

    private static double[] rotated(double[] x, int by) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[(i + by) % x.length];
        }
        return y;
    }

    @Test
    void everyBitIsFair() {
        int n = 1 << 16;
        MemorySegment bits = segment(n, DType.I64);
        Philox.bits(KEY, 0, 0, bits, 0, n, DType.I64);
        for (int bit = 0; bit < 64; bit++) {
            long ones = 0;
            for (int i = 0; i < n; i++) {
                ones += bits.getAtIndex(ValueLayout.JAVA_LONG, i) >>> bit & 1;
            }
            assertEquals(n / 2.0, (double) ones, 4.5 * Math.sqrt(n / 4.0), "bit " + bit);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"I32", "I64", "U8"})
    void boundedNumbersAreEven(DType dtype) {
        int n = 50_001;
        MemorySegment dst = segment(n + 3, dtype);
        Philox.bounded(KEY, 4, 10, dst, 3, n, dtype, 100, 7);
        long[] counts = new long[7];
        for (int i = 0; i < n; i++) {
            long value = switch (dtype) {
                case I64 -> dst.getAtIndex(ValueLayout.JAVA_LONG, i + 3);
                case I32 -> dst.getAtIndex(ValueLayout.JAVA_INT, i + 3);
                default -> dst.get(ValueLayout.JAVA_BYTE, i + 3) & 0xFF;
            };
            assertEquals(100 + Philox.bounded(KEY, 4, 10 + i, 7), value);
            counts[(int) value - 100]++;
        }
        checkEven(counts);
    }

    @Test
    void boundedNumbersOfALargeRange() {
        long bound = 3L << 61; // a plain remainder of 63 bits would make the lower third twice as likely
        long[] thirds = new long[3];
        for (int i = 0; i < 30_000; i++) {
            long value = Philox.bounded(KEY, 0, i, bound);
            assertTrue(value >= 0 && value < bound);
            thirds[(int) (value / (1L << 61))]++;
        }
        checkEven(thirds);
    }

    @Test
    void permutationsAreEven() {
        Map<String, Integer> counts = new HashMap<>();
        for (int key = 0; key < 24_000; key++) {
            counts.merge(Arrays.toString(Philox.permutation(key, 1, 4)), 1, Integer::sum);
        }
        assertEquals(24, counts.size());
        checkEven(counts.values().stream().mapToLong(count -> count).toArray());
    }

    @Test
    void permutationIsAFunctionOfItsArguments() {
        long[] order = Philox.permutation(KEY, 2, 5000);
        assertArrayEquals(order, Philox.permutation(KEY, 2, 5000));
        assertNotEquals(Arrays.toString(order), Arrays.toString(Philox.permutation(KEY, 3, 5000)));
        long[] sorted = order.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            assertEquals(i, sorted[i]);
        }
        assertEquals(0, Philox.permutation(KEY, 2, 0).length);
        assertArrayEquals(new long[] {0}, Philox.permutation(KEY, 2, 1));
    }

    @Test
    void wrongArguments() {
        MemorySegment dst = segment(16, DType.F32);
        assertMessage("uniform numbers are f32 or f64, not i32", () -> Philox.uniform(0, 0, 0, dst, 0, 1, DType.I32));
        assertMessage("random bits are i32 or i64, not u8", () -> Philox.bits(0, 0, 0, dst, 0, 1, DType.U8));
        assertMessage(
                "whole numbers are i32, i64 or u8, not bool",
                () -> Philox.bounded(0, 0, 0, dst, 0, 1, DType.BOOL, 0, 2));
        assertMessage("the bound of random whole numbers is 0; it must be positive", () -> Philox.bounded(0, 0, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> Philox.uniform(0, 0, 0, dst, 10, 7, DType.F32));
    }

    private static void assertMessage(String expected, Runnable action) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
