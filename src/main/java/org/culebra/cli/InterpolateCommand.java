package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.culebra.data.AnimatedGif;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.latent.Between;
import org.culebra.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code culebra interpolate MODEL}. */
@Command(
        name = "interpolate",
        description =
                "Go from one image of a trained generator to the next, as an animated GIF or a PNG with a row for each leg.",
        sortOptions = false)
final class InterpolateCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final GeneratorOptions model;

    @Option(
            names = "--seeds",
            order = 1,
            split = ",",
            paramLabel = "<n>",
            defaultValue = "0,1,2,3",
            description = "Of the images to go through, and back to the first; ${DEFAULT-VALUE} if not given.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--steps",
            order = 2,
            paramLabel = "<n>",
            defaultValue = "16",
            description = "From one to the next; ${DEFAULT-VALUE} if not given.")
    private int steps;

    @Option(
            names = "--along",
            order = 3,
            paramLabel = "<path>",
            defaultValue = "SPHERE",
            description = "One of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private Between along = Between.SPHERE;

    @Option(
            names = "--out",
            order = 4,
            paramLabel = "<file>",
            defaultValue = "interpolation.gif",
            description = "A .gif or a .png; ${DEFAULT-VALUE} if not given.")
    private Path out = Path.of("");

    InterpolateCommand(List<Recipe> recipes, PrintStream out) {
        this.common = new CommonOptions(out);
        this.model = new GeneratorOptions(recipes);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (seeds.size() < 2) {
            throw common.wrong("seeds: at least two, as in 0,1, not " + seeds.size());
        }
        if (steps < 1) {
            throw common.wrong("steps: at least 1, not " + steps);
        }
        boolean still = out.toString().endsWith(".png");
        model.writable("out", out, still ? ".png" : ".gif");
        Generator generator = model.generator();
        Tensor stations = GeneratorOptions.latents(
                generator, seeds.stream().mapToLong(Long::longValue).toArray());
        Tensor made = GeneratorOptions.images(generator, along.round(stations, steps));
        if (still) {
            GeneratorOptions.grid(generator.shown(made)).columns(steps).write(out);
        } else {
            // A point by itself would not show the way that it goes.
            AnimatedGif.of(LongStream.range(0, made.dim(0))
                            .mapToObj(i -> generator.makesImages() ? made.narrow(0, i, 1) : made.narrow(0, 0, i + 1))
                            .map(some -> GeneratorOptions.grid(generator.shown(some)))
                            .toList())
                    .write(out);
        }
        String what = generator.makesImages() ? "images" : "points";
        common.out().println(made.dim(0) + " " + what + " in " + out);
        var results = new LinkedHashMap<String, Object>();
        results.put(what, made.dim(0));
        results.put("seeds", seeds);
        results.put("file", out.toString());
        common.finish(results);
        return ExitCode.OK;
    }
}
