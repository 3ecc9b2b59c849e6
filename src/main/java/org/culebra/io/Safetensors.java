package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.culebra.io.SafetensorsHeader.Coding;
import org.culebra.io.SafetensorsHeader.Entry;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * A safetensors file: tensors by name, and notes. The format is that of Hugging Face's library, version 0.x: 8 bytes of length, a
 * header in JSON, and the numbers, little-endian and row-major.
 *
 * <p>Half-precision numbers (F16, BF16) are read as f32; other types than these and Culebra's own are refused.
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
            return read(channel);
        } catch (FormatException | Transfer.EndOfDataException e) {
            throw new FormatException(file + " is not a safetensors file: " + e.getMessage());
        }
    }

    private static Safetensors read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new FormatException("it has only " + size + " bytes");
        }
        long length = readBytes(channel, LENGTH_BYTES).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - LENGTH_BYTES) {
            throw new FormatException(
                    "its header cannot have " + Long.toUnsignedString(length) + " bytes in a file of " + size);
        }
        long dataStart = LENGTH_BYTES + length;
        SafetensorsHeader header = SafetensorsHeader.parse(readBytes(channel, (int) length), size - dataStart);
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var named : header.entries().entrySet()) {
            channel.position(dataStart + named.getValue().begin());
            tensors.put(named.getKey(), readTensor(channel, named.getKey(), named.getValue()));
        }
        return new Safetensors(tensors, header.metadata());
    }

    private static ByteBuffer readBytes(FileChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        Transfer.readFully(channel, MemorySegment.ofBuffer(bytes));
        return bytes;
    }

    private static Tensor readTensor(FileChannel channel, String name, Entry entry) throws IOException {
        return Transfer.read(channel, entry.byteSize(), bytes -> switch (entry.coding()) {
            case F16, BF16 -> widened(bytes, entry);
            default -> Transfer.tensor(bytes, entry.coding().dtype, "tensor " + quote(name), entry.shape());
        });
    }

    /** Half precision as f32, which holds every such number exactly. */
    private static Tensor widened(MemorySegment halves, Entry entry) {
        long count = halves.byteSize() / Short.BYTES;
        Buffer buffer = Buffer.allocate(count * Float.BYTES);
        try {
            MemorySegment floats = buffer.segment();
            for (long i = 0; i < count; i++) {
                short half = halves.getAtIndex(ValueLayout.JAVA_SHORT, i);
                // BF16 is the upper half of an f32.
                float value =
                        entry.coding() == Coding.F16 ? Float.float16ToFloat(half) : Float.intBitsToFloat(half << 16);
                floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
            return Tensor.of(floats, DType.F32, entry.shape());
        } finally {
            buffer.release();
        }
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
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "safetensors: no tensor can be named " + SafetensorsHeader.METADATA + ", which is where notes are");
        }
        List<String> order = dataOrder(tensors);
        // In the order of the names: a Map.of has another order in every process, and the same model is to be the same
        // file.
        byte[] header = header(tensors, new TreeMap<>(metadata), order).encode();
        if (header.length > LONGEST_HEADER) {
            throw new IllegalArgumentException("safetensors: a header of " + header.length
                    + " bytes is beyond what the format allows; use fewer or shorter names and notes");
        }
        AtomicFile.write(file, channel -> {
            ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header).flip();
            Transfer.writeFully(channel, MemorySegment.ofBuffer(start));
            for (String name : order) {
                Tensor tensor = tensors.get(name);
                if (tensor != null) {
                    Transfer.expose(tensor, bytes -> Transfer.writeFully(channel, bytes));
                }
            }
        });
    }

    /** Wide numbers first, so that all of them are aligned in the file. */
    private static List<String> dataOrder(Map<String, Tensor> tensors) {
        var order = new ArrayList<>(tensors.entrySet());
        order.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().byteSize()));
        return order.stream().map(Map.Entry::getKey).toList();
    }

    private static SafetensorsHeader header(
            Map<String, Tensor> tensors, Map<String, String> metadata, List<String> order) {
        var entries = new LinkedHashMap<String, Entry>();
        tensors.forEach((name, tensor) -> entries.put(name, entry(tensor, 0)));
        long end = 0;
        for (String name : order) {
            long begin = end;
            Entry placed = Objects.requireNonNull(entries.computeIfPresent(name, (same, entry) -> entry.at(begin)));
            end = placed.end();
        }
        return new SafetensorsHeader(entries, metadata);
    }

    private static Entry entry(Tensor tensor, long begin) {
        long bytes = tensor.size() * tensor.dtype().byteSize();
        return new Entry(Coding.of(tensor.dtype()), tensor.shape().dims(), begin, begin + bytes);
    }
}
