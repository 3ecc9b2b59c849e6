package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** What takes one of several numbers gives them back as they are: in their type, and NaN too. */
class SelectingTest {
    private final Tensor mask = Tensor.of(new boolean[] {true, false, true});

    @Test
    void whereHasTheTypeOfWhatItTakes() {
        for (DType type : DType.values()) {
            Tensor ones = Tensor.ones(type, 3);
            Tensor zeros = Tensor.zeros(type, 3);
            for (DType asked : DType.values()) {
                Tensor chosen = mask.to(asked).where(ones, zeros);
                assertEquals(type, chosen.dtype(), asked + " chooses");
                assertArrayEquals(new double[] {1, 0, 1}, chosen.toDoubleArray());
            }
            assertEquals(type, zeros.maskedFill(mask, 1).dtype());
            assertEquals(type, Tensor.ones(type, 2, 2).tril(0).dtype());
        }
        assertEquals(
                DType.F64,
                mask.where(Tensor.ones(DType.U8, 3), Tensor.ones(DType.F64, 3)).dtype());
        Tensor half = Tensor.of(new double[] {.5, 0, -.1});
        assertArrayEquals(
                new long[] {7, 1, 7},
                half.where(Tensor.full(DType.I64, 7), Tensor.full(DType.I64, 1)).toLongArray());
    }

    @Test
    void theGradientGoesToTheSideTaken() {
        try (var tape = Tape.open()) {
            Tensor then = Tensor.ones(3).asParameter();
            Tensor otherwise = Tensor.ones(DType.F64, 3).asParameter();
            Tensor sum = mask.where(then, otherwise).sum();
            assertArrayEquals(new float[] {1, 0, 1}, tape.gradient(sum, then).toFloatArray());
            assertArrayEquals(
                    new double[] {0, 1, 0}, tape.gradient(sum, otherwise).toDoubleArray());
        }
    }

    @Test
    void extremesPassNaNOn() {
        Tensor x = Tensor.of(new float[] {Float.NaN, 1, -1});
        for (Tensor y : new Tensor[] {x.minimum(Double.NaN), x.maximum(Double.NaN)}) {
            assertArrayEquals(new float[] {Float.NaN, Float.NaN, Float.NaN}, y.toFloatArray());
        }
        assertArrayEquals(new float[] {Float.NaN, 0, -1}, x.minimum(0).toFloatArray());
        assertArrayEquals(new float[] {Float.NaN, 1, 0}, x.maximum(0).toFloatArray());
        assertArrayEquals(new long[] {0, 1, 1}, Tensor.arange(3).minimum(1).toLongArray());
        try (var tape = Tape.open()) {
            Tensor v = Tensor.of(new float[] {-1, 0, 1}).asParameter();
            assertArrayEquals(
                    new float[] {0, 1, 1}, tape.gradient(v.maximum(0).sum(), v).toFloatArray());
            assertArrayEquals(
                    new float[] {1, 1, 0}, tape.gradient(v.minimum(0).sum(), v).toFloatArray());
        }
    }

    @Test
    void theLargerOfTruthValuesIsATruthValue() {
        Tensor x = Tensor.of(new boolean[] {false, false, true, true});
        Tensor y = Tensor.of(new boolean[] {false, true, false, true});
        for (Tensor each : new Tensor[] {x.maximum(y), x.minimum(y)}) {
            assertEquals(DType.BOOL, each.dtype());
        }
        assertArrayEquals(new double[] {0, 1, 1, 1}, x.maximum(y).toDoubleArray());
        assertArrayEquals(new double[] {0, 0, 0, 1}, x.minimum(y).toDoubleArray());
        assertEquals(DType.I32, x.maximum(y.to(DType.I32)).dtype());
    }
}
