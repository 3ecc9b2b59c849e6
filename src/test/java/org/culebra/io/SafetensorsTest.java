package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void everyTypeAndLayoutComesBack() throws IOException {
        Tensor matrix = Tensor.arange(DType.F32, 0, 12, 1).reshape(3, 4);
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("flag", Tensor.of(new boolean[] {true, false, true}));
        tensors.put("matrix", matrix);
        tensors.put("transposed", matrix.transpose());
        tensors.put("flipped", matrix.flip(1).slice(0, 1, 3));
        tensors.put("repeated", Tensor.of(new double[] {1.5, -2}).expand(3, 2));
        tensors.put("scalar", Tensor.of(new long[] {Long.MIN_VALUE}, 1).reshape());
        tensors.put("empty", Tensor.zeros(DType.F64, 3, 0, 2));
        tensors.put("bytes \"größe\"\n", Tensor.of(new byte[] {0, -1, 7}));
        tensors.put("ints", Tensor.of(new int[] {1, -2, 3, -4}, 2, 2));
        tensors.put("odd", Tensor.of(new double[] {Double.NaN, -0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY}));
        Map<String, String> metadata = Map.of("format", "culebra", "epoch \\", "3");
        Safetensors.write(file, tensors, metadata);

        Safetensors read = Safetensors.read(file);
        assertEquals(metadata, read.metadata());
        assertEquals(
                new ArrayList<>(tensors.keySet()),
                new ArrayList<>(read.tensors().keySet()));
        tensors.forEach((name, tensor) -> assertSame(tensor, read.tensors().get(name)));
    }

    static void assertSame(Tensor expected, @Nullable Tensor actual) {
        if (actual == null) {
            throw new AssertionError("missing");
        }
        assertEquals(expected.dtype(), actual.dtype());
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
        assertArrayEquals(expected.toLongArray(), actual.toLongArray());
    }

    @Test
    void theFileIsAsTheFormatSays() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("b", Tensor.of(new byte[] {5}, 1));
        tensors.put("w", Tensor.of(new float[] {1, 2}, 1, 2));
        Safetensors.write(file, tensors, Map.of("k", "v"));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong();
        assertEquals(0, (8 + length) % 64);
        byte[] header = new byte[length];
        bytes.get(header);
        assertEquals(
                "{\"__metadata__\": {\"k\": \"v\"}, "
                        + "\"b\": {\"dtype\": \"U8\", \"shape\": [1], \"data_offsets\": [8, 9]}, "
                        + "\"w\": {\"dtype\": \"F32\", \"shape\": [1, 2], \"data_offsets\": [0, 8]}}",
                new String(header, StandardCharsets.UTF_8).strip());
        assertEquals(1, bytes.getFloat());
        assertEquals(2, bytes.getFloat());
        assertEquals(5, bytes.get());
        assertEquals(0, bytes.remaining());
    }

    @Test
    void noTensorsAtAll() throws IOException {
        Safetensors.write(file, Map.of());
        Safetensors read = Safetensors.read(file);
        assertEquals(Map.of(), read.tensors());
        assertEquals(Map.of(), read.metadata());
    }

    @Test
    void halfPrecisionIsWidened() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {1.5f, -65504, 0x1p-24f}) {
            data.putShort(Float.floatToFloat16(value));
        }
        for (float value : new float[] {1.5f, -0x1p100f, Float.POSITIVE_INFINITY}) {
            data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        writeRaw(
                "{'h':{'dtype':'F16','shape':[3],'data_offsets':[0,6]},"
                        + "'b':{'dtype':'BF16','shape':[3,1],'data_offsets':[6,12]}}",
                data.array());
        Map<String, Tensor> tensors = Safetensors.read(file).tensors();
        assertSame(Tensor.of(new float[] {1.5f, -65504, 0x1p-24f}), tensors.get("h"));
        assertSame(Tensor.of(new float[] {1.5f, -0x1p100f, Float.POSITIVE_INFINITY}, 3, 1), tensors.get("b"));
    }

    /** Writes a file with this header, quotes turned, and this data. */
    private void writeRaw(String header, byte... data) throws IOException {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Files.write(
                file,
                ByteBuffer.allocate(8 + text.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text)
                        .put(data)
                        .array());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | its header does not begin with '{'",
                "{'a':} | its header is not JSON: expected a value at character 5 but found '}'",
                "{'a':1} | tensor 'a' is not a JSON object",
                "{'__metadata__':{'a':1}} | metadata 'a' is not a string",
                "{'__metadata__':[]} | __metadata__ is not a JSON object",
                "{'a':{'dtype':'F32','shape':[1]}} | tensor 'a' must have dtype, shape and data_offsets, and nothing else",
                "{'a':{'dtype':'F8','shape':[1],'data_offsets':[0,4]}}"
                        + "| tensor 'a' has dtype 'F8'; supported are F64, F32, F16, BF16, I64, I32, U8 and BOOL",
                "{'a':{'dtype':7,'shape':[1],'data_offsets':[0,4]}} | tensor 'a' has a dtype that is not a string",
                "{'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}} | tensor 'a' has a shape that is not a list",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}"
                        + "| tensor 'a' has a shape with something else than a whole number from 0 to 10^18 in it",
                "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}"
                        + "| tensor 'a' has a shape with something else than a whole number from 0 to 10^18 in it",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4]}}"
                        + "| tensor 'a' has data_offsets that are not a begin and an end",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}"
                        + "| tensor 'a' has data_offsets that are not a begin and an end",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}"
                        + "| tensor 'a' needs 8 bytes for its shape but has 4",
                "{'a':{'dtype':'F32','shape':[999999999999,999999999999],'data_offsets':[0,4]}}"
                        + "| tensor 'a' has a shape of more bytes than can be counted",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[2],'data_offsets':[3,5]}}"
                        + "| tensors 'a' and 'b' overlap",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}} | bytes 0 to 2 belong to no tensor",
                "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}} | 1 bytes after the last tensor belong to nothing",
                "{'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}}"
                        + "| it is truncated: its tensors need 5 bytes but 4 are there",
                "{'a':{'dtype':'BOOL','shape':[4],'data_offsets':[0,4]}} | tensor 'a' has a truth value of 2",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'a':{}} | its header is not JSON: name 'a' comes twice"
            })
    void refusesWhatIsMalformed(String header, String message) throws IOException {
        writeRaw(header, (byte) 0, (byte) 1, (byte) 2, (byte) 0);
        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertEquals(
                file + " is not a safetensors file: " + message,
                assertThrows(FormatException.class, () -> Safetensors.read(file))
                        .getMessage());
    }

    @Test
    void refusesWrongLengths() throws IOException {
        Files.write(file, new byte[5]);
        assertRefused("it has only 5 bytes");
        for (long length : new long[] {0, 1, 3, -1, 1L << 40}) {
            Files.write(
                    file,
                    ByteBuffer.allocate(10)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .array());
            assertRefused("its header cannot have " + Long.toUnsignedString(length) + " bytes in a file of 10");
        }
        Files.write(file, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', (byte) 0xFF});
        assertRefused("its header is not UTF-8");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        Safetensors.write(file, Map.of("w", Tensor.ones(3, 3), "b", Tensor.ones(3)), Map.of("k", "v"));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(FormatException.class, () -> Safetensors.read(file));
        }
    }

    @Test
    void missingFilesAndFolders() {
        assertEquals(
                file + ": there is no such file",
                assertThrows(NoSuchFileException.class, () -> Safetensors.read(file))
                        .getMessage());
        assertEquals(
                folder + ": it is a folder and not a file",
                assertThrows(IOException.class, () -> Safetensors.read(folder)).getMessage());
    }

    @Test
    void refusesTheNameOfTheNotes() {
        Map<String, Tensor> tensors = Map.of("__metadata__", Tensor.ones(1));
        assertEquals(
                "safetensors: no tensor can be named __metadata__, which is where notes are",
                assertThrows(IllegalArgumentException.class, () -> Safetensors.write(file, tensors))
                        .getMessage());
        assertTrue(Files.notExists(file));
    }

    @Test
    void aFailedWriteKeepsTheOldFile() throws IOException {
        Safetensors.write(file, Map.of("w", Tensor.ones(2)));
        Tensor closed;
        try (var scope = Scope.open("gone")) {
            closed = Tensor.ones(1 << 20);
            assertTrue(scope.isOpen());
        }
        assertThrows(IllegalStateException.class, () -> Safetensors.write(file, Map.of("w", closed)));
        assertSame(Tensor.ones(2), Safetensors.read(file).tensors().get("w"));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    /** Another process cuts the file short once its header has been read. */
    private record Shrinking(FileChannel file, long rest) implements SeekableByteChannel {
        @Override
        public SeekableByteChannel position(long to) throws IOException {
            file.truncate(rest);
            return file.position(to);
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            return file.read(to);
        }

        @Override
        public int write(ByteBuffer from) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public SeekableByteChannel truncate(long to) {
            throw new AssertionError("a reader truncates nothing");
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsTruncated() throws IOException {
        Safetensors.write(file, Map.of("w", Tensor.zeros(DType.F32, 1000)));
        for (long lost : new long[] {1, 3999, 4000}) {
            byte[] whole = Files.readAllBytes(file);
            Path copy = Files.write(folder.resolve("copy"), whole);
            try (var channel = new Shrinking(
                    FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE), whole.length - lost)) {
                assertEquals(
                        "copy is not a safetensors file: the data ends after " + (4000 - lost) + " bytes",
                        assertThrows(FormatException.class, () -> Safetensors.read(channel, Path.of("copy")))
                                .getMessage());
            }
        }
    }
}
