package org.culebra.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.culebra.nn.Model;
import org.culebra.tensor.Tensor;

/** One number for all parameters of a model: two runs came to the same bits if and only if it is the same. */
public final class ParameterHash {
    private static final long PIECE = 1 << 13;

    private ParameterHash() {}

    /** SHA-256 of the paths, shapes and bits of all parameters, in hexadecimal digits. */
    public static String of(Model model) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (Map.Entry<String, Tensor> entry : model.state().entrySet()) {
                Tensor value = entry.getValue();
                digest.update((entry.getKey() + " " + value.describe() + "\n").getBytes(StandardCharsets.UTF_8));
                update(digest, value);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Feeds every number as a little-endian f64, exact for f32, too: piece by piece, for a copy of a large model has no room. */
    private static void update(MessageDigest digest, Tensor value) {
        Tensor flat = value.detach().reshape(value.size());
        for (long from = 0; from < flat.size(); from += PIECE) {
            double[] numbers =
                    flat.slice(0, from, Math.min(flat.size(), from + PIECE)).toDoubleArray();
            ByteBuffer bytes =
                    ByteBuffer.allocate(Double.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asDoubleBuffer().put(numbers);
            digest.update(bytes);
        }
    }
}
