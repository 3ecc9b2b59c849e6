package org.culebra.recipes.gan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.culebra.data.ImageGrid;
import org.culebra.kernel.Machine;
import org.culebra.memory.DType;
import org.culebra.models.Dcgan;
import org.culebra.models.Likelihood;
import org.culebra.models.Vae;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.optim.Adam;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.TextTable;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.Player;
import org.culebra.train.Run;

/**
 * {@code mode-collapse}: why it is hard to turn samples of a normal distribution into those of another one. Whoever makes the distance
 * between a random sample and a random example small learns the average of all examples; the same generator is then taught by a
 * discriminator, by one that sees two examples at a time, and as the decoder of a VAE.
 */
public final class ModeCollapse implements Generating {
    private static final double RATE = 1e-3;

    private ModeCollapse() {}

    public static Recipe recipe() {
        return new ModeCollapse();
    }

    /** Who teaches the generator. */
    private enum Teacher {
        DISTANCE("distance", "distance to a random example", 1),
        GAN("gan", "GAN", 1),
        PACKED("gan-packing-2", "GAN, packing two", 2),
        VAE("vae", "VAE", 1);

        final String label;
        final String what;
        final int packing;

        Teacher(String label, String what, int packing) {
            this.label = label;
            this.what = what;
            this.packing = packing;
        }
    }

    /** What came of one: samples, and figures by name. */
    private record Taught(String what, Tensor samples, Map<String, Object> figures) {}

    @Override
    public Card card() {
        return Card.of(
                        "mode-collapse",
                        "Four ways to teach a generator: the naive one, two GANs and a VAE; modes covered; minutes.",
                        Gan.DATA)
                .with(GanTraining.OPTIONS);
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        long start = System.nanoTime();
        var parts = Arrays.stream(Teacher.values())
                .map(teacher -> new Parts.Part(teacher.label, teacher.what, part -> taught(part, teacher)))
                .toList();
        var facts = Map.of("data", job.get(Gan.DATA), "epochs", job.get(Training.EPOCHS));
        Map<String, Parts.Trained> trained = Parts.train(job, this, facts, parts);
        GanSubject subject = subject(job, 1);
        Tensor real = examples(subject);
        var all = new ArrayList<Taught>();
        all.add(new Taught("real examples", real, subject.figures(real)));
        for (Teacher teacher : Teacher.values()) {
            Parts.Trained part = Objects.requireNonNull(trained.get(teacher.label));
            all.add(new Taught(teacher.what, samples(job, subject, teacher, part.run()), part.results()));
        }
        return finish(job, subject, all, (System.nanoTime() - start) / 1e9);
    }

    // ---------------------------------------------------------------- one of them

    private static GanSubject subject(Job job, int packing) throws IOException {
        Random random = Random.seeded(job.get(Training.SEED));
        return GanSubject.load(job, job.get(Gan.DATA), packing, random.split());
    }

    private GanNetworks networks(Job job, GanSubject subject, Teacher teacher) {
        return subject.networks(job.get(GanTraining.WIDTH), Dcgan.Normalization.BATCH, teacher.packing);
    }

    private Map<String, Object> taught(Job job, Teacher teacher) throws IOException {
        GanSubject subject = subject(job, teacher.packing);
        Random random = Random.seeded(job.get(Training.SEED) + 1);
        GanNetworks nets = networks(job, subject, teacher);
        var training = new GanTraining(job, this, subject, nets, random);
        if (teacher == Teacher.GAN || teacher == Teacher.PACKED) {
            var rules = GanGame.Rules.named("non-saturating", subject instanceof GanPoints, 0, 1);
            return training.train(rules, (samples, labels) -> Map.of());
        }
        double rate = job.get(GanTraining.LEARNING_RATE);
        Player alone = teacher == Teacher.VAE
                ? vae(subject.encoder(job.get(GanTraining.WIDTH), 2 * nets.latents()), nets, rate, random)
                : distance(nets, rate);
        var average = training.average(1);
        if (average != null) {
            alone.average(average);
        }
        return training.train(Adversarial.of(alone), (samples, labels) -> Map.of());
    }

    /** mean (g(z) − x)², z and x drawn apart: smallest if g(z) is the mean of all x, whatever z. */
    private static Player distance(GanNetworks nets, double rate) {
        var adam = Adam.of(nets.generator().parameters()).learningRate(rate == 0 ? RATE : rate);
        return Player.of("generator", nets.generator(), adam, turn -> {
            Tensor x = turn.batch().inputs();
            Tensor z = nets.draw(turn.random(), x.dim(0));
            Tensor made = nets.make().of(z, turn.batch().targets(), turn.mode());
            return Losses.mse(made, x);
        });
    }

    /** The generator as the decoder: p(x|z) = N(g(z), σ²I) with one σ for all that is learned, −L as the loss. */
    private static Player vae(Layer encoder, GanNetworks nets, double rate, Random random) {
        Vae vae = Vae.of(encoder, nets.decoder(), Likelihood.gaussian(), nets.latents());
        vae.initialize(random.split());
        var adam = Adam.of(vae.parameters()).learningRate(rate == 0 ? RATE : rate);
        return Player.of("vae", vae, adam, turn -> {
            Tensor x = turn.batch().inputs();
            Vae.Bound bound = vae.bound(x, nets.draw(turn.random(), x.dim(0)), turn.mode());
            turn.note("reconstruction", bound.logLikelihood().neg());
            turn.note("kl", bound.posterior().divergence().sum(1));
            return bound.loss(1, 0);
        });
    }

