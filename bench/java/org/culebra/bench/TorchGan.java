package org.culebra.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.culebra.data.Batch;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.io.Npy;
import org.culebra.kernel.Machine;
import org.culebra.models.Dcgan;
import org.culebra.nn.Layer;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.gan.Gan;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * The recipe {@code gan} on images, trained by PyTorch: the same images in the same order, the same first weights, the same latents, with the
 * options of {@code culebra train gan}. Writes 10,000 images, to be measured as ours are: {@code culebra measure FILE --data fashion}.
 *
 * <pre>mvn -q -Pbench test-compile exec:exec -Dexec.args="@.jvmconfig -cp %classpath org.culebra.bench.TorchGan
 *     FILE.npy --data fashion --average 10000 --images 256000 --seed 0"</pre>
 */
public final class TorchGan {
    private static final Set<String> KNOWN = Set.of(
            "data",
            "width",
            "average",
            "examples",
            "epochs",
            "images",
            "batch-size",
            "learning-rate",
            "seed",
            "minutes",
            "checkpoint-every");
    private static final int BATCH = 128;
    private static final double RATE = 2e-4;
    private static final int SHOWN = 80;
    private static final int MOST = 10_000;
    private static final int CHUNK = 500;

    private final Map<String, String> options;
    private final int batch;
    private final Dcgan model;
    private final Loader loader;
    private final Random layers;
    private final Tensor latents;
    private final TorchDcgan net;
    private final TorchDcgan.Average average;
    private long steps;

    /** The draws of the recipe, in its order. */
    TorchGan(RecipeOptions told, Splits splits) {
        options = requireKnown(told);
        JudgeData data = JudgeData.named(options.getOrDefault("data", ""));
        batch = integer("batch-size") == 0 ? BATCH : integer("batch-size");
        model = new Dcgan(data.side(), data.channels(), integer("width"), 100);
        Random random = Random.seeded(Long.parseLong(options.getOrDefault("seed", "")));
        random.split(); // of points that are drawn
        Layer g = model.generator();
        Layer d = model.discriminator(Dcgan.Normalization.BATCH, 1);
        g.initialize(random.split());
        d.initialize(random.split());
        Dataset training =
                integer("examples") == 0 ? splits.training() : splits.training().first(integer("examples"));
        loader = Loader.of(training)
                .batchSize(batch)
                .dropLast()
                .shuffle(random)
                .transform(Transform.normalize(data.brightest(), .5, .5));
        layers = random.split();
        Random fixed = random.split();
        draw(fixed, SHOWN); // those of the pictures
        latents = draw(fixed, Math.min(MOST, splits.test().size()));
        double rate = number("learning-rate") == 0 ? RATE : number("learning-rate");
        net = new TorchDcgan(GanRows.weights(g), GanRows.weights(d), rate);
        average = net.new Average(number("average") / batch);
    }

    private static Map<String, String> requireKnown(RecipeOptions told) {
        Map<String, String> defaults = RecipeOptions.of(Gan.recipe()).asText();
        told.asText().forEach((name, value) -> {
            if (!KNOWN.contains(name) && !value.equals(defaults.get(name))) {
                throw new IllegalArgumentException(
                        name + ": by PyTorch there is only " + defaults.get(name) + ", not " + value);
            }
        });
        return told.asText();
    }

    private int integer(String name) {
        return Integer.parseInt(options.getOrDefault(name, ""));
    }

    private double number(String name) {
        return Double.parseDouble(options.getOrDefault(name, ""));
    }

    private Tensor draw(Random random, long count) {
        return Tensor.normal(random, 0, 1, count, model.latents());
    }

    /** Trains for as long as it is told; hears the losses of each step. */
    void train(Consumer<TorchDcgan.Losses> listener) {
        long start = System.nanoTime();
        long most =
                integer("images") > 0 ? Math.ceilDiv(integer("images"), batch) : integer("epochs") * loader.batches();
        double minutes = number("minutes") > 0 ? number("minutes") : Double.POSITIVE_INFINITY;
        while (steps < most && (System.nanoTime() - start) / 60e9 < minutes) {
            for (Batch each : loader) {
                listener.accept(step(each));
                average.update();
                steps++;
                if (steps == most || (System.nanoTime() - start) / 60e9 >= minutes) {
                    return;
                }
            }
        }
    }

    private TorchDcgan.Losses step(Batch each) {
        try (var _ = new PointerScope()) {
            var x = Pair.of(each.inputs()).theirs();
            var first = Pair.of(draw(layers, batch)).theirs();
            var second = Pair.of(draw(layers, batch)).theirs();
            TorchDcgan.Losses losses = net.step(x, first, second);
            List.of(x, first, second).forEach(org.bytedeco.javacpp.Pointer::releaseReference);
            return losses;
        }
    }

    /** Images from 0 to 1 of the latents that ours are measured with: f32[N, C, H, W]. */
    Tensor samples() {
        var parts = new ArrayList<Tensor>();
        for (Tensor some : latents.split(0, CHUNK)) {
            float[] images = average.images(Pair.of(some.contiguous()).theirs());
            parts.add(Tensor.of(images, some.dim(0), model.channels(), model.side(), model.side()));
        }
        return Tensor.concat(0, parts).mul(.5).add(.5);
    }

    /** What they are made of. */
    Tensor latents() {
        return latents;
    }

    /** FILE, then options of {@code culebra train gan}, and {@code --data-dir}. */
    public static void main(String[] args) throws IOException {
        var told = new LinkedHashMap<String, String>();
        told.put("data", "fashion");
        for (int i = 1; i + 1 < args.length; i += 2) {
            told.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        Optional<Path> folder = Optional.ofNullable(told.remove("data-dir")).map(Path::of);
        RecipeOptions options = RecipeOptions.of(Gan.recipe(), told);
        Splits splits = JudgeData.named(told.getOrDefault("data", ""))
                .source()
                .load(DataPlaces.standard().chosen(folder));
        torch.set_num_threads(Machine.threads()); // of its own accord it takes more on some machines, and is slower
        var gan = new TorchGan(options, splits);
        long start = System.nanoTime();
        gan.train(losses -> {
            if (gan.steps % 100 == 0) {
                System.out.printf(
                        Locale.ROOT,
                        "step %d: discriminator %.4f, generator %.4f%n",
                        gan.steps + 1,
                        losses.discriminator(),
                        losses.generator());
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        Npy.write(Path.of(args[0]), gan.samples());
        System.out.printf(
                Locale.ROOT,
                "gan by PyTorch, %s: %d steps of %d images, %.0f s; %d images in %s%n",
                told,
                gan.steps,
                gan.batch,
                seconds,
                gan.latents.dim(0),
                args[0]);
    }
}
