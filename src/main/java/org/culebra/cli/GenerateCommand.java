package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.culebra.data.ImageGrid;
import org.culebra.io.Npy;
import org.culebra.memory.DType;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Recipe;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code culebra generate MODEL}. */
@Command(
        name = "generate",
        description = "Make images with a trained generator, or points with one of points.",
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final GeneratorOptions model;

    @Option(
            names = "--count",
            order = 1,
            paramLabel = "<n>",
            defaultValue = "64",
            description = "How many; ${DEFAULT-VALUE} if not given.")
    private int count;

    @Option(
            names = "--seed",
            order = 2,
            paramLabel = "<n>",
            defaultValue = "0",
            description = "Of the first one; the next has the next seed. One seed makes the same image each time.")
    private long seed;

    @Option(
            names = "--latents",
            order = 3,
            paramLabel = "<file>",
            description = "Make the images of these latents instead: an npy file of [N, n], as invert writes it.")
    private @Nullable Path latentFile;

    @Option(
            names = "--intermediate",
            order = 4,
            description =
                    "The latents are of the model's intermediate space, if it has one: those that invert writes are.")
    private boolean intermediate;

    @Option(
            names = "--out",
            order = 4,
            paramLabel = "<file>",
            defaultValue = "samples.png",
            description = "Where the grid goes; ${DEFAULT-VALUE} if not given.")
    private Path out = Path.of("");

    @Option(
            names = "--each",
            order = 5,
            paramLabel = "<folder>",
            description = "Also write each image by itself there, named by its seed.")
    private @Nullable Path each;

    @Option(
            names = "--array",
            order = 6,
            paramLabel = "<file>",
            description = "Also write the numbers there, an npy file of [N, C, H, W] in [0, 1]; of points [N, 2].")
    private @Nullable Path array;

    GenerateCommand(List<Recipe> recipes, PrintStream out) {
        this.common = new CommonOptions(out);
        this.model = new GeneratorOptions(recipes);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (count < 1) {
            throw common.wrong("count: at least 1, not " + count);
        }
        model.writable("out", out, ".png");
        if (array != null) {
            model.writable("array", array, ".npy");
        }
        Generator generator = intermediate ? model.generator().inner() : model.generator();
        Tensor latents = latentFile == null
                ? GeneratorOptions.latents(
                        generator, LongStream.range(seed, seed + count).toArray())
                : read(latentFile, generator);
        Tensor made = GeneratorOptions.images(generator, latents);
        String what = generator.makesImages() ? "images" : "points";
        GeneratorOptions.grid(generator.shown(made)).write(out);
        common.out().println(made.dim(0) + " " + what + " in " + out);
        if (each != null) {
            Files.createDirectories(each);
            for (int i = 0; i < made.dim(0); i++) {
                ImageGrid.of(generator.shown(made.narrow(0, i, 1))).write(each.resolve("seed-" + (seed + i) + ".png"));
            }
        }
        if (array != null) {
            Npy.write(array, made);
        }
        var results = new LinkedHashMap<String, Object>();
        results.put(what, made.dim(0));
        results.put("first_seed", seed);
        results.put("file", out.toString());
        common.finish(results);
        return ExitCode.OK;
    }

    private static Tensor read(Path file, Generator generator) throws IOException {
        Tensor latents = Npy.read(file);
        if (latents.rank() != 2 || latents.dim(1) != generator.latents() || latents.dim(0) == 0) {
            throw new IOException(file + " holds " + latents.describe() + "; the model takes latents of [" + "N, "
                    + generator.latents() + "]");
        }
        Tensor numbers = latents.to(DType.F32);
        if (numbers.isFinite().not().sum().itemAsLong() > 0) {
            throw new IOException(file + " holds NaN or infinite numbers");
        }
        return numbers;
    }
}
