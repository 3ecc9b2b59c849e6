package org.culebra.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder that one process at a time writes to: two that train in the same place would take each other's files for their own.
 * However the process ends, the system gives the folder free; if it is killed, an empty hidden file stays.
 */
public final class FolderLock implements AutoCloseable {
    private static final String NAME = ".lock";

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the folder, which is there already.
     *
     * @throws IOException if another process, or another training of this one, has it; or if nothing can be written there
     */
    public static FolderLock of(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                if (!isLocked(channel)) {
                    throw new IOException(
                            "another training is going on in " + folder + "; wait for its end, or take another folder");
                }
                taken = Files.exists(file); // not if who had it has just removed it
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (taken) {
                AtomicFile.UNFINISHED.add(file);
                return new FolderLock(file, channel);
            }
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process has it
        }
    }

    /** Gives the folder free. */
    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
            AtomicFile.UNFINISHED.remove(file);
        }
    }
}
