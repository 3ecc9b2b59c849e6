package org.culebra.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.ZipException;
import org.culebra.tensor.Tensor;

/**
 * The file format of MNIST: arrays of unsigned bytes, gzipped or plain.
 *
 * <pre>
 * offset  bytes
 * 0       2        zero
 * 2       1        type of the elements: 0x08, unsigned byte
 * 3       1        number of dimensions, n
 * 4       4·n      the dimensions, big-endian
 * 4+4n    product  the elements, row-major
 * </pre>
 *
 * <p>A file is read only if it is exactly that: whatever is missing, too much or of another type is a {@link
 * MalformedDataException}.
 */
public final class Idx {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
    private static final int BUFFER = 1 << 16;

    private final String name;
    private final InputStream in;

    private Idx(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * u8[dims] from a file.
     *
     * @throws MalformedDataException if it is not an IDX file of unsigned bytes, complete and with nothing after it
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static Tensor read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new MalformedDataException(file.toString(), "is a folder, not an IDX file");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** u8[dims] from a stream, which is read to its end; the name is for messages. */
    static Tensor read(InputStream in, String name) throws IOException {
        try {
            return new Idx(name, decompressed(in)).tensor();
        } catch (EOFException e) {
            throw new MalformedDataException(name, "is cut short: its gzip data end too early");
        } catch (WholeGzip.TrailingBytesException e) {
            throw new MalformedDataException(name, "goes on after its gzip data");
        } catch (ZipException e) {
            throw new MalformedDataException(name, "is damaged: its gzip data cannot be unpacked");
        }
    }

    /** The content of a stream that may be gzipped; its first bytes tell. */
    static InputStream decompressed(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(2);
        boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return zipped ? new WholeGzip(buffered, BUFFER) : buffered;
    }

    private Tensor tensor() throws IOException {
        byte[] magic = header(4);
        if (magic[0] != 0 || magic[1] != 0 || magic[3] <= 0) {
            throw malformed("is not an IDX file: it begins with " + hex(magic) + ", not with 00 00 08");
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw malformed(
                    "holds elements of IDX type 0x" + hex(magic[2]) + "; only unsigned bytes, type 0x08, can be read");
        }
        long[] dims = dims(magic[3]);
        int size = size(dims);
        byte[] values = in.readNBytes(size);
        if (values.length < size) {
            throw malformed("is cut short: " + describe(dims) + " announced, " + grouped(values.length) + " there");
        }
        if (in.read() >= 0) {
            throw malformed("goes on after the " + describe(dims) + " that it announces");
        }
        return Tensor.of(values, dims);
    }

    private byte[] header(int bytes) throws IOException {
        byte[] header = in.readNBytes(bytes);
        if (header.length < bytes) {
            throw malformed(header.length == 0 ? "is empty" : "is cut short: it ends within its header");
        }
        return header;
    }

    private long[] dims(int count) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(header(4 * count));
        long[] dims = new long[count];
        Arrays.setAll(dims, k -> Integer.toUnsignedLong(header.getInt()));
        return dims;
    }

    private int size(long[] dims) throws MalformedDataException {
        long size = 1;
        for (long dim : dims) {
            // Both factors are below 2³², so the product is right as an unsigned number at least.
            size *= dim;
            if (size < 0 || size > MOST_BYTES) {
                throw malformed("announces " + dimensions(dims) + " bytes, more than can be read");
            }
        }
        return (int) size;
    }

    private static String describe(long[] dims) {
        long size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return (dims.length == 1 ? "" : dimensions(dims) + " = ") + grouped(size) + " bytes";
    }

    private static String dimensions(long[] dims) {
        return LongStream.of(dims).mapToObj(Long::toString).collect(Collectors.joining("×"));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String hex(byte... bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private MalformedDataException malformed(String problem) {
        return new MalformedDataException(name, problem);
    }
}
