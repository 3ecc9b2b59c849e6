package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversionTest {
    @TempDir
    private Path folder;

    private static Map<String, Tensor> everyType() {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("0.weight", Tensor.of(new float[] {1, Float.NaN, -0f, 4}, 2, 2));
        tensors.put("f64", Tensor.of(new double[] {.1}));
        tensors.put("i32", Tensor.of(new int[] {-7}));
        tensors.put("größe", Tensor.of(new long[] {1L << 60}, 1).reshape());
        tensors.put("u8", Tensor.of(new byte[] {-1, 0}, 2, 1));
        tensors.put("bool", Tensor.of(new boolean[] {true, false}));
        return tensors;
    }

    private static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
        expected.forEach((name, tensor) -> SafetensorsTest.assertSame(tensor, actual.get(name)));
    }

    @Test
    void thereAndBackNothingIsLost() throws IOException {
        Path first = folder.resolve("a.safetensors");
        Path middle = folder.resolve("a.NPZ");
        Path last = folder.resolve("b.safetensors");
        Safetensors.write(first, everyType());
        assertEquals(List.of(), Conversion.convert(first, middle));
        assertSame(everyType(), Npz.read(middle));
        assertEquals(List.of(), Conversion.convert(middle, last));
        assertSame(everyType(), Safetensors.read(last).tensors());
        assertEquals(-1, Files.mismatch(first, last));
    }

    @Test
    void saysWhatTheOtherFormatCannotHold() throws IOException {
        Path from = folder.resolve("a.safetensors");
        Path to = folder.resolve("a.npz");
        Safetensors.write(from, everyType(), Map.of("format", "pt", "epoch", "3"), Coding.BF16);
        assertEquals(
                List.of(
                        "npz has no place for notes; left out: epoch, format",
                        "2 of 6 tensors were BF16, which npz has not, and are f32 now"),
                Conversion.convert(from, to));
        assertSame(Safetensors.read(from).tensors(), Npz.read(to));
        assertEquals(Coding.F32, Npz.codings(to).get("f64"));
    }

    @Test
    void halfPrecisionStaysHalf() throws IOException {
        Path first = folder.resolve("a.safetensors");
        Path middle = folder.resolve("a.npz");
        Path last = folder.resolve("b.safetensors");
        Safetensors.write(first, everyType(), Map.of(), Coding.F16);
        assertEquals(List.of(), Conversion.convert(first, middle));
        assertEquals(Safetensors.codings(first), Npz.codings(middle));
        assertEquals(List.of(), Conversion.convert(middle, last));
        assertEquals(-1, Files.mismatch(first, last));
    }

    @Test
    void refusesNamesThatDoNotSayWhatToDo() {
        Path from = folder.resolve("a.npz");
        Path other = folder.resolve("b.npz");
        Path unknown = folder.resolve("b.pt");
        assertEquals(
                "convert: " + from + " and " + other + " are of the same format; copy the file instead",
                assertThrows(IllegalArgumentException.class, () -> Conversion.convert(from, other))
                        .getMessage());
        for (List<Path> pair : List.of(List.of(from, unknown), List.of(unknown, from))) {
            assertEquals(
                    "convert: " + unknown + " must have a name that ends with .safetensors or .npz",
                    assertThrows(IllegalArgumentException.class, () -> Conversion.convert(pair.get(0), pair.get(1)))
                            .getMessage());
        }
    }

    @Test
    void aFileThatIsNotReadLeavesNothingBehind() throws IOException {
        Path from = folder.resolve("a.npz");
        Path to = folder.resolve("b.safetensors");
        assertThrows(NoSuchFileException.class, () -> Conversion.convert(from, to));
        Files.write(from, new byte[] {1, 2, 3});
        assertThrows(FormatException.class, () -> Conversion.convert(from, to));
        assertTrue(Files.notExists(to));
    }

    @Test
    void aNameThatIsTooLongForAnArchiveIsRefused() throws IOException {
        Path from = folder.resolve("a.safetensors");
        Path to = folder.resolve("a.npz");
        Tensor one = Tensor.of(new float[] {1});
        Safetensors.write(from, Map.of("é".repeat(32_500), one));
        Conversion.convert(from, to);
        assertEquals("é".repeat(32_500), Npz.read(to).keySet().iterator().next());
        Safetensors.write(from, Map.of("é".repeat(32_501), one));
        byte[] before = Files.readAllBytes(to);
        assertEquals(
                "npz: a name of 65002 bytes, '" + "é".repeat(80)
                        + "…', is longer than the 65000 that an archive can hold; use a shorter one",
                assertThrows(IllegalArgumentException.class, () -> Conversion.convert(from, to))
                        .getMessage());
        assertArrayEquals(before, Files.readAllBytes(to));
    }
}
