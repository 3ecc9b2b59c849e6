package org.culebra.data;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0): 1,797
 * images of 8×8 pixels, 0 to 16, by 13 writers. They ship inside the jar.
 */
public final class Digits {
    /** The brightest pixel. */
    public static final int BRIGHTEST = 16;

    private static final String FILE = "digits.csv.gz";
    private static final int SIDE = 8;
    private static final int FIELDS = SIDE * SIDE + 1;
    private static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    /** Every fifth image is held out. */
    private static final int HELD_OUT = 5;

    private Digits() {}

    /** 1,438 images to learn from and 359 held out: every fifth of the file, so that every writer is in both parts. */
    public static Splits load() {
        byte[] rows = shipped();
        return new Splits(part("digits", rows, false), part("digits, held out", rows, true), "inside the jar");
    }

    private static byte[] shipped() {
        try (InputStream in = Digits.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the jar");
            }
            return parse(new GZIPInputStream(in), FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dataset part(String name, byte[] rows, boolean heldOut) {
        var pixels = new ByteArrayOutputStream();
        var labels = new ByteArrayOutputStream();
        for (int row = 0; row * FIELDS < rows.length; row++) {
            if ((row % HELD_OUT == HELD_OUT - 1) == heldOut) {
                pixels.write(rows, row * FIELDS, FIELDS - 1);
                labels.write(rows, (row + 1) * FIELDS - 1, 1);
            }
        }
        return new Dataset(
                name,
                Tensor.of(pixels.toByteArray(), labels.size(), 1, SIDE, SIDE),
                Tensor.of(labels.toByteArray(), labels.size()).to(DType.I64),
                CLASSES);
    }

    /**
     * Lines of 64 pixels and the digit, one after the other.
     *
     * @throws MalformedDataException if a line has another number of fields, or a field is out of range
     */
    static byte[] parse(InputStream in, String name) throws IOException {
        var rows = new ByteArrayOutputStream();
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String[] fields = line.split(",", -1);
            if (fields.length != FIELDS) {
                throw new MalformedDataException(
                        name, "has " + fields.length + " fields in line " + number + " instead of " + FIELDS);
            }
            for (int i = 0; i < FIELDS; i++) {
                rows.write(field(fields[i], i < FIELDS - 1 ? BRIGHTEST : CLASSES.size() - 1, name, number));
            }
        }
        return rows.toByteArray();
    }

    private static int field(String text, int largest, String name, int line) throws MalformedDataException {
        try {
            int value = Integer.parseInt(text);
            if (value >= 0 && value <= largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new MalformedDataException(
                name, "has '" + text + "' in line " + line + " where a number from 0 to " + largest + " belongs");
    }
}
