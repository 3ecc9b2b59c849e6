package org.culebra.recipes.gan;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.Dataset;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.data.ToyData;
import org.culebra.memory.DType;
import org.culebra.models.Dcgan;
import org.culebra.models.Mlp;
import org.culebra.models.PacGan;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.recipes.Job;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.ModeCount;
import org.culebra.train.Run;

/**
 * Points of a mixture of Gaussians, judged by its modes: a sample within 3 deviations of a middle is good, a mode with a good sample is
 * covered (PacGAN paper, section 4.1).
 *
 * @param centres f32[K, 2]
 * @param deviation of each Gaussian
 */
record GanPoints(Dataset training, Dataset test, Tensor centres, double deviation) implements GanSubject {
    static final List<String> HEADLINES = List.of("modes", "good_share", "reverse_kl");

    private static final int SAMPLES = 100_000;
    private static final int JUDGED = 2_500;
    private static final double RADIUS = 3;
    private static final double MARGIN = 1.4;
    private static final int HIDDEN = 400;

    /** What the paper reports: mean modes, their standard error, mean share of good samples, its standard error. */
    record Paper(double modes, double modesError, double good, double goodError) {}

    /** The paper's rows by data and packing. */
    private static final Map<String, Paper> PAPER = Map.of(
            "ring 1", new Paper(6.3, .5, .982, .002),
            "ring 2", new Paper(7.9, .1, .956, .020),
            "grid 1", new Paper(17.3, .8, .948, .007),
            "grid 2", new Paper(23.8, .7, .913, .008));

    /** As many as are asked for, else the paper's 100,000 for each point of a pack, so that an epoch has as many steps. */
    static GanPoints draw(Job job, String name, int packing, Random random) throws IOException {
        job.places().requireChosen();
        long size = job.get(Training.EXAMPLES);
        if (size == 0) {
            size = (long) SAMPLES * packing;
        }
        boolean isRing = name.equals("ring");
        Dataset training = isRing ? ToyData.ring(random, size) : ToyData.grid(random, size);
        Dataset test = isRing ? ToyData.ring(random, JUDGED) : ToyData.grid(random, JUDGED);
        Tensor centres = isRing ? ToyData.ringCentres() : ToyData.gridCentres();
        return new GanPoints(training, test, centres.to(DType.F32), isRing ? .01 : .05);
    }

    /** The row of the paper, if there is one. */
    static Optional<Paper> paper(String data, int packing) {
        return Optional.ofNullable(PAPER.get(data + " " + packing));
    }

    @Override
    public String origin() {
        return "drawn";
    }

    @Override
    public Loader batches(int size, Random random) {
        return Loader.of(training).batchSize(size).dropLast().shuffle(random);
    }

    @Override
    public Loader tests() {
        return Loader.of(test).batchSize(JUDGED);
    }

    @Override
    public int judged() {
        return JUDGED;
    }

    @Override
    public int glanced() {
        return JUDGED;
    }

    private ModeCount count(Tensor samples) {
        return ModeCount.of(samples, centres, RADIUS * deviation);
    }

    @Override
    public Map<String, Double> glance(Tensor samples) {
        ModeCount count = count(samples);
        var figures = new LinkedHashMap<String, Double>(); // their order is that of the columns people see
        figures.put("modes", (double) count.covered());
        figures.put("good_share", count.good());
        return figures;
    }

    @Override
    public Map<String, Object> figures(Tensor samples) {
        ModeCount count = count(samples);
        var figures = new LinkedHashMap<String, Object>();
        figures.put("modes", count.covered());
        figures.put("all_modes", count.modes());
        figures.put("good_share", count.good());
        figures.put("reverse_kl", count.reverseKl());
        figures.put("samples", samples.dim(0));
        return figures;
    }

    @Override
    public List<String> headlines() {
        return HEADLINES;
    }

    @Override
    public int shown() {
        return JUDGED;
    }

    @Override
    public ImageGrid picture(Tensor samples) {
        return ImageGrid.of(image(samples)).magnify(2);
    }

    /** f32[3, H, W]: samples over data. */
    Tensor image(Tensor samples) {
        return PointPicture.of(test.inputs().all(), samples, extent(centres));
    }

    /** Half the side of a picture that has room for all modes. */
    static double extent(Tensor centres) {
        return MARGIN * centres.abs().max().item();
    }

    @Override
    public void draw(Run run, Tensor samples) throws IOException {
        picture(samples).write(run.picture("samples.png", "samples", "Samples in blue over the data in grey", null));
    }

    @Override
    public Layer encoder(int width, int outputs) {
        return Mlp.create(Activation.RELU, PacGan.NUMBERS, HIDDEN, HIDDEN, outputs);
    }

    @Override
    public GanNetworks networks(int width, Dcgan.Normalization normalization, int packing) {
        return GanNetworks.points(normalization == Dcgan.Normalization.SPECTRAL, packing);
    }
}
