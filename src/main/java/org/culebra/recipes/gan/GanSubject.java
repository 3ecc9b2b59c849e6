package org.culebra.recipes.gan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.models.Dcgan;
import org.culebra.models.PacGan;
import org.culebra.nn.Layer;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Run;

/** What generators learn to make, and how it is seen how well they do: points of the plane, or images. */
sealed interface GanSubject permits GanImages, GanPoints {
    /** Points first. */
    List<String> NAMES = List.of("ring", "grid", "fashion", "mnist", "digits");

    /** Images only. */
    List<String> IMAGES = List.of("fashion", "mnist", "digits");

    /**
     * Read, or drawn.
     *
     * @param packing examples that a discriminator sees at a time
     */
    static GanSubject load(Job job, String name, int packing, Random random) throws IOException {
        return isPoints(name) ? GanPoints.draw(job, name, packing, random) : GanImages.load(job, name);
    }

    /** A generator that one of these recipes saved, however it was taught. */
    static Generator generator(Path file, Recipe recipe, RecipeOptions options) throws IOException {
        String data = options.get(Gan.DATA);
        if (isPoints(data)) {
            Layer net = PacGan.generator();
            Training.load(file, recipe, net);
            return PointGenerator.of(data, net);
        }
        Dcgan dcgan = GanImages.dcgan(data, options.get(GanTraining.WIDTH));
        Layer net = dcgan.generator();
        Training.load(file, recipe, net);
        return Generator.making(dcgan.latents(), latents -> GanImages.unit(net.forward(latents)));
    }

    static boolean isPoints(String name) {
        return !IMAGES.contains(name);
    }

    /** What is learned. */
    Dataset training();

    /** Where it came from. */
    String origin();

    /** What a step learns from: numbers as generators make them. */
    Loader batches(int size, Random random);

    /** Real examples that no step learns from. */
    Loader tests();

    /** Of so many samples figures are made. */
    int judged();

    /** Of so many of them figures are made at the end of each epoch. */
    int glanced();

    /** The figures that matter most, for each epoch. */
    Map<String, Double> glance(Tensor samples);

    /** All figures of samples as the generator made them. */
    Map<String, Object> figures(Tensor samples);

    /** The figures that are averaged over several runs. */
    List<String> headlines();

    /** Of so many samples a picture is made. */
    int shown();

    /** What samples look like. */
    ImageGrid picture(Tensor samples);

    /** Pictures for the report. */
    void draw(Run run, Tensor samples) throws IOException;

    /** The networks of the papers for this. */
    GanNetworks networks(int width, Dcgan.Normalization normalization, int packing);

    /** A network from examples as generators make them to so many numbers. */
    Layer encoder(int width, int outputs);
}
