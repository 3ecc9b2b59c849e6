package org.culebra.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Makes IDX files for tests. */
public final class IdxFiles {
    private IdxFiles() {}

    /** An IDX file of bytes; how many there are is not checked. */
    public static byte[] idx(int[] dims, int... values) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + values.length);
        file.put(new byte[] {0, 0, 8, (byte) dims.length});
        for (int dim : dims) {
            file.putInt(dim);
        }
        for (int value : values) {
            file.put((byte) value);
        }
        return file.array();
    }

    /** The same, compressed. */
    public static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Images of 28×28 with a bright bar whose place is the class, and their labels: classes 0 to 9 in turn. */
    public static void writeBars(Path folder, String prefix, int count) throws IOException {
        int[] pixels = new int[count * 28 * 28];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
            for (int column = 0; column < 28; column++) {
                pixels[(i * 28 + 2 * labels[i] + 3) * 28 + column] = 255 - i % 7;
            }
        }
        Files.createDirectories(folder);
        Files.write(folder.resolve(prefix + "-images-idx3-ubyte.gz"), gzip(idx(new int[] {count, 28, 28}, pixels)));
        Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), idx(new int[] {count}, labels));
    }

    /** A data set under the names of MNIST and Fashion-MNIST. */
    public static void writeBars(Path folder, int training, int test) throws IOException {
        writeBars(folder, "train", training);
        writeBars(folder, "t10k", test);
    }
}
