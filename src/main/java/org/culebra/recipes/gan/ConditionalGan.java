package org.culebra.recipes.gan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.models.ConditionalDcgan;
import org.culebra.nn.Mode;
import org.culebra.recipes.ConditionalGenerator;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * {@code conditional-gan}: a DCGAN that makes images of the class that it is asked for (Mirza and Osindero 2014), and how often a
 * classifier that was trained apart sees that class in them.
 */
public final class ConditionalGan implements Generating {
    private static final RecipeOption<String> DATA =
            RecipeOption.choice("data", GanSubject.IMAGES, "Images of ten classes.");
    private static final int CLASSES = 10;
    private static final String CLASS_SHARES = "asked_share_of_class";

    private ConditionalGan() {}

    public static Recipe recipe() {
        return new ConditionalGan();
    }

    @Override
    public Card card() {
        return Card.of(
                        "conditional-gan",
                        "A DCGAN that makes images of the class that it is asked for; Fashion-MNIST, MNIST; many minutes.",
                        DATA,
                        Gan.LOSS,
                        Gan.R1,
                        Gan.SPECTRAL,
                        Gan.CRITIC_STEPS)
                .with(GanTraining.OPTIONS);
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        Random random = Random.seeded(job.get(Training.SEED));
        GanImages images = GanImages.load(job, job.get(DATA));
        var rules = Gan.rules(job, false);
        var normalization = Gan.normalization(rules, job.get(Gan.SPECTRAL));
        Gan.say(job, normalization);
        var nets = GanNetworks.conditional(
                new ConditionalDcgan(GanImages.dcgan(images.data().name(), job.get(GanTraining.WIDTH)), CLASSES),
                normalization);
        Map<String, Object> results = new GanTraining(job, this, images, nets, random)
                .train(rules, (samples, labels) -> asked(images, samples, labels));
        report(job, images, results);
        return results;
    }

    /** How often the judge sees what was asked for. */
    private static Map<String, Object> asked(GanImages images, Tensor samples, Tensor labels) {
        List<String> classes = images.judge().classes();
        long[] seen = images.judge()
                .classify(Tape.scoped(() -> GanImages.unit(samples)))
                .toLongArray();
        long[] told = labels.toLongArray();
        long[] right = new long[classes.size()];
        long[] all = new long[classes.size()];
        for (int i = 0; i < told.length; i++) {
            all[(int) told[i]]++;
            right[(int) told[i]] += seen[i] == told[i] ? 1 : 0;
        }
        var shares = new LinkedHashMap<String, Object>();
        long sum = 0;
        for (int k = 0; k < classes.size(); k++) {
            shares.put(classes.get(k), right[k] / (double) all[k]);
            sum += right[k];
        }
        var results = new LinkedHashMap<String, Object>(); // in this order wherever it is written
        results.put("asked_share", sum / (double) told.length);
        results.put(CLASS_SHARES, shares);
        return results;
    }

    private static void report(Job job, GanImages images, Map<String, Object> results) {
        job.out().println();
        job.say(
                "the judge sees the class that was asked for in %.2f %% of the samples; in %.2f %% of real images",
                100 * (results.get("asked_share") instanceof Double share ? share : Double.NaN),
                100 * images.judge().accuracy());
        if (results.get(CLASS_SHARES) instanceof Map<?, ?> shares) {
            shares.forEach((name, share) ->
                    job.say("  %-12s %.2f %%", name, 100 * (share instanceof Double d ? d : Double.NaN)));
        }
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions options) throws IOException {
        String data = options.get(DATA);
        var model = new ConditionalDcgan(GanImages.dcgan(data, options.get(GanTraining.WIDTH)), CLASSES);
        var net = model.generator();
        Map<String, String> notes = Training.load(file, this, net);
        int own = model.dcgan().latents();
        // Which class an image has is drawn, too: it is that of the largest of K further latents.
        return new ConditionalGenerator(
                own + CLASSES,
                names(Training.classes(notes)),
                z -> images(
                        net,
                        z.narrow(1, 0, own),
                        () -> z.narrow(1, own, CLASSES).argMax(1)),
                k -> Generator.making(own, z -> images(net, z, () -> Tensor.full(DType.I64, k, z.dim(0)))));
    }

    /** The names that were saved; numbers where there are none. */
    private static List<String> names(List<String> saved) {
        return IntStream.range(0, CLASSES)
                .mapToObj(k -> k < saved.size() ? saved.get(k) : Integer.toString(k))
                .toList();
    }

    @Override
    public String subject(RecipeOptions options) {
        return options.get(DATA);
    }

    private static Tensor images(ConditionalDcgan.Generator net, Tensor latents, Supplier<Tensor> labels) {
        return GanImages.unit(net.forward(latents, Tape.untracked(labels), Mode.EVALUATION));
    }
}
