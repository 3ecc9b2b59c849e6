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

    /** Shows the row-major numbers of a tensor as they are in a coding. */
    static void expose(Tensor tensor, Coding coding, Numbers use) throws IOException {
        if (!coding.isHalf()) {
            expose(tensor.detach().to(coding.dtype()), use);
            return;
        }
        long byteSize = tensor.size() * coding.byteSize();
        Buffer halves = Buffer.allocate(byteSize);
        try {
            MemorySegment segment = halves.segment().asSlice(0, byteSize);
            expose(tensor, numbers -> coding.narrow(numbers, tensor.dtype(), segment));
            use.accept(segment);
        } finally {
            halves.release();
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

    /**
     * Reads the tensor that comes next, row-major.
     *
     * @param byteSize of its numbers
     * @param what it is, for the message
     * @throws EndOfDataException if the channel ends before
     * @throws FormatException with a message about {@code what} if truth values are neither 0 nor 1
     */
    static Tensor read(ReadableByteChannel channel, long byteSize, Coding coding, String what, long... dims)
            throws IOException {
        requireLittleEndian();
        Buffer bytes = Buffer.allocate(byteSize);
        try {
            MemorySegment segment = bytes.segment().asSlice(0, byteSize);
            readFully(channel, segment);
            requireTruthValues(segment, coding, what);
            return coding.isHalf() ? widened(segment, coding, dims) : Tensor.of(segment, coding.dtype(), dims);
        } finally {
            bytes.release();
        }
    }

    private static void requireTruthValues(MemorySegment bytes, Coding coding, String what) throws FormatException {
        if (coding != Coding.BOOL) {
            return;
        }
        for (long i = 0; i < bytes.byteSize(); i++) {
            int value = bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
            if (value > 1) {
                throw new FormatException(what + " has a truth value of " + value);
            }
        }
    }

    private static Tensor widened(MemorySegment halves, Coding coding, long... dims) {
        Buffer floats = Buffer.allocate(halves.byteSize() / Short.BYTES * Float.BYTES);
        try {
            coding.widen(halves, floats.segment());
            return Tensor.of(floats.segment(), DType.F32, dims);
        } finally {
            floats.release();
        }
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
