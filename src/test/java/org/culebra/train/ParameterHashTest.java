package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;
import org.junit.jupiter.api.Test;

class ParameterHashTest {
    /** Recorded hashes are to stay comparable: this is what they are by definition. */
    @Test
    void isThatOfTheNumbersAsDoublesHoweverManyThereAre() throws GeneralSecurityException {
        var net = new Sequential(Linear.of(300, 100), Linear.of(100, 1));
        net.initialize(Random.seeded(0));
        var digest = MessageDigest.getInstance("SHA-256");
        net.state().forEach((path, value) -> {
            digest.update((path + " " + value.describe() + "\n").getBytes(StandardCharsets.UTF_8));
            for (double number : value.toDoubleArray()) {
                digest.update(ByteBuffer.allocate(Double.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble(number)
                        .array());
            }
        });
        assertEquals(HexFormat.of().formatHex(digest.digest()), ParameterHash.of(net));
    }
}
