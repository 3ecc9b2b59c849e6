package org.culebra.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.culebra.nn.Layer;
import org.culebra.tensor.Tensor;

/** One number for all parameters of a model: two runs came to the same bits if and only if it is the same. */
public final class ParameterHash {
    private ParameterHash() {}

    /** SHA-256 of the paths, shapes and bits of all parameters, in hexadecimal digits. */
    public static String of(Layer model) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (Map.Entry<String, Tensor> entry : model.state().entrySet()) {
                Tensor value = entry.getValue();
                digest.update((entry.getKey() + " " + value.describe() + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(bits(value));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] bits(Tensor value) {
        double[] numbers = value.toDoubleArray(); // exact for f32, too
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(numbers);
        return bytes.array();
    }
}
