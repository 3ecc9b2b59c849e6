package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** An npz file: tensors by name, each an npy file in a zip archive, stored or deflated. The format is NumPy's; see {@link Npy}. */
public final class Npz {
    private static final String SUFFIX = ".npy";
    /** The record of an entry has 65,535 bytes at most, and more in it than the name. */
    private static final int LONGEST_NAME = 65_000;
    /** Deflate cannot do better than this. */
    private static final long BEST_COMPRESSION = 1032;
    /** What lies before the bytes of an entry, without its name. */
    private static final long LOCAL_HEADER = 30;
    /** The first day of the calendar of zip: the same tensors give the same bytes whenever they are written. */
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /**
     * Reads all tensors, in the order of the archive.
     *
     * @throws FormatException if the file is not a whole and valid archive of arrays
     * @throws IOException if it cannot be read
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        return read(file, Npz::read);
    }

    /** How the arrays of a file are coded, by name; of each no more is read than its header. */
    static Map<String, Coding> codings(Path file) throws IOException {
        return read(file, (header, channel, packed) -> header.coding());
    }

    /** What is made of an array, whose header has been read. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(NpyHeader header, ReadableByteChannel channel, long packed) throws IOException;
    }

    private static <T> Map<String, T> read(Path file, Reader<T> reader) throws IOException {
        Transfer.open(file).close(); // for its messages
        try (var zip = new ZipFile(file.toFile())) {
            requireApart(zip, Files.size(file));
            var arrays = new LinkedHashMap<String, T>();
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                String name = nameOf(entry);
                if (arrays.put(name, read(zip, entry, reader)) != null) {
                    throw new FormatException("array " + quote(name) + " is there twice");
                }
            }
            return arrays;
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new FormatException(
                    file + " is not an npz file: it is not a valid zip archive (" + e.getMessage() + ")");
        } catch (FormatException e) {
            throw new FormatException(file + " is not an npz file: " + e.getMessage());
        }
    }

    /** A directory may list the same bytes many times: a small file would fill the memory. */
    private static void requireApart(ZipFile zip, long size) throws FormatException {
        long needed = 0;
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            long packed = LOCAL_HEADER + entries.nextElement().getCompressedSize();
            if (packed > size - needed) {
                throw new FormatException("its entries overlap: together they are longer than its " + size + " bytes");
            }
            needed += packed;
        }
    }

    private static String nameOf(ZipEntry entry) throws FormatException {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
            throw new FormatException("entry " + quote(name) + " is not an array");
        }
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static <T> T read(ZipFile zip, ZipEntry entry, Reader<T> reader) throws IOException {
        try (ReadableByteChannel channel = Channels.newChannel(zip.getInputStream(entry))) {
            return reader.read(NpyHeader.read(channel), channel, entry.getCompressedSize());
        } catch (FormatException | Transfer.EndOfDataException e) {
            throw new FormatException("entry " + quote(entry.getName()) + ": " + e.getMessage());
        } catch (EOFException e) {
            throw new FormatException("entry " + quote(entry.getName()) + ": its compressed data ends too early");
        }
    }

    private static Tensor read(NpyHeader header, ReadableByteChannel channel, long packed) throws IOException {
        if (header.byteSize() / BEST_COMPRESSION > packed) {
            throw new FormatException("its " + header.byteSize() + " bytes cannot come from " + packed);
        }
        Tensor tensor = Npy.readNumbers(channel, header);
        if (channel.read(ByteBuffer.allocate(1)) > 0) {
            throw new FormatException("bytes after the array belong to nothing");
        }
        return tensor;
    }

    /**
     * Writes tensors by name, not compressed, whole or not at all.
     *
     * @throws IllegalArgumentException if a name is longer than zip allows: 65,000 bytes in UTF-8
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        write(file, tensors, (name, dtype) -> Coding.of(dtype));
    }

    /**
     * The same with floating tensors all coded in one way, such as {@link Coding#F16}; the others stay as they are. Numbers are rounded
     * to the nearest, ties to even; what is too large becomes infinite, and NaN stays NaN.
     *
     * @throws IllegalArgumentException unless the coding is F64, F32 or F16
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Map<String, Tensor> tensors, Coding floating) throws IOException {
        Npy.requireFloating(floating);
        write(file, tensors, (name, dtype) -> floating.orKeeping(dtype));
    }

    /** The coding of each tensor depends on its name and type. */
    static void write(Path file, Map<String, Tensor> tensors, BiFunction<String, DType, Coding> codings)
            throws IOException {
        tensors.keySet().forEach(Npz::requireShort);
        AtomicFile.write(file, channel -> {
            var zip = new ZipOutputStream(Channels.newOutputStream(channel));
            for (var named : tensors.entrySet()) {
                Tensor tensor = named.getValue();
                Coding coding = codings.apply(named.getKey(), tensor.dtype());
                byte[] header = NpyHeader.of(coding, tensor.shape().dims()).encode();
                Transfer.expose(tensor, coding, numbers -> writeEntry(zip, named.getKey(), header, numbers));
            }
            zip.finish();
            zip.flush();
        });
    }

    private static void requireShort(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_NAME) {
            throw new IllegalArgumentException("npz: a name of " + bytes + " bytes, " + quote(name)
                    + ", is longer than the " + LONGEST_NAME + " that an archive can hold; use a shorter one");
        }
    }

    private static void writeEntry(ZipOutputStream zip, String name, byte[] header, MemorySegment numbers)
            throws IOException {
        var crc = new CRC32();
        crc.update(header);
        Transfer.writeFully(new CrcChannel(crc), numbers);
        var entry = new ZipEntry(name + SUFFIX);
        entry.setTimeLocal(EPOCH);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.length + numbers.byteSize());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(header);
        Transfer.writeFully(Channels.newChannel(zip), numbers);
        zip.closeEntry();
    }

    /** Only counts what is written to it into the check sum. */
    private record CrcChannel(CRC32 crc) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            crc.update(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