    // ---------------------------------------------------------------- side by side

    private static Tensor examples(GanSubject subject) {
        return Tape.scoped(() -> {
            var loader = subject.tests();
            try (var batches = loader.iterator()) {
                var parts = new ArrayList<Tensor>();
                long count = 0;
                while (batches.hasNext() && count < subject.judged()) {
                    Tensor some = batches.next().inputs().copy(); // the next batch takes its memory
                    parts.add(some);
                    count += some.dim(0);
                }
                return Tensor.concat(0, parts);
            }
        });
    }

    private Tensor samples(Job job, GanSubject subject, Teacher teacher, Run part) throws IOException {
        GanNetworks nets = networks(job, subject, teacher);
        Training.load(part.model(), this, nets.generator());
        int count = subject.judged();
        Tensor z = nets.draw(Random.seeded(job.get(Training.SEED) + 2), count);
        return nets.samples(z, Tensor.zeros(DType.I64, count));
    }

    /** How far the mean of the samples is from that of the examples, and how far they spread, both in deviations of the examples. */
    private static Map<String, Object> collapse(Tensor samples, Tensor real) {
        double distance = Tape.scoped(
                        () -> samples.mean(0).sub(real.mean(0)).square().mean().sqrt())
                .item();
        var figures = new LinkedHashMap<String, Object>();
        figures.put("mean_distance", distance / deviation(real));
        figures.put("spread", deviation(samples) / deviation(real));
        return figures;
    }

    private static double deviation(Tensor x) {
        return Math.sqrt(Tape.scoped(() -> x.variance(0, false, 0).mean()).item());
    }

    private Map<String, Object> finish(Job job, GanSubject subject, List<Taught> all, double seconds)
            throws IOException {
        boolean points = subject instanceof GanPoints;
        var rows = new ArrayList<List<String>>();
        rows.add(new ArrayList<>(List.of(
                job.get(Gan.DATA),
                "modes",
                "good, %",
                points ? "reverse KL" : "Fréchet distance",
                "mean off by",
                "spread")));
        Tensor real = all.getFirst().samples();
        var methods = new LinkedHashMap<String, Object>();
        for (Taught each : all) {
            var figures = new LinkedHashMap<>(each.figures());
            figures.putAll(collapse(each.samples(), real));
            rows.add(List.of(
                    each.what(),
                    String.format(
                            Locale.ROOT,
                            "%.0f of %.0f",
                            Training.number(figures, "modes"),
                            Training.number(figures, "all_modes")),
                    cell(100 * Training.number(figures, "good_share"), 1),
                    cell(Training.number(figures, points ? "reverse_kl" : "frechet_distance"), 2),
                    cell(Training.number(figures, "mean_distance"), 3),
                    cell(Training.number(figures, "spread"), 3)));
            methods.put(each.what(), figures);
        }
        job.out().println();
        TextTable.aligned(rows).forEach(job.out()::println);
        draw(job, subject, all);

        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name());
        results.put("data", job.get(Gan.DATA));
        results.put("epochs", job.get(Training.EPOCHS));
        results.put("seed", job.get(Training.SEED));
        results.put("threads", Machine.threads());
        results.put("seconds", seconds);
        results.put("methods", methods);
        job.run().finish(results);
        return results;
    }

    private static String cell(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** All in one picture, in the order of the table; and the average that the naive way comes to. */
    private static void draw(Job job, GanSubject subject, List<Taught> all) throws IOException {
        String order = String.join("; ", all.stream().map(Taught::what).toList());
        var png = job.run().picture("all.png", "comparison", "From left to right, or from above: " + order, null);
        switch (subject) {
            case GanPoints points -> {
                List<Tensor> panels =
                        all.stream().map(each -> points.image(each.samples())).toList();
                ImageGrid.of(Tensor.stack(0, panels))
                        .columns(panels.size())
                        .padding(4)
                        .write(png);
            }
            case GanImages images -> {
                int columns = 16;
                List<Tensor> rows = all.stream()
                        .map(each -> GanImages.unit(each.samples().narrow(0, 0, columns)))
                        .toList();
                SampleGrids.grid(Tensor.concat(0, rows), columns).write(png);
                Tensor mean = GanImages.unit(all.getFirst().samples()).mean(true, 0);
                Tensor learned = GanImages.unit(all.get(1).samples()).mean(true, 0);
                SampleGrids.grid(Tensor.concat(0, mean, learned), 2)
                        .write(job.run()
                                .picture(
                                        "average.png",
                                        "comparison",
                                        "The mean of all examples, and that of the samples of the naive way",
                                        null));
            }
        }
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions options) throws IOException {
        return GanSubject.generator(file, this, options);
    }

    @Override
    public String subject(RecipeOptions options) {
        return options.get(Gan.DATA);
    }
}
