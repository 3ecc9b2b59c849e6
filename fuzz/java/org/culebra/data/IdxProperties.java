package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.culebra.tensor.Tensor;

/** Whatever bytes a file has, reading it ends with its numbers or with one sentence about the file. */
class IdxProperties {
    private static Tensor read(byte[] file) throws IOException {
        return Idx.read(new ByteArrayInputStream(file), "file");
    }

    @Property(seed = "20261123")
    void whatWasWrittenIsRead(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 5) Integer> sizes, @ForAll boolean zipped)
            throws IOException {
        int[] dims = sizes.stream().mapToInt(Integer::intValue).toArray();
        int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        int[] values = IntStream.range(0, size).map(i -> (i * 31) & 0xff).toArray();
        byte[] file = IdxFiles.idx(dims, values);
        Tensor tensor = read(zipped ? IdxFiles.gzip(file) : file);
        assertArrayEquals(
                Arrays.stream(dims).asLongStream().toArray(), tensor.shape().dims());
        assertArrayEquals(values, tensor.toIntArray());
    }

    @Property(seed = "20261123")
    void damageIsNoticedOrHarmless(
            @ForAll boolean zipped,
            @ForAll @IntRange(min = 0, max = 200) int position,
            @ForAll byte value,
            @ForAll @IntRange(min = -3, max = 3) int longer) {
        byte[] file = IdxFiles.idx(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        byte[] whole = zipped ? IdxFiles.gzip(file) : file;
        byte[] damaged = Arrays.copyOf(whole, whole.length + longer);
        damaged[position % damaged.length] = value;
        try {
            Tensor tensor = read(damaged);
            // Numbers of a plain file can change unnoticed, and dimensions if the length changes with them; gzip has a
            // checksum.
            assertEquals(zipped ? 6 : damaged.length - 12L, tensor.size());
            assertTrue(!zipped || Arrays.equals(new int[] {1, 2, 3, 4, 5, 6}, tensor.toIntArray()));
        } catch (IOException e) {
            oneSentence(e);
        }
    }

    @Property(seed = "20261123")
    void anyBytesAreAFileOrASentence(@ForAll byte[] bytes, @ForAll @IntRange(min = 0, max = 4) int likeness) {
        byte[] file = bytes.clone();
        byte[] magic = {0, 0, 8, 1};
        System.arraycopy(magic, 0, file, 0, Math.min(likeness, file.length));
        try {
            Tensor tensor = read(file);
            assertEquals(file.length - 4L - 4L * file[3], tensor.size());
        } catch (IOException e) {
            oneSentence(e);
        }
    }

    private static void oneSentence(IOException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("file ") && message.lines().count() == 1, message);
    }
}
