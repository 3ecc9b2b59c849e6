package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodingTest {
    @TempDir
    private Path folder;

    private Tensor through(Coding coding, Tensor tensor) throws IOException {
        Path file = folder.resolve("t.safetensors");
        Safetensors.write(file, Map.of("t", tensor), Map.of(), coding);
        return Objects.requireNonNull(Safetensors.read(file).tensors().get("t"));
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyHalfPrecisionNumberComesBack(Coding coding) {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            float value = coding.widen((short) bits);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(coding.widen(coding.narrow(value))), Integer.toHexString(bits));
            } else {
                assertEquals((short) bits, coding.narrow(value), Integer.toHexString(bits));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void roundsToTheNearestAndTiesToEven(Coding coding) {
        // Neighbours: their midpoint, exact in f32, goes to the even one, and a little beside it to the nearer one.
        int infinity = coding.narrow(Float.POSITIVE_INFINITY);
        for (int bits = 0; bits < infinity - 1; bits++) {
            float low = coding.widen((short) bits);
            float high = coding.widen((short) (bits + 1));
            double middle = ((double) low + high) / 2;
            int even = bits + (bits & 1);
            assertEquals((short) even, coding.narrow(Coding.toOdd(middle)));
            assertEquals((short) bits, coding.narrow(Coding.toOdd(Math.nextDown(middle))));
            assertEquals((short) (bits + 1), coding.narrow(Coding.toOdd(Math.nextUp(middle))));
            assertEquals((short) (even | 0x8000), coding.narrow(Coding.toOdd(-middle)));
        }
    }

    @Test
    void whatIsTooLargeIsInfiniteAndNanStaysNan() throws IOException {
        double[] wild = {65519, 65520, -1e39, 1e-300, -0.0, Double.NaN, Double.NEGATIVE_INFINITY};
        float inf = Float.POSITIVE_INFINITY;
        assertArrayEquals(
                new float[] {65504, inf, -inf, 0, -0f, Float.NaN, -inf},
                through(Coding.F16, Tensor.of(wild)).toFloatArray());
        assertArrayEquals(
                new float[] {65536, 65536, -inf, 0, -0f, Float.NaN, -inf},
                through(Coding.BF16, Tensor.of(wild)).toFloatArray());
        float signalling = Float.intBitsToFloat(0x7F800001);
        assertArrayEquals(
                new float[] {Float.NaN, inf},
                through(Coding.BF16, Tensor.of(new float[] {signalling, Float.MAX_VALUE}))
                        .toFloatArray());
    }

    @Test
    void onlyFloatingTensorsAreCodedAnotherWay() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("odd", Tensor.of(new byte[] {1}));
        tensors.put("wide", Tensor.of(new double[] {1, .1}));
        tensors.put("turned", Tensor.arange(DType.F32, 0, 6, 1).reshape(2, 3).transpose());
        tensors.put("none", Tensor.zeros(DType.F32, 0, 2));
        tensors.put("label", Tensor.of(new long[] {1L << 60}));
        Path file = folder.resolve("model.safetensors");
        Safetensors.write(file, tensors, Map.of("k", "v"), Coding.BF16);
        assertEquals(
                Map.of(
                        "odd",
                        Coding.U8,
                        "wide",
                        Coding.BF16,
                        "turned",
                        Coding.BF16,
                        "none",
                        Coding.BF16,
                        "label",
                        Coding.I64),
                Safetensors.codings(file));
        Safetensors read = Safetensors.read(file);
        assertEquals(Map.of("k", "v"), read.metadata());
        assertEquals(tensors.keySet(), read.tensors().keySet());
        SafetensorsTest.assertSame(
                Tensor.of(new float[] {1, 0x1.9ap-4f}), read.tensors().get("wide"));
        for (String name : new String[] {"odd", "turned", "none", "label"}) {
            SafetensorsTest.assertSame(
                    Objects.requireNonNull(tensors.get(name)), read.tensors().get(name));
        }
    }

    @Test
    void f64AndF32AreChoicesToo() throws IOException {
        SafetensorsTest.assertSame(Tensor.of(new float[] {.1f}), through(Coding.F32, Tensor.of(new double[] {.1})));
        SafetensorsTest.assertSame(Tensor.of(new double[] {.1f}), through(Coding.F64, Tensor.of(new float[] {.1f})));
    }

    @Test
    void refusesCodingsThatAreNotFloating() {
        Path file = folder.resolve("t.safetensors");
        assertEquals(
                "safetensors: floating tensors cannot be written as I64; choose F64, F32, F16 or BF16",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Safetensors.write(file, Map.of(), Map.of(), Coding.I64))
                        .getMessage());
        assertTrue(Files.notExists(file));
    }
}
