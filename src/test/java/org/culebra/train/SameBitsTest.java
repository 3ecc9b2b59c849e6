package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

/** Same seed, same bits: whatever the number of threads and the width of the vectors. */
class SameBitsTest {

    /** Trains a small network on random images and prints a hash of every parameter. */
    public static final class Program {
        private Program() {}

        public static void main(String[] args) {
            var random = Random.seeded(7);
            Layer model = SmallCnn.create();
            model.initialize(random);
            var optimizer = Adam.of(model.parameters());
            for (int step = 0; step < 3; step++) {
                try (var tape = Tape.open()) {
                    Tensor images = Tensor.normal(random, 0, 1, 17, 1, 28, 28);
                    Tensor labels = Tensor.randint(random, 0, 10, 17);
                    Tensor loss = Losses.crossEntropy(model.forward(images, Mode.training(random)), labels);
                    optimizer.step(tape.gradients(loss));
                }
            }
            System.out.println(ParameterHash.of(model));
        }
    }

    private static String hash(String... flags) {
        var result = ForkedJvm.runMain(Program.class, List.of(flags));
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(64, result.out().strip().length(), result.out());
        return result.out();
    }

    @Test
    void threadsAndWidthsChangeNothing() {
        String expected = hash("-Dculebra.threads=1");
        List<String> different = new ArrayList<>();
        for (String flags : List.of(
                "-Dculebra.threads=2",
                "-Dculebra.threads=4",
                "-Dculebra.threads=2 -Dculebra.vectorBits=256",
                "-Dculebra.threads=1 -Dculebra.vectorBits=128",
                "-Dculebra.threads=2 -XX:UseAVX=2",
                "-Dculebra.threads=1 -XX:MaxVectorSize=16")) {
            if (!hash(flags.split(" ")).equals(expected)) {
                different.add(flags);
            }
        }
        assertTrue(different.isEmpty(), () -> "other bits with " + different);
    }
}
