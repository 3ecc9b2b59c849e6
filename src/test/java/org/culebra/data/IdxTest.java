package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    private static final byte[] IMAGES =
            IdxFiles.idx(new int[] {2, 2, 3}, 0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255);

    private static Tensor read(byte[] file) throws IOException {
        return Idx.read(new ByteArrayInputStream(file), "images");
    }

    private static void malformed(String message, byte[] file) {
        assertEquals(
                message,
                assertThrows(MalformedDataException.class, () -> read(file)).getMessage());
    }

    private static byte[] with(int position, int value) {
        byte[] changed = IMAGES.clone();
        changed[position] = (byte) value;
        return changed;
    }

    @Test
    void plainAndGzippedAreReadTheSame() throws IOException {
        for (byte[] file : new byte[][] {IMAGES, IdxFiles.gzip(IMAGES)}) {
            Tensor images = read(file);
            assertEquals(DType.U8, images.dtype());
            assertArrayEquals(new long[] {2, 2, 3}, images.shape().dims());
            assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255}, images.toIntArray());
        }
    }

    @Test
    void zeroElementsAreFine() throws IOException {
        assertArrayEquals(
                new long[] {0, 28, 28},
                read(IdxFiles.idx(new int[] {0, 28, 28})).shape().dims());
    }

    @Test
    void whatIsNotIdxIsRefused() {
        malformed("images is empty", new byte[0]);
        malformed("images is cut short: it ends within its header", Arrays.copyOf(IMAGES, 3));
        malformed("images is cut short: it ends within its header", Arrays.copyOf(IMAGES, 15));
        malformed("images is not an IDX file: it begins with 89 00 08 03, not with 00 00 08", with(0, 0x89));
        malformed("images is not an IDX file: it begins with 00 01 08 03, not with 00 00 08", with(1, 1));
        malformed("images is not an IDX file: it begins with 00 00 08 00, not with 00 00 08", with(3, 0));
        malformed("images holds elements of IDX type 0x0d; only unsigned bytes, type 0x08, can be read", with(2, 0x0d));
    }

    @Test
    void theSizeMustBeAsAnnounced() {
        malformed(
                "images is cut short: 2×2×3 = 12 bytes announced, 11 there", Arrays.copyOf(IMAGES, IMAGES.length - 1));
        malformed(
                "images goes on after the 2×2×3 = 12 bytes that it announces",
                Arrays.copyOf(IMAGES, IMAGES.length + 1));
        malformed("images is cut short: 7 bytes announced, 2 there", IdxFiles.idx(new int[] {7}, 1, 2));
        malformed(
                "images announces 4294967295×4294967295×4294967295 bytes, more than can be read",
                IdxFiles.idx(new int[] {-1, -1, -1}));
        malformed("images announces 65536×32768 bytes, more than can be read", IdxFiles.idx(new int[] {65536, 32768}));
    }

    @Test
    void damagedGzipIsRefused() {
        byte[] gzipped = IdxFiles.gzip(IMAGES);
        malformed("images is cut short: its gzip data end too early", Arrays.copyOf(gzipped, gzipped.length - 1));
        malformed("images is cut short: its gzip data end too early", Arrays.copyOf(gzipped, 5));
        byte[] changed = gzipped.clone();
        changed[gzipped.length - 8] ^= 1; // the checksum
        malformed("images is damaged: its gzip data cannot be unpacked", changed);
        byte[] method = gzipped.clone();
        method[2] = 7;
        malformed("images is damaged: its gzip data cannot be unpacked", method);
    }

    @Test
    void bytesAfterTheGzipDataAreRefused() throws IOException {
        // Sizes about those of a trailer, of a header with a trailer, and of the buffer that is read through.
        byte[] gzipped = IdxFiles.gzip(IMAGES);
        for (int more : new int[] {1, 7, 8, 9, 18, 19, 26, 27, 1000, 1 << 16, (1 << 16) + 3}) {
            for (byte filling : new byte[] {0, 7}) {
                byte[] longer = Arrays.copyOf(gzipped, gzipped.length + more);
                Arrays.fill(longer, gzipped.length, longer.length, filling);
                malformed("images goes on after its gzip data", longer);
            }
        }
        byte[] large = new byte[1 << 16];
        new SplittableRandom(1).nextBytes(large);
        // The end of the gzip data at every place of the buffer's end.
        for (int less = 0; less < 64; less++) {
            int size = (1 << 16) - 64 + less;
            byte[] content = Arrays.copyOf(large, size);
            System.arraycopy(IdxFiles.idx(new int[] {size - 8}), 0, content, 0, 8);
            byte[] packed = IdxFiles.gzip(content);
            assertEquals(size - 8, read(packed).size());
            malformed("images goes on after its gzip data", Arrays.copyOf(packed, packed.length + 1));
        }
        byte[] twice = Arrays.copyOf(gzipped, 2 * gzipped.length);
        System.arraycopy(gzipped, 0, twice, gzipped.length, gzipped.length);
        malformed("images goes on after the 2×2×3 = 12 bytes that it announces", twice);
    }

    @Test
    void missingFilesAndFoldersAreNamed(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none");
        assertEquals(
                missing.toString(),
                assertThrows(NoSuchFileException.class, () -> Idx.read(missing)).getMessage());
        assertEquals(
                folder + " is a folder, not an IDX file",
                assertThrows(MalformedDataException.class, () -> Idx.read(folder))
                        .getMessage());
        Path file = Files.write(folder.resolve("short"), Arrays.copyOf(IMAGES, 20));
        assertEquals(
                file + " is cut short: 2×2×3 = 12 bytes announced, 4 there",
                assertThrows(MalformedDataException.class, () -> Idx.read(file)).getMessage());
    }
}
