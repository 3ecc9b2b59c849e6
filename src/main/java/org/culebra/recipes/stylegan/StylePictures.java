package org.culebra.recipes.stylegan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.culebra.data.ImageGrid;
import org.culebra.memory.Scope;
import org.culebra.models.StyleGenerator;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Run;

/** The pictures of both papers: samples, truncation, styles mixed, noise on and off. Always of the same latents. */
final class StylePictures {
    private static final long SEED = 2019;
    private static final int SAMPLES = 64;
    private static final int MIXED = 6;
    private static final int SWEPT = 8;
    private static final double[] PSI = {1, .7, .5, .3, 0, -.5, -1};
    private static final int REALIZATIONS = 32;

    private final StyleGenerator model;
    private final StyleData data;
    private final double psi;

    /**
     * Of a model.
     *
     * @param psi of all pictures but that of truncation
     */
    StylePictures(StyleGenerator model, StyleData data, double psi) {
        this.model = model;
        this.data = data;
        this.psi = psi;
    }

    private Tensor w(int count, long seed, double truncation) {
        Tensor z = Tensor.normal(Random.seeded(seed), 0, 1, count, model.latents());
        return model.truncate(model.map(z), truncation);
    }

    private Tensor images(Tensor styles, Noise noise) {
        return data.shown(model.synthesize(styles, noise));
    }

    private ImageGrid grid(Tensor images, int columns) {
        return ImageGrid.of(images).columns(columns).padding(1).magnify(data.side() < 32 ? 4 : 2);
    }

    /** 64 samples. */
    ImageGrid samples() {
        return grid(images(model.styles(w(SAMPLES, SEED, psi)), Noise.FIXED), 8);
    }

    /** All others into the folder of a run. */
    void draw(Run run) throws IOException {
        write(run, "samples.png", "samples", "samples, ψ = " + psi, this::samples);
        write(run, "truncation.png", "truncation", "ψ from left to right: 1, .7, .5, .3, 0, −.5, −1", this::truncated);
        int coarse = firstMiddle();
        int fine = firstTop();
        write(
                run,
                "mixing.png",
                "style mixing",
                "columns: A; rows: B; the bottom layers (1–" + coarse + "), the middle ones (" + (coarse + 1) + "–"
                        + fine + "), the top ones (" + (fine + 1) + "–" + model.layers()
                        + ") take their styles from B, the others from A",
                this::mixed);
        write(
                run,
                "noise.png",
                "noise",
                "from left to right: with noise, with other noise, without, deviation over " + REALIZATIONS
                        + " draws of noise (white: .25)",
                this::noisy);
    }

    private void write(Run run, String file, String group, String caption, Supplier<ImageGrid> grid)
            throws IOException {
        try (var _ = Scope.open(group)) {
            grid.get().write(run.picture(file, group, caption, null));
        }
    }

    /** Karras et al. 2019, figure 8: a row per latent. */
    private ImageGrid truncated() {
        Tensor w = w(SWEPT, SEED, 1);
        var columns = new ArrayList<Tensor>();
        for (double each : PSI) {
            columns.add(images(model.styles(model.truncate(w, each)), Noise.FIXED)); // (8, C, S, S)
        }
        return grid(rows(columns), PSI.length);
    }

    /** Images by columns to images row by row: k of [N, C, H, W] → [N·k, C, H, W]. */
    private static Tensor rows(List<Tensor> columns) {
        Tensor stacked = Tensor.stack(1, columns); // (N, k, C, S, S)
        return stacked.reshape(stacked.dim(0) * stacked.dim(1), stacked.dim(2), stacked.dim(3), stacked.dim(4));
    }

    /** The first layer after those of the coarse styles: half of all, which is up to 8×8 of 32×32. */
    private int firstMiddle() {
        return model.layers() / 2;
    }

    private int firstTop() {
        return model.layers() * 3 / 4;
    }

    /** Karras et al. 2019, figure 3. */
    private ImageGrid mixed() {
        Tensor a = w(MIXED, SEED, psi);
        Tensor b = w(MIXED, SEED + 1, psi);
        Tensor ofA = images(model.styles(a), Noise.FIXED);
        Tensor ofB = images(model.styles(b), Noise.FIXED);
        Tensor white = Tensor.ones(ofA.narrow(0, 0, 1).shape().dims());
        var all = new ArrayList<Tensor>(List.of(white, ofA));
        int[] ends = {0, firstMiddle(), firstTop(), model.layers()};
        List<String> parts = List.of("bottom", "middle", "top");
        var labels = new ArrayList<String>(List.of(""));
        for (int part = 0; part < 3; part++) {
            // Two rows of each part in turn would hide what a part does: all rows of one, then the next.
            for (int row = 0; row < 2; row++) {
                int source = 2 * part + row;
                labels.add(parts.get(part));
                Tensor from = b.narrow(0, source, 1).expand(MIXED, model.latents());
                all.add(ofB.narrow(0, source, 1));
                all.add(images(between(a, from, ends[part], ends[part + 1]), Noise.FIXED));
            }
        }
        return grid(Tensor.concat(0, all), MIXED + 1).rowLabels(labels);
    }

    /** A's styles but for the layers from {@code start} to {@code end}, which have B's. */
    private Tensor between(Tensor a, Tensor b, int start, int end) {
        var parts = new ArrayList<Tensor>();
        if (start > 0) {
            parts.add(model.styles(a).narrow(1, 0, start));
        }
        parts.add(model.styles(b).narrow(1, start, end - start));
        if (end < model.layers()) {
            parts.add(model.styles(a).narrow(1, end, model.layers() - end));
        }
        return Tensor.concat(1, parts);
    }

    /** Karras et al. 2019, figures 4 and 5. */
    private ImageGrid noisy() {
        Tensor styles = model.styles(w(SWEPT, SEED, psi));
        Random random = Random.seeded(SEED);
        var drawn = new ArrayList<Tensor>();
        for (int i = 0; i < REALIZATIONS; i++) {
            drawn.add(images(styles, Noise.drawn(random)));
        }
        Tensor deviation = Tensor.stack(0, drawn).standardDeviation(0).mul(4);
        return grid(rows(List.of(drawn.get(0), drawn.get(1), images(styles, Noise.NONE), deviation)), 4);
    }
}
