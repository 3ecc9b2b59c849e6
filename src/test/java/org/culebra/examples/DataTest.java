package org.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.culebra.data.Batch;
import org.culebra.data.Csv;
import org.culebra.data.Dataset;
import org.culebra.data.ImageFolder;
import org.culebra.data.Loader;
import org.culebra.data.Mix;
import org.culebra.data.Sampler;
import org.culebra.data.Transform;
import org.culebra.io.Npz;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of data of one's own, compiled and run. */
class DataTest {
    @Test
    void theExampleReads(@TempDir Path folder) throws IOException {
        write(folder);
        // example
        Dataset flowers = Csv.of().read(folder.resolve("flowers.csv")).labelled("kind");
        Dataset pets = ImageFolder.of().read(folder.resolve("pets")).cached(); // pets/cat/1.png, pets/dog/1.jpg, …
        Dataset arrays = Dataset.of("arrays", Npz.read(folder.resolve("arrays.npz")), "x", "y");

        List<Dataset> parts = pets.splitStratified(Random.seeded(0), .8, .2);
        var batches = Loader.of(parts.get(0))
                .batchSize(16)
                .sample(Sampler.balanced(), Random.seeded(1))
                .transform(Transform.compose(
                        Transform.randomCrop(32, 32, 4), Transform.randomFlip(.5), Transform.scale(-1, 1)))
                .mix(Mix.mixup(.2))
                .prefetch(4); // made ahead by a thread in the background: the same bits as without
        // end
        assertEquals(List.of("aster", "rose"), flowers.classes());
        assertEquals(List.of("0", "1", "2"), arrays.classes());
        long seen = 0;
        for (Batch batch : batches) {
            assertEquals("f32[8, 3, 32, 32]", batch.images().describe());
            assertEquals("f32[8, 2]", batch.targets().describe());
            seen += batch.size();
        }
        assertEquals(8, seen);
    }

    private static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("flowers.csv"), "width,kind\n1.5,rose\n2,aster\n");
        Npz.write(folder.resolve("arrays.npz"), Map.of("x", Tensor.zeros(3, 2), "y", Tensor.arange(3)));
        for (String kind : List.of("cat", "dog")) {
            Path pictures = Files.createDirectories(folder.resolve("pets").resolve(kind));
            for (int i = 0; i < 5; i++) {
                var picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                ImageIO.write(picture, "png", pictures.resolve(i + ".png").toFile());
            }
        }
    }

    @Test
    void itIsTheOneOfTheReadme() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/org/culebra/examples/DataTest.java"));
        List<String> example =
                source.subList(source.indexOf("        // example") + 1, source.indexOf("        // end")).stream()
                        .map(line -> line.isEmpty() ? line : line.substring(8))
                        .toList();
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(readme.contains(String.join("\n", example)), () -> String.join("\n", example));
    }
}
