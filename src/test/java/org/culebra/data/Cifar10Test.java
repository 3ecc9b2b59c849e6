package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
    private static final int RECORD = 3073;

    @TempDir
    private Path root;

    private DataPlaces offline() {
        return new DataPlaces(Optional.empty(), root.resolve("cache"), root.resolve("system"), false, line -> {});
    }

    /** Pictures of these classes; the channels of picture i are filled with i, i + 50 and i + 100. */
    private static byte[] records(int... labels) {
        byte[] content = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            content[i * RECORD] = (byte) labels[i];
            for (int channel = 0; channel < 3; channel++) {
                int start = i * RECORD + 1 + channel * 1024;
                Arrays.fill(content, start, start + 1024, (byte) (i + 50 * channel));
            }
        }
        return content;
    }

    private static void writeAll(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int file = 1; file <= 5; file++) {
            Files.write(folder.resolve("data_batch_" + file + ".bin"), records(file, 0));
        }
        Files.write(folder.resolve("test_batch.bin"), records(9, 8, 7));
    }

    private static void check(Splits splits) {
        assertEquals(
                "CIFAR-10: 10 images of 3×32×32 in 10 classes",
                splits.training().toString());
        assertArrayEquals(
                new long[] {1, 0, 2, 0, 3, 0, 4, 0, 5, 0},
                splits.training().labels().toLongArray());
        assertArrayEquals(new long[] {9, 8, 7}, splits.test().labels().toLongArray());
        assertEquals("truck", splits.test().classes().get(9));
        var picture = splits.test().images();
        assertEquals(2, picture.get(2, 0, 0, 0));
        assertEquals(52, picture.get(2, 1, 31, 31));
        assertEquals(101, picture.get(1, 2, 0, 5));
    }

    @Test
    void unpackedFilesAreRead() throws IOException {
        writeAll(root.resolve("cache/cifar-10/cifar-10-batches-bin"));
        check(Cifar10.load(offline()));
        writeAll(root.resolve("mine"));
        Splits splits = Cifar10.load(offline().chosen(Optional.of(root.resolve("mine"))));
        check(splits);
        assertEquals(root.resolve("mine"), Path.of(splits.origin()));
    }

    private static void entry(ByteArrayOutputStream tar, String name, byte[] content) {
        byte[] header = new byte[512];
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        byte[] size = String.format("%011o", content.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = (byte) (name.endsWith("/") ? '5' : '0');
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[-content.length & 511]);
    }

    private byte[] archive() throws IOException {
        Path files = root.resolve("files");
        writeAll(files);
        var tar = new ByteArrayOutputStream();
        entry(tar, "cifar-10-batches-bin/", new byte[0]);
        entry(tar, "cifar-10-batches-bin/batches.meta.txt", "airplane\n".getBytes(StandardCharsets.US_ASCII));
        for (String name : files.toFile().list()) {
            entry(tar, "cifar-10-batches-bin/" + name, Files.readAllBytes(files.resolve(name)));
        }
        tar.writeBytes(new byte[1024]);
        return tar.toByteArray();
    }

    @Test
    void theArchiveIsReadAsItIs() throws IOException {
        Path system = Files.createDirectories(root.resolve("system/cifar-10"));
        Files.write(system.resolve("cifar-10-binary.tar.gz"), IdxFiles.gzip(archive()));
        check(Cifar10.load(offline()));
    }

    private String failure(DataPlaces places) {
        String message = String.valueOf(
                assertThrows(IOException.class, () -> Cifar10.load(places)).getMessage());
        return message.replace(root + "/", "");
    }

    @Test
    void damagedArchivesAreNamed() throws IOException {
        Path folder = Files.createDirectories(root.resolve("system/cifar-10"));
        Path file = folder.resolve("cifar-10-binary.tar.gz");
        byte[] archive = archive();
        Files.write(file, Arrays.copyOf(archive, archive.length - 2000));
        assertEquals("system/cifar-10/cifar-10-binary.tar.gz is cut short", failure(offline()));
        byte[] damaged = archive.clone();
        damaged[124] = 'x';
        Files.write(file, damaged);
        assertEquals(
                "system/cifar-10/cifar-10-binary.tar.gz is damaged: it is not a tar archive that can be unpacked",
                failure(offline()));
        Files.write(file, new byte[1024]);
        assertEquals("system/cifar-10/cifar-10-binary.tar.gz has no file data_batch_1.bin", failure(offline()));
        var large = new ByteArrayOutputStream();
        entry(large, "test_batch.bin", new byte[10_001 * RECORD]);
        Files.write(file, large.toByteArray());
        assertEquals(
                "system/cifar-10/cifar-10-binary.tar.gz has a file test_batch.bin of 30733073 bytes, more than 30730000",
                failure(offline()));
    }

    @Test
    void filesThatAreWrongAreNamed() throws IOException {
        Path folder = root.resolve("system/cifar-10");
        writeAll(folder);
        Path file = folder.resolve("data_batch_3.bin");
        Files.write(file, records(0, 10));
        assertEquals(
                "system/cifar-10/data_batch_3.bin has a label 10 at picture 1 where there are 10 classes, 0 to 9",
                failure(offline()));
        Files.write(file, new byte[RECORD + 1]);
        assertEquals(
                "system/cifar-10/data_batch_3.bin has 3074 bytes, which are not whole pictures of 3073 bytes",
                failure(offline()));
        Files.write(file, new byte[0]);
        assertEquals(
                "system/cifar-10/data_batch_3.bin has 0 bytes, which are not whole pictures of 3073 bytes",
                failure(offline()));
        Files.delete(file);
        assertEquals(
                "the folder system/cifar-10 has some files of CIFAR-10 but not data_batch_3.bin",
                failure(offline()).replaceFirst("/ ", " "));
    }

    @Test
    void whatIsNowhereIsToldWhereItWasLookedFor() {
        assertEquals(
                "CIFAR-10 is not in cache/cifar-10, system/cifar-10: name a folder with cifar-10-binary.tar.gz, or with"
                        + " its unpacked files, by --data-dir",
                failure(offline()));
        assertEquals("the data folder none is not there", failure(offline().chosen(Optional.of(root.resolve("none")))));
    }
}
