package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.judge.Judge;
import org.culebra.recipes.latent.AttributeDirection;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code culebra attribute MODEL --from CLASS --to CLASS}. */
@Command(
        name = "attribute",
        description =
                "Change what images show by a step in the latent space of a trained generator, and measure how often that works.",
        sortOptions = false)
final class AttributeCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final GeneratorOptions model;

    @Option(
            names = "--from",
            order = 1,
            required = true,
            paramLabel = "<class>",
            description = "What is to become another.")
    private String from = "";

    @Option(names = "--to", order = 2, required = true, paramLabel = "<class>", description = "What it is to become.")
    private String to = "";

    @Option(
            names = "--steps",
            order = 3,
            split = ",",
            paramLabel = "<x>",
            defaultValue = "0,0.5,1,1.5,2,3",
            description = "In multiples of the way between the classes; ${DEFAULT-VALUE} if not given.")
    private List<Double> steps = List.of();

    @Option(
            names = "--samples",
            order = 4,
            paramLabel = "<n>",
            defaultValue = "4000",
            description = "Images to make, half to find the direction, half to try it; ${DEFAULT-VALUE} if not given.")
    private int samples;

    @Option(names = "--seed", order = 5, paramLabel = "<n>", defaultValue = "0", description = "Of these images.")
    private long seed;

    @Option(
            names = "--count",
            order = 6,
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Rows of the picture; ${DEFAULT-VALUE} if not given.")
    private int count;

    @Option(
            names = "--out",
            order = 7,
            paramLabel = "<file>",
            defaultValue = "attribute.png",
            description = "A row for each image, a column for each step; ${DEFAULT-VALUE} if not given.")
    private Path out = Path.of("");

    AttributeCommand(List<Recipe> recipes, PrintStream out) {
        this.common = new CommonOptions(out);
        this.model = new GeneratorOptions(recipes);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (samples < 2 || count < 1) {
            throw common.wrong("samples: at least 2, and count: at least 1, not " + samples + " and " + count);
        }
        model.writable("out", out, ".png");
        Generator generator =
                model.ofImages("no classifier says of what class they are").inner();
        String subject = model.saved().subject();
        AttributeDirection direction;
        try {
            Judge judge = Judge.of(common.places(), common.out(), Terminal.isStandardError(), subject);
            direction = AttributeDirection.find(
                    generator, judge, common.out(), from, to, samples, steps, Random.seeded(seed));
        } catch (IllegalArgumentException e) {
            throw common.wrong(String.valueOf(e.getMessage()));
        }
        List<Tensor> latents = new ArrayList<>();
        for (long row = 0; row < Math.min(count, direction.origins().dim(0)); row++) {
            for (double step : steps) {
                latents.add(direction
                        .origins()
                        .select(0, row)
                        .add(direction.vector().mul(step)));
            }
        }
        GeneratorOptions.grid(GeneratorOptions.images(generator, Tensor.stack(0, latents)))
                .columns(steps.size())
                .write(out);
        var shares = new LinkedHashMap<String, Object>();
        common.out().println("  step   taken for " + to);
        for (int i = 0; i < steps.size(); i++) {
            shares.put(steps.get(i).toString(), direction.shares().get(i));
            common.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%6.2f   %5.1f %%",
                            steps.get(i),
                            100 * direction.shares().get(i)));
        }
        common.out().println("in the picture " + out);
        var results = new LinkedHashMap<String, Object>();
        results.put("from", from);
        results.put("to", to);
        results.put("tried", direction.origins().dim(0));
        results.put("share_by_step", shares);
        results.put("file", out.toString());
        common.finish(results);
        return ExitCode.OK;
    }
}
