package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.culebra.io.Npy;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.latent.Inversion;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culebra invert MODEL IMAGE…}. */
@Command(
        name = "invert",
        description = "Find the latents of which a trained generator makes given images.",
        sortOptions = false)
final class InvertCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final GeneratorOptions model;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "<image>", description = "PNG or JPEG files.")
    private List<Path> images = List.of();

    @Option(
            names = "--steps",
            order = 1,
            paramLabel = "<n>",
            defaultValue = "300",
            description = "Of gradient descent; ${DEFAULT-VALUE} if not given.")
    private int steps;

    @Option(
            names = "--starts",
            order = 2,
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Places to look from; ${DEFAULT-VALUE} if not given.")
    private int starts;

    @Option(names = "--seed", order = 3, paramLabel = "<n>", defaultValue = "0", description = "Of these places.")
    private long seed;

    @Option(
            names = "--out",
            order = 4,
            paramLabel = "<file>",
            defaultValue = "inverted.png",
            description =
                    "A row for each image: itself, what was found, the difference; ${DEFAULT-VALUE} if not given.")
    private Path out = Path.of("");

    @Option(
            names = "--latents",
            order = 5,
            paramLabel = "<file>",
            description =
                    "Also write the latents there, an npy file of [N, n]. For a model with an intermediate space they are of"
                            + " that one.")
    private @Nullable Path latentFile;

    InvertCommand(List<Recipe> recipes, PrintStream out) {
        this.common = new CommonOptions(out);
        this.model = new GeneratorOptions(recipes);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (steps < 1 || starts < 1) {
            throw common.wrong("steps and starts: at least 1, not " + steps + " and " + starts);
        }
        model.writable("out", out, ".png");
        Generator generator =
                model.ofImages("no latent of an image can be looked for").inner();
        List<Tensor> cells = new ArrayList<>();
        List<Tensor> latents = new ArrayList<>();
        var errors = new LinkedHashMap<String, Object>();
        for (Path file : images) {
            Tensor image = GeneratorOptions.image(file, generator);
            Inversion found = Inversion.of(generator, image, starts, steps, Random.seeded(seed));
            cells.addAll(List.of(image, found.image(), found.image().sub(image).abs()));
            latents.add(found.latent());
            errors.put(file.toString(), found.error());
            common.out().println(String.format(Locale.ROOT, "%s  mean squared error %.5f", file, found.error()));
        }
        GeneratorOptions.grid(Tensor.stack(0, cells)).columns(3).write(out);
        common.out().println("image, what was found, difference: in " + out);
        if (latentFile != null) {
            Npy.write(latentFile, Tensor.stack(0, latents));
        }
        common.finish(Map.of("mean_squared_error", errors, "file", out.toString()));
        return ExitCode.OK;
    }
}
