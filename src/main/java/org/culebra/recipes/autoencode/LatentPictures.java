package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.culebra.data.ImageGrid;
import org.culebra.distributions.Normal;
import org.culebra.memory.DType;
import org.culebra.recipes.SampleGrids;
import org.culebra.report.Plot;
import org.culebra.tensor.Tensor;
import org.culebra.train.Run;

/** Pictures of what lies in a space of latents. Images are f32[B, C, H, W] from 0 to 1, latents f32[B, n]. */
final class LatentPictures {
    private static final String SAMPLES = "samples";

    private LatentPictures() {}

    static void write(Run run, String name, String caption, Tensor images, int columns) throws IOException {
        SampleGrids.grid(images, columns).write(run.picture(name + ".png", SAMPLES, caption, null));
    }

    /** Rows of images, under each row what became of them. */
    static Tensor inTurn(Tensor images, Tensor others, int columns) {
        var rows = new ArrayList<Tensor>();
        for (long start = 0; start + columns <= images.dim(0); start += columns) {
            rows.add(images.narrow(0, start, columns));
            rows.add(others.narrow(0, start, columns));
        }
        return Tensor.concat(0, rows);
    }

    static void reconstructions(Run run, Tensor images, Tensor others, int columns) throws IOException {
        write(
                run,
                "reconstructions",
                "Test images, and under each row what is left of them",
                inTurn(images, others, columns),
                columns);
    }

    /** Straight lines from one latent to another: a row each. */
    static void interpolation(Run run, Tensor from, Tensor to, int columns, UnaryOperator<Tensor> decoder)
            throws IOException {
        Tensor share = Tensor.linspace(DType.F32, 0, 1, columns).reshape(1, columns, 1);
        Tensor ends = to.sub(from).unsqueeze(1); // (R, 1, n)
        Tensor all = from.unsqueeze(1).add(ends.mul(share)); // (R, columns, n)
        write(
                run,
                "interpolation",
                "From one test image to another, straight through the latents",
                decoder.apply(all.reshape(from.dim(0) * columns, from.dim(1))),
                columns);
    }

    /** What is made of latents of two numbers, at the same steps of probability along both (Kingma and Welling 2014, figure 4). */
    static void manifold(Run run, int side, UnaryOperator<Tensor> decoder) throws IOException {
        double edge = .5 / side;
        Tensor along = Normal.standard(DType.F64)
                .quantile(Tensor.linspace(DType.F64, edge, 1 - edge, side))
                .to(DType.F32);
        Tensor z1 = along.reshape(1, side).expand(side, side);
        Tensor z2 = along.flip(0).reshape(side, 1).expand(side, side); // the second number grows upwards
        Tensor z = Tensor.stack(-1, z1, z2).reshape((long) side * side, 2);
        ImageGrid.of(decoder.apply(z))
                .columns(side)
                .write(run.picture(
                        "manifold.png", SAMPLES, "The plane of latents, in equal steps of probability", null));
    }

    /** Points in the plane by their classes. */
    static void map(Run run, String title, Tensor points, long[] labels, List<String> classes) throws IOException {
        double[] all = points.toDoubleArray();
        var plot = Plot.of(title, "first", "second");
        for (int k = 0; k < classes.size(); k++) {
            int wanted = k;
            int[] chosen = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == wanted)
                    .toArray();
            if (chosen.length > 0) {
                plot.points(
                        classes.get(k),
                        Arrays.stream(chosen).mapToDouble(i -> all[2 * i]).toArray(),
                        Arrays.stream(chosen).mapToDouble(i -> all[2 * i + 1]).toArray());
            }
        }
        plot.save(run.picture("latents.png", "plots", title, null));
    }
}
