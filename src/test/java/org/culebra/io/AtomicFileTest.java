package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
    @TempDir
    private Path folder;

    @Test
    void writesAndReplaces() throws IOException {
        Path file = folder.resolve("a.bin");
        AtomicFile.write(file, new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
        AtomicFile.write(file, new byte[] {4});
        assertArrayEquals(new byte[] {4}, Files.readAllBytes(file));
        assertEquals(List.of(file), files());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void nothingShowsBeforeTheEnd() throws IOException {
        Path file = folder.resolve("a.bin");
        AtomicFile.write(file, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertFalse(Files.exists(file));
        });
        assertTrue(Files.exists(file));
    }

    @Test
    void whatFailsLeavesNothing() throws IOException {
        Path file = folder.resolve("a.bin");
        AtomicFile.Body full = channel -> {
            channel.write(ByteBuffer.wrap(new byte[1000]));
            throw new IOException("No space left on device");
        };
        IOException failure = assertThrows(IOException.class, () -> AtomicFile.write(file, full));
        assertEquals("cannot write " + file + ": No space left on device", failure.getMessage());
        assertEquals(List.of(), files());
        AtomicFile.write(file, new byte[] {9});
        assertThrows(IOException.class, () -> AtomicFile.write(file, full));
        assertThrows(
                ArithmeticException.class,
                () -> AtomicFile.write(file, channel -> {
                    throw new ArithmeticException();
                }));
        assertArrayEquals(new byte[] {9}, Files.readAllBytes(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void anInterruptLeavesNothing() throws IOException {
        Path file = folder.resolve("a.bin");
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> AtomicFile.write(file, new byte[] {1}));
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), files());
    }

    @Test
    void saysWhatIsWrongWithTheTarget() {
        assertEquals("cannot write " + folder + ": it is a folder", failure(folder));
        Path lost = folder.resolve("no").resolve("a.bin");
        assertEquals("cannot write " + lost + ": there is no folder " + folder.resolve("no"), failure(lost));
    }

    @Test
    void reasonsAreTheSystems() {
        assertEquals(
                "No space left on device",
                AtomicFile.reason(new FileSystemException("a.bin", null, "No space left on device")));
        assertEquals("access denied", AtomicFile.reason(new AccessDeniedException("a.bin")));
        assertEquals("no such file or folder", AtomicFile.reason(new NoSuchFileException("a.bin")));
        assertEquals("Input/output error", AtomicFile.reason(new IOException("Input/output error")));
        assertEquals("IOException", AtomicFile.reason(new IOException()));
    }

    private static String failure(Path target) {
        return String.valueOf(assertThrows(IOException.class, () -> AtomicFile.write(target, new byte[1]))
                .getMessage());
    }

    @Test
    void followsLinksAndKeepsPermissions() throws IOException {
        Path real = folder.resolve("real.bin");
        Path link = folder.resolve("link.bin");
        Files.write(real, new byte[] {1});
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(link, real);
        AtomicFile.write(link, new byte[] {2});
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(new byte[] {2}, Files.readAllBytes(real));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
    }
}
