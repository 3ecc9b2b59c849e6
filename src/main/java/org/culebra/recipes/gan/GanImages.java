package org.culebra.recipes.gan;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.models.Dcgan;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.recipes.Job;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Judge;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.recipes.judge.Yardstick;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.FrechetDistance;
import org.culebra.train.Run;

/**
 * Images, judged by a {@link Judge} beside real ones that were held out. Generators make numbers from −1 to 1.
 *
 * @param data what the judge knows them by
 * @param yardstick what they are held to
 * @param glimpse features of some of the real ones
 */
record GanImages(JudgeData data, Dataset training, Dataset test, String origin, Yardstick yardstick, Tensor glimpse)
        implements GanSubject {
    static final List<String> HEADLINES =
            List.of("frechet_distance", "precision", "recall", "inception_score", "modes", "nearest_training_distance");

    private static final int MOST = 10_000;
    private static final int GLIMPSE = 1_000;
    private static final int COLUMNS = 10;
    private static final int ROWS = 8;

    static GanImages load(Job job, String name) throws IOException {
        JudgeData data = JudgeData.named(name);
        var splits = job.load(data.source());
        Dataset training = Training.examples(job, splits.training());
        Judge judge = Judge.of(job, name);
        var yardstick = Yardstick.of(judge, training, splits.test(), MOST);
        Tensor glimpse = judge.features(
                Yardstick.of(judge, training, splits.test(), GLIMPSE).real());
        return new GanImages(data, training, splits.test(), splits.origin(), yardstick, glimpse);
    }

    Judge judge() {
        return yardstick.judge();
    }

    /** The sizes of a DCGAN for data of this name, with so many channels next to the image. */
    static Dcgan dcgan(String name, int width) {
        JudgeData data = JudgeData.named(name);
        Dcgan usual = Dcgan.of(data.side(), data.channels());
        return new Dcgan(data.side(), data.channels(), width, usual.latents());
    }

    /** From what a generator makes, −1 to 1, to images. */
    static Tensor unit(Tensor made) {
        return made.mul(.5).add(.5);
    }

    @Override
    public Loader batches(int size, Random random) {
        return Loader.of(training).batchSize(size).dropLast().shuffle(random).transform(signed());
    }

    @Override
    public Loader tests() {
        return Loader.of(test).batchSize(GLIMPSE).transform(signed());
    }

    /** Raw images to −1 … 1. */
    private Transform signed() {
        return Transform.normalize(data.brightest(), .5, .5);
    }

    @Override
    public int judged() {
        return (int) yardstick.count();
    }

    @Override
    public int glanced() {
        return (int) glimpse.dim(0);
    }

    @Override
    public Map<String, Double> glance(Tensor samples) {
        return Map.of("frechet_distance", FrechetDistance.of(glimpse, judge().features(unit(samples))));
    }

    @Override
    public Map<String, Object> figures(Tensor samples) {
        return yardstick.measure(Tape.scoped(() -> unit(samples)));
    }

    @Override
    public List<String> headlines() {
        return HEADLINES;
    }

    @Override
    public int shown() {
        return COLUMNS * ROWS;
    }

    @Override
    public ImageGrid picture(Tensor samples) {
        return SampleGrids.grid(unit(samples), COLUMNS);
    }

    @Override
    public void draw(Run run, Tensor samples) throws IOException {
        picture(samples).write(run.picture("samples.png", "samples", "Samples", null));
        Tensor images = unit(samples.narrow(0, 0, COLUMNS));
        long[] nearest = yardstick.nearest(images).indices().toLongArray();
        Tensor neighbours = data.unit(training.inputs().get(nearest));
        SampleGrids.grid(Tensor.concat(0, images, neighbours), COLUMNS)
                .write(run.picture(
                        "neighbours.png", "samples", "Samples, and below each the training image nearest to it", null));
    }

    @Override
    public Layer encoder(int width, int outputs) {
        Dcgan dcgan = dcgan(data.name(), width);
        return new Sequential(
                dcgan.features(Dcgan.Normalization.BATCH, 1), // (B, C, H, W) -> (B, F)
                Linear.of(dcgan.featureCount(), outputs)); // -> (B, outputs)
    }

    @Override
    public GanNetworks networks(int width, Dcgan.Normalization normalization, int packing) {
        return GanNetworks.images(dcgan(data.name(), width), normalization, packing);
    }
}
