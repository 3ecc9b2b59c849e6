package org.culebra.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.culebra.memory.DType;
import org.culebra.nn.Model;
import org.culebra.tensor.Tensor;

/** One number for all parameters of a model: two runs came to the same bits if and only if it is the same. */
public final class ParameterHash {
    private static final long CHUNK = 1 << 16;

    private ParameterHash() {}

    /** SHA-256 of the paths, shapes and bits of all parameters and buffers, in hexadecimal digits. */
    public static String of(Model model) {
        MessageDigest digest = digest();
        model.state().forEach((path, value) -> add(digest, path, value));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of nothing yet. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Adds a tensor's name, type, shape and bits. */
    static void add(MessageDigest digest, String name, Tensor value) {
        digest.update((name + " " + value.describe() + "\n").getBytes(StandardCharsets.UTF_8));
        Tensor flat = value.reshape(value.size());
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * (int) Math.min(CHUNK, Math.max(1, value.size())))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long start = 0; start < value.size(); start += CHUNK) {
            bytes.clear();
            Tensor part = flat.narrow(0, start, Math.min(CHUNK, value.size() - start));
            if (value.dtype() == DType.I64) {
                bytes.asLongBuffer().put(part.toLongArray());
            } else {
                bytes.asDoubleBuffer().put(part.toDoubleArray()); // exact for all other types
            }
            digest.update(bytes.limit(Double.BYTES * (int) part.size()));
        }
    }
}
