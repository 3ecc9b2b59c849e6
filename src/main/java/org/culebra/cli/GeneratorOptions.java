package org.culebra.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.culebra.data.ImageGrid;
import org.culebra.data.Pictures;
import org.culebra.memory.DType;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Pieces;
import org.culebra.recipes.Recipe;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands have in common that use a trained generator. */
final class GeneratorOptions {
    private static final int SIDE = 112;
    private static final int AT_ONCE = 64;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final ModelPlace place;

    @Option(
            names = "--class",
            order = 10,
            paramLabel = "<name>",
            defaultValue = "",
            description = "What to make, with a model that can be asked for it.")
    private String wanted = "";

    GeneratorOptions(List<Recipe> recipes) {
        this.place = new ModelPlace(recipes);
    }

    /** What is there, of a recipe that can make something of latents. */
    Saved saved() throws IOException {
        SavedModel model = place.saved();
        return new Saved(model, model.as(Generating.class, "makes no images of latents"));
    }

    /** A model and its recipe. */
    record Saved(SavedModel model, Generating recipe) {
        /** The data that it learned from. */
        String subject() {
            return recipe.subject(model.options());
        }
    }

    /** One that makes images, and no points. */
    Generator ofImages(String reason) throws IOException {
        Saved saved = saved();
        Generator generator = generator(saved);
        if (!generator.makesImages()) {
            throw new IOException(saved.model.file() + " holds a generator of points of the plane (data "
                    + saved.subject() + "), not of images: " + reason);
        }
        return generator;
    }

    Generator generator() throws IOException {
        return generator(saved());
    }

    private Generator generator(Saved saved) throws IOException {
        Generator generator = saved.recipe.generator(saved.model.file(), saved.model.options());
        if (wanted.isEmpty()) {
            return generator;
        }
        int index = generator.classes().indexOf(wanted);
        if (index < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    generator.classes().isEmpty()
                            ? "class: this model cannot be asked for one"
                            : "class: one of " + String.join(", ", generator.classes()) + ", not '" + wanted + "'");
        }
        return generator.of(index);
    }

    /** The latent of each seed: f32[N, n]. That of one seed is the same however many there are. */
    static Tensor latents(Generator generator, long... seeds) {
        return Tensor.concat(
                0,
                LongStream.of(seeds)
                        .mapToObj(seed -> generator.draw(Random.seeded(seed), 1))
                        .toList());
    }

    /** What any number of latents become, some at a time. */
    static Tensor images(Generator generator, Tensor latents) {
        return Tape.untracked(() -> Pieces.map(latents, AT_ONCE, generator::generate));
    }

    /** An image as the generator makes them: f32[C, H, W]. */
    static Tensor image(Path file, Generator generator) throws IOException {
        long[] size =
                images(generator, latents(generator, 0)).select(0, 0).shape().dims();
        Tensor pixels = Pictures.read(file, size[0] == 3);
        if (pixels.dim(1) != size[1] || pixels.dim(2) != size[2]) {
            throw new IOException(file + " is an image of " + pixels.dim(1) + "×" + pixels.dim(2)
                    + " pixels; the model makes " + size[1] + "×" + size[2]);
        }
        return pixels.to(DType.F32).div(255);
    }

    /** Large enough to be looked at. */
    static ImageGrid grid(Tensor images) {
        return ImageGrid.of(images).padding(2).magnify(Math.max(1, SIDE / (int) images.dim(3)));
    }

    /** Says before the work if its result could not be written. */
    Path writable(String option, Path file, String ending) {
        String name = file.toString();
        Path folder = file.toAbsolutePath().getParent();
        if (!name.endsWith(ending)) {
            throw new ParameterException(
                    spec.commandLine(), option + ": a file that ends in " + ending + ", not " + name);
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), option + ": there is no folder for " + name);
        }
        return file;
    }
}
