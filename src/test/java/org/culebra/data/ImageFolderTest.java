package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.culebra.tensor.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    private Path root;

    /** A picture of two halves, left and right. */
    static void write(Path file, int width, int height, int left, int right) throws IOException {
        Files.createDirectories(file.getParent());
        String name = file.toString();
        boolean png = name.toLowerCase(java.util.Locale.ROOT).endsWith("png");
        var picture = new BufferedImage(width, height, png ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, x < width / 2 ? left : right);
            }
        }
        assertTrue(ImageIO.write(picture, png ? "png" : "jpg", file.toFile()));
    }

    @Test
    void foldersAreClassesAndPicturesAreRead() throws IOException {
        write(root.resolve("dog/1.png"), 4, 2, 0xff102030, 0xffc0d0e0);
        write(root.resolve("cat/b.JPG"), 4, 2, 0xff808080, 0xff808080);
        write(root.resolve("cat/a.jpeg"), 4, 2, 0xff404040, 0xff404040);
        Files.writeString(root.resolve("cat/notes.txt"), "not a picture");
        Files.writeString(root.resolve("README"), "not a folder");
        Dataset pets = ImageFolder.of().read(root);
        assertEquals(List.of("cat", "dog"), pets.classes());
        assertArrayEquals(new long[] {0, 0, 1}, pets.labels().toLongArray());
        assertEquals("3 of u8[3, 2, 4]", pets.inputs().toString());
        int r = 0x10, g = 0x20, b = 0x30;
        int[] dog = {
            r, r, 0xc0, 0xc0, r, r, 0xc0, 0xc0, g, g, 0xd0, 0xd0, g, g, 0xd0, 0xd0, b, b, 0xe0, 0xe0, b, b, 0xe0, 0xe0
        };
        assertArrayEquals(dog, pets.get(2).images().toIntArray());
        int[] cats = pets.get(0, 1).images().toIntArray();
        assertEquals(0x40, cats[0], 3);
        assertEquals(0x80, cats[24], 3);
    }

    @Test
    void greyAndTransparency() throws IOException {
        // Pure green, and black that is half transparent.
        write(root.resolve("x/1.png"), 2, 1, 0xff00ff00, 0x80000000);
        Dataset grey = ImageFolder.grey().read(root);
        assertEquals("u8[1, 1, 1, 2]", grey.images().describe());
        assertArrayEquals(new int[] {150, 127}, grey.images().toIntArray());
        assertArrayEquals(
                new int[] {0, 127, 255, 127, 0, 127},
                ImageFolder.of().read(root).images().toIntArray());
    }

    @Test
    void aPictureOfAnotherSizeOrDamagedIsNamedWhenItIsReadInTheBackground() throws IOException {
        write(root.resolve("x/1.png"), 4, 4, 0, 0);
        write(root.resolve("x/2.png"), 4, 3, 0, 0);
        Path damaged = root.resolve("x/3.png");
        write(damaged, 4, 4, 0, 0);
        Files.write(damaged, Arrays.copyOf(Files.readAllBytes(damaged), 40));
        Files.writeString(root.resolve("x/4.png"), "hello");
        Dataset data = ImageFolder.of().read(root);
        assertEquals(1, data.get(0).size());
        says(root.resolve("x/2.png") + " has 3×4 pixels, not 4×4 as 1.png", data.subset(1));
        says(damaged + " is damaged: the picture cannot be decoded", data.subset(2));
        says(root.resolve("x/4.png") + " is not a picture that can be read", data.subset(3));
    }

    @Test
    void aSizeThatTheFileCannotHoldIsNotBelieved() throws IOException {
        Path file = root.resolve("x/1.png");
        write(file, 4, 4, 0, 0);
        byte[] content = Files.readAllBytes(file);
        content[17] = 16; // of the width, big-endian at 16
        var crc = new java.util.zip.CRC32();
        crc.update(content, 12, 17);
        java.nio.ByteBuffer.wrap(content).putInt(29, (int) crc.getValue());
        Files.write(file, content);
        unreadable(
                file + " announces 4×1048580 pixels, more than its " + content.length
                        + " bytes can hold, or than can be" + " read",
                root);
    }

    private static void says(String message, Dataset data) {
        var loader = Loader.of(data).shuffle(Random.seeded(0));
        assertEquals(
                message,
                assertThrows(UncheckedIOException.class, () -> loader.iterator().next())
                        .getMessage());
    }

    private void unreadable(String message, Path folder) {
        assertEquals(
                message,
                assertThrows(IOException.class, () -> ImageFolder.of().read(folder))
                        .getMessage());
    }

    @Test
    void foldersThatAreNoneAreNamed() throws IOException {
        unreadable("the folder " + root.resolve("none") + " is not there", root.resolve("none"));
        Path file = Files.writeString(root.resolve("file"), "x");
        unreadable(file + " is not a folder", file);
        unreadable(root + " is empty: it has no folder of PNG or JPEG files for each class", root);
        write(root.resolve("a/1.png"), 1, 1, 0, 0);
        Files.createDirectory(root.resolve("b"));
        unreadable(root.resolve("b") + " is empty: it has no PNG or JPEG files", root);
        Files.writeString(root.resolve("a/1.png"), "x");
        Files.delete(root.resolve("b"));
        unreadable(root.resolve("a/1.png") + " is not a picture that can be read", root);
    }

    @Test
    void aFolderThatMayNotBeReadIsNamed() throws IOException {
        Path closed = Files.createDirectory(root.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(closed), "this user may read everything");
            unreadable("the folder " + closed + " cannot be read: permission denied", closed);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
