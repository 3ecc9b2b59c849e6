package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.culebra.io.SafetensorsHeader.Entry;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * A safetensors file: tensors by name, and notes. The format is that of Hugging Face's library, version 0.x: 8 bytes of length, a
 * header in JSON, and the numbers, little-endian and row-major.
 *
 * <p>Half-precision numbers (F16, BF16) are read as f32, and written where that {@link Coding} is asked for; other types than these and
 * Culebra's own are refused.
 *
 * <p>Files are read through a channel, one tensor at a time, and not mapped into memory: a mapped file that another process cuts short
 * turns an access into an {@link InternalError}, which the JVM may throw later than at the access, and which no reader could tell from
 * others. Through a channel it is a {@link FormatException}.
 *
 * @param tensors by name, in the order of the header
 * @param metadata notes by name
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    private static final int LENGTH_BYTES = 8;
    /** What the format's own library accepts. */
    private static final long LONGEST_HEADER = 100_000_000;

    /**
     * Reads a file.
     *
     * @throws FormatException if it is not a whole and valid safetensors file
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(Path file) throws IOException {
        try (var channel = Transfer.open(file)) {
            return read(channel, file);
        }
    }

    /** Reads a channel; the file's name is for messages. */
    static Safetensors read(SeekableByteChannel channel, Path file) throws IOException {
        try {
            return read(channel);
        } catch (FormatException | Transfer.EndOfDataException e) {
            throw notSafetensors(file, e);
        }
    }

    /** How the tensors of a file are coded, by name; of the file no more is read than its header. */
    static Map<String, Coding> codings(Path file) throws IOException {
        try (var channel = Transfer.open(file)) {
            var codings = new LinkedHashMap<String, Coding>();
            readHeader(channel).entries().forEach((name, entry) -> codings.put(name, entry.coding()));
            return codings;
        } catch (FormatException | Transfer.EndOfDataException e) {
            throw notSafetensors(file, e);
        }
    }

    private static FormatException notSafetensors(Path file, IOException e) {
        return new FormatException(file + " is not a safetensors file: " + e.getMessage());
    }

    private static Safetensors read(SeekableByteChannel channel) throws IOException {
        SafetensorsHeader header = readHeader(channel);
        long dataStart = channel.position();
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var named : header.entries().entrySet()) {
            channel.position(dataStart + named.getValue().begin());
            tensors.put(named.getKey(), readTensor(channel, named.getKey(), named.getValue()));
        }
        return new Safetensors(tensors, header.metadata());
    }

    /** Leaves the channel at the first number. */
    private static SafetensorsHeader readHeader(SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new FormatException("it has only " + size + " bytes");
        }
        long length = readBytes(channel, LENGTH_BYTES).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - LENGTH_BYTES) {
            throw new FormatException(
                    "its header cannot have " + Long.toUnsignedString(length) + " bytes in a file of " + size);
        }
        return SafetensorsHeader.parse(readBytes(channel, (int) length), size - LENGTH_BYTES - length);
    }

    private static ByteBuffer readBytes(SeekableByteChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        Transfer.readFully(channel, MemorySegment.ofBuffer(bytes));
        return bytes;
    }

    private static Tensor readTensor(SeekableByteChannel channel, String name, Entry entry) throws IOException {
        return Transfer.read(channel, entry.byteSize(), entry.coding(), "tensor " + quote(name), entry.shape());
    }

    /** Writes tensors without notes. See {@link #write(Path, Map, Map)}. */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        write(file, tensors, Map.of());
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param tensors by name; the header keeps their order
     * @param metadata notes by name
     * @throws IllegalArgumentException if a tensor has the name that the format keeps for the notes
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        write(file, tensors, metadata, (name, dtype) -> Coding.of(dtype));
    }

    /**
     * Writes a file whose floating tensors are all coded in one way, such as {@link Coding#BF16}; the others stay as they are. Numbers are
     * rounded to the nearest, ties to even; what is too large becomes infinite, and NaN stays NaN.
     *
     * @param floating for the f32 and f64 among the tensors
     * @throws IllegalArgumentException if that is no coding of floating numbers, or a tensor has the name that the format keeps for the
     *     notes
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata, Coding floating)
            throws IOException {
        if (!floating.isFloating()) {
            throw new IllegalArgumentException("safetensors: floating tensors cannot be written as " + floating
                    + "; choose F64, F32, F16 or BF16");
        }
        write(file, tensors, metadata, (name, dtype) -> floating.orKeeping(dtype));
    }

    /** The coding of each tensor depends on its name and type. */
    static void write(
            Path file,
            Map<String, Tensor> tensors,
            Map<String, String> metadata,
            BiFunction<String, DType, Coding> codings)
            throws IOException {
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "safetensors: no tensor can be named " + SafetensorsHeader.METADATA + ", which is where notes are");
        }
        var entries = new LinkedHashMap<String, Entry>();
        tensors.forEach((name, tensor) -> entries.put(name, entry(tensor, codings.apply(name, tensor.dtype()))));
        List<String> order = place(entries);
        // In the order of the names: a Map.of has another order in every process, and the same model is to be the same
        // file.
        byte[] header = new SafetensorsHeader(entries, new TreeMap<>(metadata)).encode();
        if (header.length > LONGEST_HEADER) {
            throw new IllegalArgumentException("safetensors: a header of " + header.length
                    + " bytes is beyond what the format allows; use fewer or shorter names and notes");
        }
        AtomicFile.write(file, channel -> {
            ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header).flip();
            Transfer.writeFully(channel, MemorySegment.ofBuffer(start));
            for (String name : order) {
                Coding coding = Objects.requireNonNull(entries.get(name)).coding();
                Tensor tensor = Objects.requireNonNull(tensors.get(name));
                Transfer.expose(tensor, coding, bytes -> Transfer.writeFully(channel, bytes));
            }
        });
    }

    /** Gives every entry its place in the data, wide numbers first, so that all of them are aligned in the file; the names in that order. */
    private static List<String> place(Map<String, Entry> entries) {
        List<String> order = entries.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        entry -> -entry.getValue().coding().byteSize()))
                .map(Map.Entry::getKey)
                .toList();
        long end = 0;
        for (String name : order) {
            long begin = end;
            Entry placed = Objects.requireNonNull(entries.computeIfPresent(name, (same, entry) -> entry.at(begin)));
            end = placed.end();
        }
        return order;
    }

    private static Entry entry(Tensor tensor, Coding coding) {
        return new Entry(coding, tensor.shape().dims(), 0, tensor.size() * coding.byteSize());
    }
}
