package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.culebra.data.ImageGrid;
import org.culebra.io.Json;
import org.culebra.io.Npy;
import org.culebra.memory.DType;
import org.culebra.nn.Linear;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.ModelFile;
import org.culebra.train.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trained generator is for, on one that makes 4×4 images of three numbers. */
class GeneratorCommandsTest {
    private static final int LATENTS = 3;

    /** x = sigmoid(Wz + b). */
    private static final class Tiny implements Generating {
        @Override
        public Card card() {
            return Card.of("tiny", "Three numbers to an image.");
        }

        @Override
        public Map<String, Object> train(Job job) {
            return Map.of();
        }

        @Override
        public Generator generator(Path file, RecipeOptions options) throws IOException {
            Linear layer = Linear.of(LATENTS, 16);
            ModelFile.load(file, layer);
            return new Generator() {
                @Override
                public long latents() {
                    return LATENTS;
                }

                @Override
                public Tensor generate(Tensor latents) {
                    return layer.forward(latents).mul(2).sigmoid().reshape(latents.dim(0), 1, 4, 4);
                }
            };
        }

        @Override
        public String subject(RecipeOptions options) {
            return "digits";
        }
    }

    /** x = Wz, two numbers. */
    private static final class Dots implements Generating {
        @Override
        public Card card() {
            return Card.of("dots", "Three numbers to a point.");
        }

        @Override
        public Map<String, Object> train(Job job) {
            return Map.of();
        }

        @Override
        public Generator generator(Path file, RecipeOptions options) throws IOException {
            Linear layer = Linear.of(LATENTS, 2);
            ModelFile.load(file, layer);
            return new Generator() {
                @Override
                public long latents() {
                    return LATENTS;
                }

                @Override
                public Tensor generate(Tensor latents) {
                    return layer.forward(latents);
                }

                @Override
                public boolean makesImages() {
                    return false;
                }

                @Override
                public Tensor shown(Tensor made) {
                    return Tensor.full(DType.F32, made.dim(0) / 255., 1, 1, 20, 20);
                }
            };
        }

        @Override
        public String subject(RecipeOptions options) {
            return "ring";
        }
    }

    private record Plain(String name) implements Recipe {
        @Override
        public Card card() {
            return Card.of(name, "Makes nothing.");
        }

        @Override
        public Map<String, Object> train(Job job) {
            return Map.of();
        }
    }

    @TempDir
    private Path folder;

    private String out = "";
    private String err = "";

