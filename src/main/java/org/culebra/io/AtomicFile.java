package org.culebra.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file so that it appears under its name whole or not at all: to a hidden file in the same folder, which is forced to the
 * disk and then renamed. Where that fails, or the process ends, what was there before is still there.
 */
public final class AtomicFile {
    /** What is not to stay behind when the process ends in the midst of it. */
    static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    static {
        // After Ctrl-C: the final name is safe anyway, this only cleans up.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> UNFINISHED.forEach(AtomicFile::deleteQuietly)));
    }

    private AtomicFile() {}

    /** What to write. */
    @FunctionalInterface
    public interface Body {
        /** Writes everything to a new file. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes {@code target}, replacing what was there; if that is a link, what it points to.
     *
     * @throws IOException with one sentence, if the body fails or the file cannot be written; nothing is left behind then
     */
    public static void write(Path target, Body body) throws IOException {
        try {
            replace(target, body);
        } catch (IOException e) {
            throw new IOException("cannot write " + target + ": " + reason(e), e);
        }
    }

    /** Writes {@code target} with these bytes. */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    private static void replace(Path target, Body body) throws IOException {
        Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
        Path folder = real.getParent();
        if (folder == null || Files.isDirectory(real)) {
            throw new IOException("it is a folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path unfinished = folder.resolve(".culebra-" + random + ".tmp");
        UNFINISHED.add(unfinished);
        try {
            try (var channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                body.writeTo(channel);
                channel.force(true);
            }
            copyPermissions(real, unfinished);
            Files.move(unfinished, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folder);
        } finally {
            deleteQuietly(unfinished);
            UNFINISHED.remove(unfinished);
        }
    }

    /** A file that only its owner may read stays so. */
    private static void copyPermissions(Path from, Path to) throws IOException {
        var old = Files.getFileAttributeView(from, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (old != null && Files.exists(from)) {
            Set<PosixFilePermission> permissions = old.readAttributes().permissions();
            Files.setPosixFilePermissions(to, permissions);
        }
    }

    /** Makes the new name last through a power failure, on systems that let a folder be opened. */
    private static void forceFolder(Path folder) {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows. The rename itself is as durable as the system makes it.
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // There is an error to report already, or nobody left to report to.
        }
    }

    /** What the system says, without the file's name: no space left, a read-only file system, access denied. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        String reason = e instanceof FileSystemException fileSystem ? fileSystem.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
