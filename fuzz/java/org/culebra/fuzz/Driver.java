package org.culebra.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.culebra.memory.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls: hands a reader files of any bytes, and holds it to what every reader promises. It ends with what it read or with
 * one sentence, and takes little memory.
 */
public final class Driver {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What reading may take: files here have a few kilobytes, of which deflate makes a few megabytes at best. */
    private static final long MOST_BYTES = 64 << 20;

    /** The one that Jazzer's calls are about. */
    private static @Nullable Driver current;

    private final Target target;
    private final Path file;

    Driver(Target target, Path file) {
        this.target = target;
        this.file = file;
    }

    /**
     * Called once.
     *
     * @param arguments the name of the target's class
     */
    public static void fuzzerInitialize(String... arguments) throws IOException, ReflectiveOperationException {
        Target target = Class.forName(arguments[0])
                .asSubclass(Target.class)
                .getDeclaredConstructor()
                .newInstance();
        current = new Driver(target, Files.createTempFile("culebra-fuzz", null));
    }

    /** Called for each file. */
    public static void fuzzerTestOneInput(byte[] content) throws IOException {
        Objects.requireNonNull(current).read(content);
    }

    /**
     * Reads a file with this content.
     *
     * @throws AssertionError if a sentence is none, or too much memory was taken; whatever else the reader throws is thrown on
     */
    void read(byte[] content) throws IOException {
        Files.write(file, content);
        if (bytesTaken() > MOST_BYTES) {
            long again = bytesTaken(); // the first time, it may have been the JVM that loads classes
            if (again > MOST_BYTES) {
                throw new AssertionError("to read a file of " + content.length + " bytes took " + again);
            }
        }
    }

    /** Allocated on the heap and held off it by reading the file. */
    private long bytesTaken() throws IOException {
        try (Scope scope = Scope.open("fuzz")) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            accept();
            return THREADS.getCurrentThreadAllocatedBytes() - before + scope.bytesHeld();
        }
    }

    private void accept() throws IOException {
        try {
            target.read(file);
        } catch (IOException e) {
            if (!target.refusal().isInstance(e)) {
                throw e;
            }
            String message = String.valueOf(e.getMessage());
            if (!message.startsWith(file + " ") || message.lines().count() != 1) {
                throw new AssertionError("no sentence about the file: " + message, e);
            }
        }
    }
}