    private int run(String... args) {
        var written = new ByteArrayOutputStream();
        var said = new ByteArrayOutputStream();
        int code = Main.run(
                List.of(new Tiny(), new Dots(), new Plain("plain")),
                new PrintStream(written, true, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                args);
        out = written.toString(StandardCharsets.UTF_8);
        err = said.toString(StandardCharsets.UTF_8);
        return code;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @BeforeEach
    void save() throws IOException {
        Linear layer = Linear.of(LATENTS, 16);
        layer.initialize(Random.seeded(3));
        ModelFile.save(folder.resolve("model.safetensors"), layer, Map.of("recipe", "tiny"));
        ModelFile.save(folder.resolve("plain.safetensors"), layer, Map.of("recipe", "plain"));
    }

    @Test
    void aSeedMakesTheSameImageHoweverManyThereAre() throws IOException {
        assertEquals(
                0,
                run(
                        "generate",
                        folder.toString(),
                        "--count",
                        "70",
                        "--out",
                        path("many.png"),
                        "--array",
                        path("many.npy")));
        assertEquals(
                0,
                run(
                        "generate",
                        folder.toString(),
                        "--count",
                        "1",
                        "--seed",
                        "69",
                        "--out",
                        path("one.png"),
                        "--each",
                        path("each"),
                        "--array",
                        path("one.npy")));

        Tensor many = Npy.read(folder.resolve("many.npy"));
        assertArrayEquals(new long[] {70, 1, 4, 4}, many.shape().dims());
        assertArrayEquals(
                many.select(0, 69).toFloatArray(),
                Npy.read(folder.resolve("one.npy")).toFloatArray());
        assertNotEquals(many.get(0, 0, 0, 0), many.get(1, 0, 0, 0));
        assertTrue(Files.exists(folder.resolve("each").resolve("seed-69.png")));
        BufferedImage grid = ImageIO.read(folder.resolve("many.png").toFile());
        assertEquals(8 * (4 * 28 + 2) + 2, grid.getWidth());
    }

    @Test
    void latentsOfAFileAreTakenAsTheyAre() throws IOException {
        Npy.write(folder.resolve("z.npy"), Tensor.zeros(2, LATENTS));
        assertEquals(
                0,
                run(
                        "generate",
                        folder.toString(),
                        "--latents",
                        path("z.npy"),
                        "--out",
                        path("z.png"),
                        "--array",
                        path("x.npy")));
        Tensor made = Npy.read(folder.resolve("x.npy"));
        assertArrayEquals(made.select(0, 0).toFloatArray(), made.select(0, 1).toFloatArray());

        Npy.write(folder.resolve("bad.npy"), Tensor.zeros(2, 5));
        assertEquals(1, run("generate", folder.toString(), "--latents", path("bad.npy"), "--out", path("z.png")));
        assertTrue(err.contains("bad.npy holds f32[2, 5]; the model takes latents of [N, 3]"), err);
        Npy.write(folder.resolve("nan.npy"), Tensor.full(DType.F32, Double.NaN, 2, 3));
        assertEquals(1, run("generate", folder.toString(), "--latents", path("nan.npy"), "--out", path("z.png")));
        assertTrue(err.contains("nan.npy holds NaN or infinite numbers"), err);
        assertEquals(1, err.lines().count(), err);
    }

    @Test
    void aPathGoesRoundAndEndsWhereItBegan() throws IOException {
        assertEquals(
                0,
                run("interpolate", folder.toString(), "--seeds", "1,2,5", "--steps", "4", "--out", path("path.gif")));
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (var in = ImageIO.createImageInputStream(folder.resolve("path.gif").toFile())) {
            reader.setInput(in);
            assertEquals(12, reader.getNumImages(true));
            assertEquals(4 * 28 + 4, reader.getWidth(0));
        }
        String bytes = Files.readString(folder.resolve("path.gif"), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("NETSCAPE2.0"), "repeats");
        Files.writeString(folder.resolve("other.txt"), "as any file");
        assertEquals(
                Files.getPosixFilePermissions(folder.resolve("other.txt")),
                Files.getPosixFilePermissions(folder.resolve("path.gif")));

        assertEquals(
                0, run("interpolate", folder.toString(), "--along", "LINE", "--steps", "4", "--out", path("path.png")));
        assertEquals(
                4 * (4 * 28 + 2) + 2,
                ImageIO.read(folder.resolve("path.png").toFile()).getHeight());
    }

    @Test
    void theLatentOfAnImageIsFound() throws IOException {
        assertEquals(
                0,
                run(
                        "generate",
                        folder.toString(),
                        "--count",
                        "1",
                        "--seed",
                        "7",
                        "--out",
                        path("g.png"),
                        "--array",
                        path("x.npy")));
        ImageGrid.of(Npy.read(folder.resolve("x.npy"))).write(folder.resolve("x.png"));
        assertEquals(
                0,
                run(
                        "invert",
                        folder.toString(),
                        path("x.png"),
                        "--out",
                        path("found.png"),
                        "--latents",
                        path("z.npy"),
                        "--json"));
        Object results = Json.parse(out.lines().toList().getLast());
        double error = results instanceof Map<?, ?> map
                        && map.get("mean_squared_error") instanceof Map<?, ?> errors
                        && errors.values().iterator().next() instanceof Number number
                ? number.doubleValue()
                : Double.NaN;
        assertEquals(0, error, 1e-4); // the image has 256 levels
        double[] drawn = Tensor.normal(Random.seeded(7), 0, 1, 1, LATENTS).toDoubleArray();
        assertArrayEquals(drawn, Npy.read(folder.resolve("z.npy")).toDoubleArray(), .05);
    }

    @Test
    void pointsAreNumbersAndOnePicture() throws IOException {
        saveDots();
        String dots = path("dots.safetensors");
        assertEquals(0, run("generate", dots, "--count", "9", "--out", path("p.png"), "--array", path("p.npy")));
        assertTrue(out.startsWith("9 points in "), out);
        assertArrayEquals(
                new long[] {9, 2}, Npy.read(folder.resolve("p.npy")).shape().dims());
        BufferedImage picture = ImageIO.read(folder.resolve("p.png").toFile());
        assertEquals(20 * 5 + 4, picture.getWidth());
        assertEquals(0x090909, picture.getRGB(50, 50) & 0xffffff, "all nine in one");

        assertEquals(0, run("interpolate", dots, "--seeds", "1,2", "--steps", "3", "--out", path("p.gif")));
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (var in = ImageIO.createImageInputStream(folder.resolve("p.gif").toFile())) {
            reader.setInput(in);
            assertEquals(6, reader.getNumImages(true));
        }

        assertEquals(1, run("invert", dots, path("x.png"), "--out", path("a.png")));
        assertTrue(
                err.contains("dots.safetensors holds a generator of points of the plane (data ring), not of images:"
                        + " no latent of an image can be looked for"),
                err);
        assertEquals(1, run("attribute", dots, "--from", "a", "--to", "b", "--out", path("a.png")));
        assertTrue(err.contains("(data ring), not of images: no classifier says of what class they are"), err);
        assertEquals(1, err.lines().count(), err);
    }

    private void saveDots() throws IOException {
        Linear layer = Linear.of(LATENTS, 2);
        layer.initialize(Random.seeded(3));
        ModelFile.save(folder.resolve("dots.safetensors"), layer, Map.of("recipe", "dots"));
    }

    /** What a folder without a model says is true of it. */
    @Test
    void whereThereIsNoModelTheReasonIsSaid() throws IOException {
        saveDots();
        Run whole = Run.in(folder.resolve("whole"));
        assertEquals(1, run("generate", whole.folder().toString(), "--out", path("a.png")));
        assertTrue(err.contains("there is no trained model in " + whole.folder() + ": no training began there"), err);
        whole.describe(Map.of("recipe", "plain", "parts", List.of("b", "a", "c")));
        assertEquals(1, run("generate", whole.folder().toString(), "--out", path("a.png")));
        assertTrue(err.contains(whole.folder() + ": its training has not ended"), err);

        for (String part : List.of("a", "b")) {
            Path model = whole.part(part).model();
            Files.copy(folder.resolve("dots.safetensors"), model);
        }
        Run third = whole.part("c");
        assertEquals(1, run("generate", whole.folder().toString(), "--out", path("a.png")));
        assertTrue(
                err.contains(
                        whole.folder() + ": its trainings are parts, each with a model of its own; name one of them: "
                                + whole.folder().resolve("parts/b") + ", "
                                + whole.folder().resolve("parts/a")),
                err);
        assertEquals(1, err.lines().count(), err);
        assertEquals(0, run("generate", path("whole/parts/b"), "--out", path("a.png")));

        third.describe(Map.of("recipe", "plain"));
        third.finish(Map.of("seconds", 1));
        assertEquals(1, run("generate", path("whole/parts/c"), "--out", path("a.png")));
        assertTrue(err.contains(third.folder() + ": its training has ended, and plain keeps none"), err);
    }

    @Test
    void wrongInputIsOneSentence() throws IOException {
        assertEquals(1, run("generate", path("plain.safetensors"), "--out", path("a.png")));
        assertTrue(err.contains("plain.safetensors holds a model of plain, which makes no images of latents"), err);
        assertEquals(1, err.lines().count(), err);

        ImageGrid.of(Tensor.zeros(1, 5, 4)).write(folder.resolve("large.png"));
        assertEquals(1, run("invert", folder.toString(), path("large.png"), "--out", path("a.png")));
        assertTrue(err.contains("large.png is an image of 5×4 pixels; the model makes 4×4"), err);
        assertEquals(1, err.lines().count(), err);

        assertEquals(2, run("generate", folder.toString(), "--class", "coat", "--out", path("a.png")));
        assertTrue(err.contains("class: this model cannot be asked for one"), err);
        assertEquals(2, run("generate", folder.toString(), "--out", path("a.gif")));
        assertTrue(err.contains("out: a file that ends in .png"), err);
        assertEquals(2, run("generate", folder.toString(), "--out", path("nowhere/a.png")));
        assertTrue(err.contains("out: there is no folder for"), err);
        assertEquals(2, run("interpolate", folder.toString(), "--seeds", "1"));
        assertTrue(err.contains("seeds: at least two"), err);
        assertEquals(2, run("generate", folder.toString(), "--count", "0"));
        assertTrue(err.contains("count: at least 1, not 0"), err);
    }
}
