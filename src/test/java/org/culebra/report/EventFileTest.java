package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read back by a reader of its own, written from the formats' definitions: it shares no line with what wrote the files. */
class EventFileTest {
    @TempDir
    Path folder;

    /** A field of a protobuf message: {@code long}, its bits if it is fixed, or bytes. */
    record Field(int number, int wireType, long bits, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        double f64() {
            return Double.longBitsToDouble(bits);
        }

        float f32() {
            return Float.intBitsToFloat((int) bits);
        }

        List<Field> fields() {
            return EventFileTest.fields(bytes);
        }
    }

    private static List<Field> fields(byte[] message) {
        var in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        var fields = new ArrayList<Field>();
        while (in.hasRemaining()) {
            long key = varint(in);
            int number = (int) (key >> 3);
            int type = (int) (key & 7);
            fields.add(
                    switch (type) {
                        case 0 -> new Field(number, type, varint(in), new byte[0]);
                        case 1 -> new Field(number, type, in.getLong(), new byte[0]);
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(in)];
                            in.get(bytes);
                            yield new Field(number, type, 0, bytes);
                        }
                        case 5 -> new Field(number, type, in.getInt(), new byte[0]);
                        default -> throw new AssertionError("wire type " + type);
                    });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static Field only(List<Field> fields, int number) {
        List<Field> found =
                fields.stream().filter(field -> field.number() == number).toList();
        assertEquals(1, found.size(), () -> "field " + number + " of " + fields);
        return found.getFirst();
    }

    /** Bit by bit: the polynomial of Castagnoli, reflected. */
    private static int maskedCrc(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static List<List<Field>> events(Path file) throws IOException {
        var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var events = new ArrayList<List<Field>>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(maskedCrc(length), in.getInt(), "CRC of the length");
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertEquals(maskedCrc(data), in.getInt(), "CRC of the data");
            events.add(fields(data));
        }
        return events;
    }

    private static List<Field> value(List<Field> event) {
        return only(only(event, 5).fields(), 1).fields();
    }

    @Test
    void theCrcOfTheReaderIsCastagnolis() {
        // RFC 3720, B.4: 32 bytes of zeros have the CRC 0x8a9136aa
        int crc = 0x8a9136aa;
        assertEquals(((crc >>> 15) | (crc << 17)) + 0xa282ead8, maskedCrc(new byte[32]));
    }

    @Test
    void startsWithTheBytesOfTensorFlowsOwnFiles() throws IOException {
        Path path;
        Instant instant = Instant.ofEpochSecond(1_700_000_000L);
        try (var file = EventFile.create(folder, Clock.fixed(instant, ZoneOffset.UTC))) {
            path = file.path();
        }
        byte[] bytes = Files.readAllBytes(path);
        // length 24 and its CRC, as every file of TensorFlow's begins; wall time; "brain.Event:2"
        String golden = "1800000000000000" + "a37f4b22" + "09" + "00000040fc54d941" + "1a0d"
                + HexFormat.of().formatHex("brain.Event:2".getBytes(StandardCharsets.UTF_8));
        assertEquals(golden, HexFormat.of().formatHex(bytes, 0, bytes.length - 4));
        assertEquals(1, events(path).size());
        assertTrue(path.getFileName().toString().startsWith("events.out.tfevents.1700000000."), path::toString);
    }

    @Test
    void scalars() throws IOException {
        Path path;
        try (var file = EventFile.create(folder)) {
            path = file.path();
            file.scalar("train/loss", 300, 0.25);
            file.scalar("train/loss", 301, Double.NaN);
        }
        var events = events(path);
        assertEquals(3, events.size());
        assertEquals(300, only(events.get(1), 2).bits());
        assertEquals("train/loss", only(value(events.get(1)), 1).text());
        assertEquals(.25f, only(value(events.get(1)), 2).f32());
        assertTrue(Float.isNaN(only(value(events.get(2)), 2).f32()));
        double age = System.currentTimeMillis() / 1e3 - only(events.get(1), 1).f64();
        assertTrue(age > -1 && age < 60, "wall time in seconds");
    }

