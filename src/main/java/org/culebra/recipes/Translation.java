package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.ModelFile;

/** What recipes that turn pictures into other pictures have in common; pictures are in [−1, 1] here. */
final class Translation {
    static final RecipeOption<String> SIDE =
            RecipeOption.choice("side", List.of("32", "64"), "Pixels along a side of an emoji: 32 or 64;");

    private static final double BETA1 = .5;
    private static final double BETA2 = .999;
    private static final int BATCH = 50;
    private static final int ACROSS = 12;
    private static final int WANTED_PIXELS = 64;

    private Translation() {}

    /** Adam with β₁ = .5, as both papers have it. */
    static Adam adam(Job job, List<Tensor> parameters) {
        return Adam.of(parameters).learningRate(job.get(Training.LEARNING_RATE)).betas(BETA1, BETA2);
    }

    /** 1 for the first half of the steps, then down to 0 in equal steps (Zhu et al. 2017, section 4). */
    static Schedule decay(Job job, Loader loader) {
        long steps = job.get(Training.EPOCHS) * loader.batches();
        long constant = Math.max(1, steps / 2);
        return Schedule.constant(1).then(constant, Schedule.linear(1, 0, Math.max(1, steps - constant)));
    }

    /** How often a side can be halved until it is odd, n at most. */
    static int halvings(int side, int most) {
        return Math.min(most, Integer.numberOfTrailingZeros(side));
    }

    /** Halvings of a discriminator of patches: three, or fewer where so large a patch would be more than the image. */
    static int patchHalvings(int side) {
        return Math.clamp(31 - Integer.numberOfLeadingZeros(side) - 2, 1, 3);
    }

    /** g(x), some images at a time. */
    static Tensor translated(Layer generator, Tensor images) {
        return Tape.scoped(() -> {
            var parts = new ArrayList<Tensor>();
            for (long start = 0; start < images.dim(0); start += BATCH) {
                Tensor part = images.narrow(0, start, Math.min(BATCH, images.dim(0) - start));
                parts.add(Tape.scoped(() -> generator.forward(part)));
            }
            return Tensor.concat(0, parts);
        });
    }

    /** mean |x − y|, as part of the range of a pixel. */
    static double distance(Tensor x, Tensor y) {
        return Tape.scoped(() -> x.sub(y).abs().mean()).item() / 2;
    }

    /** Mean difference of neighbouring pixels: blurred pictures have less of it than sharp ones. */
    static double contrast(Tensor x) {
        long height = x.dim(2);
        long width = x.dim(3);
        return Tape.scoped(() -> x.narrow(2, 1, height - 1)
                        .sub(x.narrow(2, 0, height - 1))
                        .abs()
                        .mean()
                        .add(x.narrow(3, 1, width - 1)
                                .sub(x.narrow(3, 0, width - 1))
                                .abs()
                                .mean()))
                .item();
    }

    /** Pictures that belong together side by side, several such groups in a row; grey ones become coloured where others are. */
    static ImageGrid grid(Tensor... parts) {
        long channels =
                Arrays.stream(parts).mapToLong(part -> part.dim(1)).max().orElse(1);
        List<Tensor> alike = Arrays.stream(parts)
                .map(part -> part.expand(part.dim(0), channels, part.dim(2), part.dim(3)))
                .toList();
        Tensor together = Tensor.concat(1, alike)
                .reshape(
                        alike.getFirst().dim(0) * parts.length,
                        channels,
                        parts[0].dim(2),
                        parts[0].dim(3)); // (N, k·C, H, W) -> (N·k, C, H, W)
        return ImageGrid.of(together)
                .range(-1, 1)
                .columns(parts.length * Math.max(1, ACROSS / parts.length))
                .padding(2)
                .magnify(Math.max(1, WANTED_PIXELS / (int) together.dim(3)));
    }

    /** g with images from 0 to 1 on both sides. */
    static Translator translator(PictureSize size, Layer generator) {
        return new Translator(
                size.channels(),
                size.side(),
                images -> generator.forward(images.mul(2).sub(1)).add(1).div(2));
    }

    /** What a translator takes. */
    record PictureSize(int channels, int side) {}

    /** Loads what can be used. */
    static void load(Path file, Model model) throws IOException {
        ModelFile.load(file, model);
        ModelFile.requireFinite(file, model);
    }
}
