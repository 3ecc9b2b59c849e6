package org.culebra.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** Moves the numbers of tensors between memory and channels. */
final class Transfer {
    /** A byte buffer has at most 2³¹ − 1 bytes; and what is copied on its way in and out should stay small. */
    private static final long PIECE = 8 << 20;

    private Transfer() {}

    /** The numbers as they lie in little-endian files. */
    @FunctionalInterface
    interface Numbers {
        /** Does something with the row-major bytes. */
        void accept(MemorySegment bytes) throws IOException;
    }

    /** Shows the row-major numbers of a tensor, whatever its layout is. */
    static void expose(Tensor tensor, Numbers use) throws IOException {
        requireLittleEndian();
        Tensor rowMajor = tensor.detach().contiguous();
        try {
            use.accept(rowMajor.segment());
        } finally {
            Reference.reachabilityFence(rowMajor);
        }
    }

    /** Opens a file to read it; the message of an exception is a sentence. */
    static FileChannel open(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new FileSystemException(name, null, "it is a folder and not a file");
        }
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(name, null, "there is no such file");
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(name, null, "it may not be read");
        }
    }

    /** Makes a tensor of the bytes of a file; the bytes are gone afterwards. */
    @FunctionalInterface
    interface Maker {
        /** Copies the bytes into a tensor. */
        Tensor make(MemorySegment bytes) throws IOException;
    }

    /**
     * Reads {@code byteSize} bytes and makes a tensor of them.
     *
     * @throws EndOfDataException if the channel ends before
     */
    static Tensor read(ReadableByteChannel channel, long byteSize, Maker maker) throws IOException {
        requireLittleEndian();
        Buffer bytes = Buffer.allocate(byteSize);
        try {
            MemorySegment segment = bytes.segment().asSlice(0, byteSize);
            readFully(channel, segment);
            return maker.make(segment);
        } finally {
            bytes.release();
        }
    }

    /**
     * A tensor of row-major little-endian numbers.
     *
     * @throws FormatException with a message about {@code what} if truth values are neither 0 nor 1
     */
    static Tensor tensor(MemorySegment bytes, DType dtype, String what, long... dims) throws FormatException {
        if (dtype == DType.BOOL) {
            for (long i = 0; i < bytes.byteSize(); i++) {
                int value = bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
                if (value > 1) {
                    throw new FormatException(what + " has a truth value of " + value);
                }
            }
        }
        return Tensor.of(bytes, dtype, dims);
    }

    /** Fills a segment. */
    static void readFully(ReadableByteChannel channel, MemorySegment to) throws IOException {
        for (long done = 0; done < to.byteSize(); ) {
            ByteBuffer piece =
                    to.asSlice(done, Math.min(PIECE, to.byteSize() - done)).asByteBuffer();
            int count = channel.read(piece);
            if (count < 0) {
                throw new EndOfDataException(done);
            }
            done += count;
        }
    }

    /** Writes all of a segment. */
    static void writeFully(WritableByteChannel channel, MemorySegment from) throws IOException {
        for (long done = 0; done < from.byteSize(); ) {
            ByteBuffer piece =
                    from.asSlice(done, Math.min(PIECE, from.byteSize() - done)).asByteBuffer();
            done += channel.write(piece);
        }
    }

    private static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("tensor files are read and written on little-endian machines only");
        }
    }

    /** A channel ended early. */
    static final class EndOfDataException extends IOException {
        private static final long serialVersionUID = 1;

        EndOfDataException(long bytes) {
            super("the data ends after " + bytes + " bytes");
        }
    }
}