    @Test
    void texts() throws IOException {
        Path path;
        try (var file = EventFile.create(folder)) {
            path = file.path();
            file.text("configuration", 0, "**grün** 😀");
        }
        List<Field> value = value(events(path).get(1));
        assertEquals("text", only(only(only(value, 9).fields(), 1).fields(), 1).text());
        List<Field> tensor = only(value, 8).fields();
        assertEquals(7, only(tensor, 1).bits(), "DT_STRING");
        assertEquals(1, only(only(only(tensor, 2).fields(), 2).fields(), 1).bits(), "shape [1]");
        assertEquals("**grün** 😀", only(tensor, 8).text());
    }

    @Test
    void images() throws IOException {
        byte[] png = RunFixtures.png(RunFixtures.garment(new Random(1)));
        Path path;
        try (var file = EventFile.create(folder)) {
            path = file.path();
            file.image("mistakes/0", 7, png);
            byte[] none = "GIF89a".getBytes(StandardCharsets.US_ASCII);
            var error = assertThrows(IllegalArgumentException.class, () -> file.image("a", 7, none));
            assertEquals(
                    "image 'a': these 6 bytes are no PNG file; hint: ImageIO.write(picture, \"png\", stream) makes one",
                    error.getMessage());
        }
        List<Field> image = only(value(events(path).get(1)), 4).fields();
        assertEquals(28, only(image, 1).bits());
        assertEquals(28, only(image, 2).bits());
        assertEquals(1, only(image, 3).bits(), "grey");
        assertArrayEquals(png, only(image, 4).bytes());
    }

    @Test
    void histograms() throws IOException {
        double[] values = new Random(3).doubles(1000, -1, 3).toArray();
        values[17] = Double.NaN;
        Path path;
        try (var file = EventFile.create(folder)) {
            path = file.path();
            file.histogram("weights", 1, values);
            file.histogram("same", 2, new double[] {5, 5});
            file.histogram("none", 3, new double[0]);
            file.histogram("wide", 4, new double[] {-Double.MAX_VALUE, Double.MAX_VALUE});
        }
        List<Field> histogram = only(value(events(path).get(1)), 5).fields();
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        assertEquals(
                Arrays.stream(finite).min().orElseThrow(), only(histogram, 1).f64());
        assertEquals(
                Arrays.stream(finite).max().orElseThrow(), only(histogram, 2).f64());
        assertEquals(999, only(histogram, 3).f64());
        assertEquals(Arrays.stream(finite).sum(), only(histogram, 4).f64(), 1e-9);
        double[] limits = doubles(only(histogram, 6).bytes());
        double[] counts = doubles(only(histogram, 7).bytes());
        assertEquals(30, limits.length);
        assertEquals(999, Arrays.stream(counts).sum());
        for (int i = 0; i < limits.length; i++) {
            double from = i == 0 ? Double.NEGATIVE_INFINITY : limits[i - 1];
            double to = limits[i];
            long inside = Arrays.stream(finite).filter(v -> v > from && v <= to).count();
            assertEquals((double) inside, counts[i], 1, "bucket " + i);
        }
        List<Field> same = only(value(events(path).get(2)), 5).fields();
        assertArrayEquals(new double[] {2}, doubles(only(same, 7).bytes()));
        List<Field> wide = only(value(events(path).get(4)), 5).fields();
        assertEquals(2, Arrays.stream(doubles(only(wide, 7).bytes())).sum());
        assertTrue(Arrays.stream(doubles(only(wide, 6).bytes())).allMatch(Double::isFinite));
    }

    private static double[] doubles(byte[] packed) {
        var in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
        double[] values = new double[in.remaining()];
        in.get(values);
        return values;
    }

    @Test
    void aResumedRunAddsAFileAndLeavesTheFirstAlone() throws IOException {
        var clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000L), ZoneOffset.UTC);
        Path first;
        try (var file = EventFile.create(folder.resolve("run"), clock)) {
            file.scalar("loss", 1, 2);
            first = file.path();
        }
        byte[] before = Files.readAllBytes(first);
        try (var file = EventFile.create(folder.resolve("run"), clock)) {
            file.scalar("loss", 2, 1);
            assertTrue(file.path().compareTo(first) > 0, "TensorBoard reads files in the order of their names");
            assertEquals(2, events(file.path()).size());
        }
        assertArrayEquals(before, Files.readAllBytes(first));
    }

    @Test
    void whatIsWrittenIsInTheFileAtOnce() throws IOException {
        try (var file = EventFile.create(folder)) {
            file.scalar("loss", 1, 2);
            assertEquals(2, events(file.path()).size());
        }
    }
}
