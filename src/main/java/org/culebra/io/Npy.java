package org.culebra.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import org.culebra.tensor.Tensor;

/**
 * An npy file: one tensor. The format is NumPy's, NEP 1, versions 1.0 to 3.0, little-endian; f32, f64, i32, i64, u8 and bool, and half
 * precision, which is read as f32 and written where {@link Coding#F16} is asked for.
 */
public final class Npy {
    private Npy() {}

    /**
     * Reads a tensor. Column-major arrays are rearranged.
     *
     * @throws FormatException if the file is not one whole and valid array of a type that Culebra has
     * @throws IOException if it cannot be read
     */
    public static Tensor read(Path file) throws IOException {
        try (var channel = Transfer.open(file)) {
            NpyHeader header = NpyHeader.read(channel);
            checkSize(header.byteSize(), channel.size() - channel.position());
            return readNumbers(channel, header);
        } catch (FormatException | Transfer.EndOfDataException e) {
            throw new FormatException(file + " is not an npy file: " + e.getMessage());
        }
    }

    static void checkSize(long needed, long there) throws FormatException {
        if (there < needed) {
            throw new FormatException(
                    "it is truncated: the array needs " + needed + " bytes but " + there + " are there");
        }
        if (there > needed) {
            throw new FormatException((there - needed) + " bytes after the array belong to nothing");
        }
    }

    /** The array that follows a header. */
    static Tensor readNumbers(ReadableByteChannel channel, NpyHeader header) throws IOException {
        long[] shape = header.shape();
        if (!header.fortranOrder()) {
            return Transfer.read(channel, header.byteSize(), header.coding(), "the array", shape);
        }
        long[] reversed = new long[shape.length];
        int[] order = new int[shape.length];
        for (int k = 0; k < shape.length; k++) {
            reversed[k] = shape[shape.length - 1 - k];
            order[k] = shape.length - 1 - k;
        }
        return Transfer.read(channel, header.byteSize(), header.coding(), "the array", reversed)
                .permute(order)
                .contiguous();
    }

    /**
     * Writes a tensor, row-major, whole or not at all.
     *
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Tensor tensor) throws IOException {
        writeAs(file, tensor, Coding.of(tensor.dtype()));
    }

    /**
     * Writes a tensor whose numbers are coded in one way if they are floating, such as {@link Coding#F16}; others stay as they are.
     * Numbers are rounded to the nearest, ties to even; what is too large becomes infinite, and NaN stays NaN.
     *
     * @throws IllegalArgumentException unless the coding is F64, F32 or F16
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Tensor tensor, Coding floating) throws IOException {
        requireFloating(floating);
        writeAs(file, tensor, floating.orKeeping(tensor.dtype()));
    }

    static void requireFloating(Coding coding) {
        if (!coding.isFloating() || coding == Coding.BF16) {
            throw new IllegalArgumentException(
                    "npy: floating tensors cannot be written as " + coding + "; choose F64, F32 or F16");
        }
    }

    private static void writeAs(Path file, Tensor tensor, Coding coding) throws IOException {
        byte[] header = NpyHeader.of(coding, tensor.shape().dims()).encode();
        AtomicFile.write(file, channel -> {
            Transfer.writeFully(channel, MemorySegment.ofArray(header));
            Transfer.expose(tensor, coding, bytes -> Transfer.writeFully(channel, bytes));
        });
    }
}
