package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The beginning of an npy file: a magic word, a version, a length and a Python dictionary.
 *
 * @param fortranOrder column-major: the first index varies fastest
 * @param byteSize of the numbers that follow
 */
record NpyHeader(Coding coding, boolean fortranOrder, long[] shape, long byteSize) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Far beyond any array of numbers; structured types, which we do not read, have long headers. */
    private static final long LONGEST = 1 << 16;

    /** The header of a row-major array. */
    static NpyHeader of(Coding coding, long... shape) {
        return new NpyHeader(coding, false, shape, Arrays.stream(shape).reduce(coding.byteSize(), (a, b) -> a * b));
    }

    /** Bytes before the length, which has 2 in version 1 and 4 in versions 2 and 3. */
    private static final int START = 8;

    /**
     * Reads and checks a header, and leaves the channel at the first number.
     *
     * @throws FormatException with a message that continues "FILE is not an npy file: "
     */
    static NpyHeader read(ReadableByteChannel channel) throws IOException {
        byte[] start = readBytes(channel, START).array();
        if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new FormatException("it does not begin with NumPy's magic word");
        }
        int major = start[6];
        if (major < 1 || major > 3 || start[7] != 0) {
            throw new FormatException("version " + (major & 0xFF) + "." + (start[7] & 0xFF) + " is not known");
        }
        long length = major == 1
                ? Short.toUnsignedLong(readBytes(channel, 2).getShort())
                : Integer.toUnsignedLong(readBytes(channel, 4).getInt());
        if (length > LONGEST) {
            throw new FormatException("a header of " + length + " bytes is too long for an array of numbers");
        }
        Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        ByteBuffer bytes = readBytes(channel, (int) length);
        try {
            return NpyDictionary.parse(charset.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw new FormatException("its header is not UTF-8");
        }
    }

    private static ByteBuffer readBytes(ReadableByteChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        Transfer.readFully(channel, MemorySegment.ofBuffer(bytes));
        return bytes;
    }

    /** The type that NumPy calls so. */
    static Coding coding(String descriptor) throws FormatException {
        return switch (descriptor) {
            case "<f2" -> Coding.F16;
            case "<f4" -> Coding.F32;
            case "<f8" -> Coding.F64;
            case "<i4" -> Coding.I32;
            case "<i8" -> Coding.I64;
            case "|u1" -> Coding.U8;
            case "|b1" -> Coding.BOOL;
            default ->
                throw new FormatException("its numbers are of type " + quote(descriptor)
                        + "; supported are <f2, <f4, <f8, <i4, <i8, |u1 and |b1");
        };
    }

    private static String descriptor(Coding coding) {
        return switch (coding) {
            case F16 -> "<f2";
            case F32 -> "<f4";
            case F64 -> "<f8";
            case I32 -> "<i4";
            case I64 -> "<i8";
            case U8 -> "|u1";
            case BOOL -> "|b1";
            case BF16 -> throw new IllegalStateException("NumPy has no BF16");
        };
    }

    /** The bytes of this header in version 1.0, padded so that the numbers are aligned to 64 bytes. */
    byte[] encode() {
        String dims = Arrays.stream(shape).mapToObj(dim -> dim + ",").collect(Collectors.joining(" "));
        if (shape.length > 1) {
            dims = dims.substring(0, dims.length() - 1);
        }
        var text = new StringBuilder("{'descr': '" + descriptor(coding) + "', 'fortran_order': "
                + (fortranOrder ? "True" : "False") + ", 'shape': (" + dims + "), }");
        int unpadded = START + 2 + text.length() + 1;
        text.repeat(' ', (64 - unpadded % 64) % 64).append('\n');
        if (text.length() > 0xFFFF) {
            throw new IllegalArgumentException("npy: a tensor of rank " + shape.length + " has too many dimensions");
        }
        return ByteBuffer.allocate(START + 2 + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }
}
