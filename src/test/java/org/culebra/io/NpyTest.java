package org.culebra.io;

import static org.culebra.io.SafetensorsTest.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Npy and Npz. The texts in base 64 are files that NumPy 2.4 wrote. */
final class NpyTest {
    private static final String QUARTERS =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzog"
                    + "KDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPgAAAD8A"
                    + "AEA/AACAPwAAoD8=";
    private static final String COLUMN_MAJOR_VERSION_2 =
            "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAzLCA0KSwgfSAgICAgICAg"
                    + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAChAAAAAAAAAEEAAAAAAAAAwQ"
                    + "AAAAAAAACBAAAAAAAAANEAAAAAAAADwPwAAAAAAACpAAAAAAAAAFEAAAAAAAAAxQAAAAAAAACJAAAAAAAAANUAAAAAAAAAAQAAAAAAAAC"
                    + "xAAAAAAAAAGEAAAAAAAAAyQAAAAAAAACRAAAAAAAAANkAAAAAAAAAIQAAAAAAAAC5AAAAAAAAAHEAAAAAAAAAzQAAAAAAAACZAAAAAAA"
                    + "AAN0A=";
    private static final String VERSION_3 =
            "k05VTVBZAwB0AAAAeydkZXNjcic6ICc8aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUn"
                    + "OiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAAP7/////"
                    + "////AwAAAAAAAAA=";
    private static final String TRUE =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCks"
                    + "IH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoB";
    private static final String EMPTY =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDAs"
                    + "IDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo=";
    private static final String HALVES =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzog"
                    + "KDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIApmLv/7AHwBAAB+AGg=";
    private static final String COLUMN_MAJOR_HALVES =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAo"
                    + "MiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIApVNVU9VTmrPgA8AEA=";
    private static final String COMPRESSED_NPZ =
            "UEsDBC0AAAAIAAAAIQAKnACk//////////8KABQAd2VpZ2h0Lm5weQEAEACYAAAAAAAAAFYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWg"
                    + "bpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxpo6CrUKZAMuBjBosAMS9gwMDkDcAMQL7AFQSwMELQAAAAgAAAAhA"
                    + "OgQeIT//////////wgAFABiaWFzLm5weQEAEACIAAAAAAAAAEsAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoq6joJ6WX1RSlJ"
                    + "gXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALnYGBgYOIAYAUEsBAi0DLQAAAAgAAAAhAAqcAKRWAAAAmAAAAAoAAAAAAAAAAAA"
                    + "AAIABAAAAAHdlaWdodC5ucHlQSwECLQMtAAAACAAAACEA6BB4hEsAAACIAAAACAAAAAAAAAAAAAAAgAGSAAAAYmlhcy5ucHlQSwUGAAAA"
                    + "AAIAAgBuAAAAFwEAAAAA";

    @TempDir
    private Path folder;

    private Path numpy(String base64) throws IOException {
        return Files.write(folder.resolve("numpy"), Base64.getDecoder().decode(base64));
    }

    private static Tensor quarters() {
        return Tensor.of(new float[] {0, .25f, .5f, .75f, 1, 1.25f}, 2, 3);
    }

    @Test
    void readsWhatNumpyWrites() throws IOException {
        assertSame(quarters(), Npy.read(numpy(QUARTERS)));
        assertSame(Tensor.arange(DType.F64, 0, 24, 1).reshape(2, 3, 4), Npy.read(numpy(COLUMN_MAJOR_VERSION_2)));
        assertSame(Tensor.of(new long[] {1, -2, 3}), Npy.read(numpy(VERSION_3)));
        assertSame(Tensor.of(new boolean[] {true}).reshape(), Npy.read(numpy(TRUE)));
        assertSame(Tensor.zeros(DType.U8, 0, 3), Npy.read(numpy(EMPTY)));
        Map<String, Tensor> archive = Npz.read(numpy(COMPRESSED_NPZ));
        assertEquals(List.of("weight", "bias"), new ArrayList<>(archive.keySet()));
        assertSame(quarters(), archive.get("weight"));
        assertSame(Tensor.of(new int[] {7, 8}), archive.get("bias"));
    }

    @Test
    void writesWhatNumpyWrites() throws IOException {
        Path file = folder.resolve("a.npy");
        Npy.write(file, quarters());
        assertArrayEquals(Base64.getDecoder().decode(QUARTERS), Files.readAllBytes(file));
        Npy.write(file, Tensor.of(new boolean[] {true}).reshape());
        assertArrayEquals(Base64.getDecoder().decode(TRUE), Files.readAllBytes(file));
        Npy.write(file, Tensor.zeros(DType.U8, 0, 3));
        assertArrayEquals(Base64.getDecoder().decode(EMPTY), Files.readAllBytes(file));
    }

    private static Tensor halves() {
        float[] numbers = {.099975586f, -65504, Float.POSITIVE_INFINITY, 0x1p-24f, Float.NaN, 2048};
        return Tensor.of(numbers, 2, 3);
    }

