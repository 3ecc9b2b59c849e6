package org.culebra.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A reader, and what a fuzzer has to know of it. Made by name in a JVM of its own, by a constructor without arguments. */
public interface Target {
    /** Whole and valid files to start from. */
    List<byte[]> seeds() throws IOException;

    /** What to put into files, beside what the fuzzer finds out itself: words of the format. */
    default List<String> tokens() {
        return List.of();
    }

    /** Bytes of a file at most. */
    default int longest() {
        return 4096;
    }

    /** What the reader throws for a file that is not what it should be; the message begins with the file's name. */
    Class<? extends IOException> refusal();

    /** Reads a file. */
    void read(Path file) throws IOException;

    /** Writes a file. */
    @FunctionalInterface
    interface Writer {
        /** Writes this one. */
        void write(Path file) throws IOException;
    }

    /** The bytes of a file that is written so. */
    static byte[] file(Writer writer) throws IOException {
        Path file = Files.createTempFile("culebra-seed", null);
        try {
            writer.write(file);
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
