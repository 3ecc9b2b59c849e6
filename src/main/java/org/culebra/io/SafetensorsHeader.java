package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: where in the data each tensor lies.
 *
 * @param entries in the order of the header
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

    /** How numbers are stored. Half precision is widened when it is read. */
    enum Coding {
        F64(DType.F64, 8),
        F32(DType.F32, 4),
        F16(DType.F32, 2),
        BF16(DType.F32, 2),
        I64(DType.I64, 8),
        I32(DType.I32, 4),
        U8(DType.U8, 1),
        BOOL(DType.BOOL, 1);

        final DType dtype;
        final int byteSize;

        Coding(DType dtype, int byteSize) {
            this.dtype = dtype;
            this.byteSize = byteSize;
        }

        static Coding of(DType dtype) {
            return valueOf(dtype.name());
        }
    }

    /** One tensor: bytes {@code begin} to {@code end} of the data. */
    record Entry(Coding coding, long[] shape, long begin, long end) {
        long byteSize() {
            return end - begin;
        }

        /** The same, lying elsewhere. */
        Entry at(long newBegin) {
            return new Entry(coding, shape, newBegin, newBegin + byteSize());
        }
    }

    /**
     * Reads and checks a header.
     *
     * @param dataSize number of bytes that follow it in the file
     * @throws FormatException with a message that continues "FILE is not a safetensors file: "
     */
    static SafetensorsHeader parse(ByteBuffer bytes, long dataSize) throws FormatException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new FormatException("its header is not UTF-8");
        }
        if (!text.startsWith("{")) {
            throw new FormatException("its header does not begin with '{'");
        }
        JsonValue root;
        try {
            root = JsonValue.parse(text);
        } catch (FormatException e) {
            throw new FormatException("its header is not JSON, " + e.getMessage());
        }
        var entries = new LinkedHashMap<String, Entry>();
        Map<String, String> metadata = Map.of();
        for (var member : members(root, "its header").entrySet()) {
            if (member.getKey().equals(METADATA)) {
                metadata = metadata(member.getValue());
            } else {
                entries.put(member.getKey(), entry(member.getKey(), member.getValue()));
            }
        }
        checkLayout(entries, dataSize);
        return new SafetensorsHeader(entries, metadata);
    }

    private static Map<String, JsonValue> members(JsonValue value, String what) throws FormatException {
        if (value instanceof JsonValue.Obj object) {
            return object.members();
        }
        throw new FormatException(what + " is not a JSON object");
    }

    private static Map<String, String> metadata(JsonValue value) throws FormatException {
        var metadata = new LinkedHashMap<String, String>();
        for (var member : members(value, METADATA).entrySet()) {
            if (!(member.getValue() instanceof JsonValue.Str text)) {
                throw new FormatException("metadata " + quote(member.getKey()) + " is not a string");
            }
            metadata.put(member.getKey(), text.text());
        }
        return metadata;
    }

    private static Entry entry(String name, JsonValue value) throws FormatException {
        String what = "tensor " + quote(name);
        Map<String, JsonValue> members = members(value, what);
        if (!members.keySet().equals(KEYS)) {
            throw new FormatException(what + " must have dtype, shape and data_offsets, and nothing else");
        }
        Coding coding = coding(what, members.get("dtype"));
        long[] shape = numbers(what + " has a shape", members.get("shape"));
        long[] offsets = numbers(what + " has data_offsets", members.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new FormatException(what + " has data_offsets that are not a begin and an end");
        }
        long bytes = coding.byteSize;
        for (long dim : shape) {
            bytes = product(what, bytes, dim);
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw new FormatException(
                    what + " needs " + bytes + " bytes for its shape but has " + (offsets[1] - offsets[0]));
        }
        return new Entry(coding, shape, offsets[0], offsets[1]);
    }

    private static long product(String what, long a, long b) throws FormatException {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException e) {
            throw new FormatException(what + " has a shape of more bytes than can be counted");
        }
    }

    private static Coding coding(String what, @Nullable JsonValue value) throws FormatException {
        if (!(value instanceof JsonValue.Str text)) {
            throw new FormatException(what + " has a dtype that is not a string");
        }
        for (Coding coding : Coding.values()) {
            if (coding.name().equals(text.text())) {
                return coding;
            }
        }
        throw new FormatException(what + " has dtype " + quote(text.text()) + "; supported are "
                + "F64, F32, F16, BF16, I64, I32, U8 and BOOL");
    }

    private static long[] numbers(String what, @Nullable JsonValue value) throws FormatException {
        if (!(value instanceof JsonValue.Arr array)) {
            throw new FormatException(what + " that is not a list");
        }
        var numbers = new ArrayList<Long>();
        for (JsonValue item : array.items()) {
            if (!(item instanceof JsonValue.Num number) || !number.digits().matches("[0-9]{1,18}")) {
                throw new FormatException(what + " with something else than a whole number from 0 to 10^18 in it");
            }
            numbers.add(Long.parseLong(number.digits()));
        }
        return numbers.stream().mapToLong(number -> number).toArray();
    }

    /** The tensors must fill the data: no overlap, no hole, nothing beyond. */
    private static void checkLayout(Map<String, Entry> entries, long dataSize) throws FormatException {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin)
                .thenComparingLong(e -> e.getValue().end));
        long end = 0;
        String last = "";
        for (var entry : inOrder) {
            if (entry.getValue().begin < end) {
                throw new FormatException("tensors " + quote(last) + " and " + quote(entry.getKey()) + " overlap");
            }
            if (entry.getValue().begin > end) {
                throw new FormatException("bytes " + end + " to " + entry.getValue().begin + " belong to no tensor");
            }
            end = entry.getValue().end;
            last = entry.getKey();
        }
        if (end > dataSize) {
            throw new FormatException(
                    "it is truncated: its tensors need " + end + " bytes but " + dataSize + " are there");
        }
        if (end < dataSize) {
            throw new FormatException((dataSize - end) + " bytes after the last tensor belong to nothing");
        }
    }

    /** The header as text, padded with spaces so that data after it and 8 bytes of length is aligned to 64 bytes. */
    byte[] encode() {
        var json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append(JsonValue.quote(METADATA)).append(":{");
            metadata.forEach((key, value) -> json.append(JsonValue.quote(key))
                    .append(':')
                    .append(JsonValue.quote(value))
                    .append(','));
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        entries.forEach((name, entry) -> {
            json.append(JsonValue.quote(name))
                    .append(":{\"dtype\":\"")
                    .append(entry.coding)
                    .append("\",\"shape\":[");
            for (int k = 0; k < entry.shape.length; k++) {
                json.append(k == 0 ? "" : ",").append(entry.shape[k]);
            }
            json.append("],\"data_offsets\":[")
                    .append(entry.begin)
                    .append(',')
                    .append(entry.end)
                    .append("]},");
        });
        if (json.length() > 1) {
            json.setLength(json.length() - 1);
        }
        json.append('}');
        int length = json.toString().getBytes(StandardCharsets.UTF_8).length;
        json.repeat(' ', (56 - length % 64 + 64) % 64);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
