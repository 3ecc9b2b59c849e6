package org.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.culebra.data.Batch;
import org.culebra.data.Digits;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Classifier;
import org.junit.jupiter.api.Test;

/** The README's example, compiled and run. */
class ReadmeTest {
    @Test
    void theExampleLearns() {
        // example
        Splits digits = Digits.load();
        var model = new Sequential(
                Conv2d.of(1, 16, 3).padding(1), // (B, 1, 8, 8) -> (B, 16, 8, 8)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 16, 4, 4)
                new Flatten(), // -> (B, 256)
                Linear.of(256, 10)); // -> (B, 10)
        model.initialize(Random.seeded(0));
        var optimizer = Adam.of(model.parameters()).learningRate(2e-3);
        var scale = Transform.normalize(Digits.BRIGHTEST, .3, .37);
        var loader = Loader.of(digits.training())
                .batchSize(32)
                .shuffle(Random.seeded(1))
                .transform(scale);

        for (Batch batch : loader) {
            try (var tape = Tape.open()) {
                Tensor loss = Losses.crossEntropy(model.forward(batch.images()), batch.labels());
                optimizer.step(tape.gradients(loss));
            } // every intermediate is back in the pool; nothing for the garbage collector
        }
        // end
        double accuracy = Classifier.test(model, Loader.of(digits.test()).transform(scale))
                .accuracy();
        assertTrue(accuracy > .5, () -> "accuracy " + accuracy);
    }

    @Test
    void itIsTheOneOfTheReadme() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/org/culebra/examples/ReadmeTest.java"));
        List<String> example =
                source.subList(source.indexOf("        // example") + 1, source.indexOf("        // end")).stream()
                        .map(line -> line.isEmpty() ? line : line.substring(8))
                        .toList();
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(readme.contains(String.join("\n", example)), () -> String.join("\n", example));
    }
}