    @Test
    void readsAndWritesHalfPrecisionAsNumpyDoes() throws IOException {
        assertSame(halves(), Npy.read(numpy(HALVES)));
        float[] thirds = {0x1.554p-2f, 0x1.554p-1f, 1, 0x1.554p0f, 0x1.aacp0f, 2};
        assertSame(Tensor.of(thirds, 2, 3), Npy.read(numpy(COLUMN_MAJOR_HALVES)));
        Path file = folder.resolve("a.npy");
        for (Tensor tensor : List.of(
                halves(),
                halves().to(DType.F64),
                halves().permute(1, 0).contiguous().transpose())) {
            Npy.write(file, tensor, Coding.F16);
            assertArrayEquals(Base64.getDecoder().decode(HALVES), Files.readAllBytes(file));
        }
        // NumPy rounds .1, 6e-8 and 2049, a tie, to the numbers above.
        double[] unrounded = {.1, -65504, Double.POSITIVE_INFINITY, 6e-8, Double.NaN, 2049};
        Npy.write(file, Tensor.of(unrounded, 2, 3), Coding.F16);
        assertArrayEquals(Base64.getDecoder().decode(HALVES), Files.readAllBytes(file));
    }

    @Test
    void onlyFloatingTensorsAreCodedAnotherWay() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("half", halves());
        tensors.put("label", Tensor.of(new long[] {1L << 60}));
        tensors.put("wide", Tensor.of(new double[] {1, .5}));
        Path file = folder.resolve("a.npz");
        Npz.write(file, tensors, Coding.F16);
        assertEquals(Map.of("half", Coding.F16, "label", Coding.I64, "wide", Coding.F16), Npz.codings(file));
        Map<String, Tensor> read = Npz.read(file);
        assertSame(halves(), read.get("half"));
        assertSame(Tensor.of(new long[] {1L << 60}), read.get("label"));
        assertSame(Tensor.of(new float[] {1, .5f}), read.get("wide"));
        Path single = folder.resolve("a.npy");
        Npy.write(single, Tensor.of(new int[] {7}), Coding.F16);
        assertSame(Tensor.of(new int[] {7}), Npy.read(single));
    }

    @Test
    void refusesCodingsThatNumpyLacks() {
        Path file = folder.resolve("a.npy");
        for (Coding coding : List.of(Coding.BF16, Coding.I64)) {
            String message = "npy: floating tensors cannot be written as " + coding + "; choose F64, F32 or F16";
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, () -> Npy.write(file, quarters(), coding))
                            .getMessage());
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, () -> Npz.write(file, Map.of(), coding))
                            .getMessage());
        }
        assertTrue(Files.notExists(file));
    }

    @Test
    void everyTypeAndLayoutComesBack() throws IOException {
        Path single = folder.resolve("a.npy");
        Path archive = folder.resolve("a.npz");
        var tensors = new LinkedHashMap<String, Tensor>();
        for (DType dtype : DType.values()) {
            Tensor cube = Tensor.arange(DType.F32, 0, 24, 1).reshape(2, 3, 4).to(dtype);
            tensors.put(dtype + "/plain", cube);
            tensors.put(dtype + "/turned", cube.permute(2, 0, 1).flip(1));
            tensors.put(dtype + "/vector", cube.flatten(0).slice(0, 1, 20, 3));
        }
        for (Tensor tensor : tensors.values()) {
            Npy.write(single, tensor);
            assertSame(tensor, Npy.read(single));
        }
        Npz.write(archive, tensors);
        byte[] first = Files.readAllBytes(archive);
        Map<String, Tensor> read = Npz.read(archive);
        assertEquals(new ArrayList<>(tensors.keySet()), new ArrayList<>(read.keySet()));
        tensors.forEach((name, tensor) -> assertSame(tensor, read.get(name)));
        Npz.write(archive, read);
        assertArrayEquals(first, Files.readAllBytes(archive));
    }

    /** The bytes of a version 1 file with this dictionary. */
    private static byte[] npy(String dictionary, byte... data) {
        var bytes = new ByteArrayOutputStream();
        byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
        bytes.writeBytes(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, (byte) (text.length >> 8)});
        bytes.writeBytes(text);
        bytes.writeBytes(data);
        return bytes.toByteArray();
    }

    @Test
    void dictionariesMayBeWrittenInOtherWays() throws IOException {
        for (String dictionary : List.of(
                "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"|u1\"}",
                "{ 'fortran_order' : True , 'shape' : ( 2L , ) , 'descr' : '|u1' , }\n")) {
            Path file = Files.write(folder.resolve("a.npy"), npy(dictionary, (byte) 3, (byte) 4));
            assertSame(Tensor.of(new byte[] {3, 4}), Npy.read(file));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}"
                        + "~its numbers are of type '>f4'; supported are <f2, <f4, <f8, <i4, <i8, |u1 and |b1",
                "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}"
                        + "~its header is not a Python dictionary, expected a string at character 10 but found '['",
                "{'descr': '|u1', 'fortran_order': 0, 'shape': (4,)}"
                        + "~its header is not a Python dictionary, expected True or False at character 34 but found '0'",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4)}~its shape is a number and not a tuple",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2 2)}"
                        + "~its header is not a Python dictionary, expected a comma at character 53 but found '2'",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-4,)}"
                        + "~its header is not a Python dictionary, expected a whole number from 0 to 10^18 at character 51"
                        + " but found '-'",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'more': 'x'}~its header has an unknown key 'more'",
                "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (4,)}~its header has descr twice",
                "{'descr': '|u1', 'shape': (4,)}~its header lacks descr, fortran_order or shape",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} x"
                        + "~its header is not a Python dictionary, expected the end at character 56 but found 'x'",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)"
                        + "~its header is not a Python dictionary, expected '}' at character 54 but found the end",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999999, 99)}"
                        + "~its shape is of more bytes than can be counted",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}"
                        + "~it is truncated: the array needs 5 bytes but 4 are there",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}~1 bytes after the array belong to nothing",
                "{'descr': '|b1', 'fortran_order': False, 'shape': (4,)}~the array has a truth value of 2"
            })
    void refusesWhatIsMalformed(String dictionary, String message) throws IOException {
        assertRefused(npy(dictionary, (byte) 0, (byte) 1, (byte) 2, (byte) 0), message);
    }

    private void assertRefused(byte[] bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("a.npy"), bytes);
        assertEquals(
                file + " is not an npy file: " + message,
                assertThrows(FormatException.class, () -> Npy.read(file)).getMessage());
    }

    @Test
    void refusesWrongBeginnings() throws IOException {
        assertRefused(new byte[0], "the data ends after 0 bytes");
        assertRefused(
                "PK\3\4 something".getBytes(StandardCharsets.ISO_8859_1), "it does not begin with NumPy's magic word");
        byte[] bytes = npy("{}");
        bytes[6] = 4;
        assertRefused(bytes, "version 4.0 is not known");
        bytes[6] = 2;
        bytes[10] = (byte) 0xFF;
        bytes[11] = (byte) 0xFF;
        assertRefused(bytes, "a header of 4294901762 bytes is too long for an array of numbers");
        assertRefused(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 3, 0, 1, 0, 0, 0, (byte) 0xFF},
                "its header is not UTF-8");
        assertRefused(Arrays.copyOf(npy("{}"), 11), "the data ends after 1 bytes");
    }

    private String refusal(byte[] archive) throws IOException {
        Path file = Files.write(folder.resolve("a.npz"), archive);
        String message = String.valueOf(
                assertThrows(FormatException.class, () -> Npz.read(file)).getMessage());
        String start = file + " is not an npz file: ";
        assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
        return message.substring(start.length());
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    /** One entry, and a directory that lists it under many names: a few kilobytes that would come to any number of arrays. */
    private static byte[] listedOften(int times) throws IOException {
        byte[] once = zip("a0.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9000,)}", new byte[9000]));
        var in = ByteBuffer.wrap(once).order(ByteOrder.LITTLE_ENDIAN);
        int end = once.length - 22;
        int start = in.getInt(end + 16);
        var out = ByteBuffer.allocate(start + times * (end - start) + 22).order(ByteOrder.LITTLE_ENDIAN);
        out.put(once, 0, start);
        for (int i = 0; i < times; i++) {
            byte[] entry = Arrays.copyOfRange(once, start, end);
            entry[47] = (byte) ('0' + i);
            out.put(entry);
        }
        out.put(once, end, 22);
        out.putShort(out.limit() - 14, (short) times).putShort(out.limit() - 12, (short) times);
        out.putInt(out.limit() - 10, times * (end - start)).putInt(out.limit() - 6, start);
        return out.array();
    }

    @Test
    void refusesEntriesThatOverlap() throws IOException {
        assertEquals(
                Set.of("a0"),
                Npz.read(Files.write(folder.resolve("one.npz"), listedOften(1))).keySet());
        byte[] many = listedOften(9);
        assertEquals("its entries overlap: together they are longer than its " + many.length + " bytes", refusal(many));
    }

    @Test
    void refusesMalformedArchives() throws IOException {
        byte[] good = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", (byte) 1, (byte) 2);
        assertEquals("entry 'readme.txt' is not an array", refusal(zip("readme.txt", good)));
        assertEquals(
                "entry 'a.npy': bytes after the array belong to nothing",
                refusal(zip("a.npy", Arrays.copyOf(good, good.length + 1))));
        assertEquals(
                "entry 'a.npy': the data ends after 1 bytes",
                refusal(zip("a.npy", Arrays.copyOf(good, good.length - 1))));
        assertEquals(
                "entry 'a.npy': its 99999999999999 bytes cannot come from 65",
                refusal(zip("a.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999,)}")))
                        .replaceAll("from [0-9]+", "from 65"));
        assertEquals(
                "it is not a valid zip archive",
                refusal(Base64.getDecoder().decode(QUARTERS)).replaceAll(" \\(.*", ""));
        byte[] damaged = Base64.getDecoder().decode(COMPRESSED_NPZ);
        damaged[80] ^= 1;
        refusal(damaged);
    }
}
