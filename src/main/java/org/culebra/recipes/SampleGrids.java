package org.culebra.recipes;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.culebra.data.ImageGrid;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tensor;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.culebra.train.Run;

/**
 * Pictures of what a model makes of the same latents as it learns, for the report and the live page: after each of the first epochs,
 * then about twenty more; or, where epochs are long, each a quarter more steps after the last.
 */
public final class SampleGrids implements Callback {
    private static final int SIDE = 56;
    private static final int FIRST = 5;
    private static final int MORE = 20;
    private static final double GROWTH = 1.25;

    private final Run run;
    private final String name;
    private final Supplier<ImageGrid> grid;
    private long first;

    /**
     * Pictures into a run's folder.
     *
     * @param name what the files' names begin with, and what the captions say
     * @param grid makes one of the model as it is, from the same random numbers each time
     */
    public SampleGrids(Run run, String name, Supplier<ImageGrid> grid) {
        this.run = run;
        this.name = name;
        this.grid = grid;
    }

    /** Images side by side, small ones enlarged. */
    public static ImageGrid grid(Tensor images, int columns) {
        return ImageGrid.of(images)
                .columns(columns)
                .padding(1)
                .magnify(Math.max(1, SIDE / Math.toIntExact(images.dim(3))));
    }

    /** After so many steps, then each a quarter more steps after the last, and no more after epochs. */
    public SampleGrids afterSteps(long number) {
        first = number;
        return this;
    }

    @Override
    public void stepDone(Progress progress) throws IOException {
        if (first == 0) {
            return;
        }
        // Told by the step alone: a training that is resumed draws the same pictures.
        double due = first;
        while (Math.ceil(due) < progress.step()) {
            due *= GROWTH;
        }
        if (Math.ceil(due) == progress.step()) {
            draw(progress);
        }
    }

    @Override
    public void epochDone(Progress progress) throws IOException {
        if (first > 0) {
            return;
        }
        int epoch = progress.epoch();
        int rhythm = Math.max(1, progress.epochs().orElse(MORE) / MORE);
        if (epoch > FIRST && epoch % rhythm != 0) {
            return;
        }
        draw(progress);
    }

    private void draw(Progress progress) throws IOException {
        String file = String.format(Locale.ROOT, "%s-%07d.png", name.replace(' ', '-'), progress.step());
        try (var _ = Scope.open(name)) {
            grid.get()
                    .write(run.picture(
                            file,
                            "progress",
                            name + " in epoch " + progress.epoch() + ", step " + progress.step(),
                            progress.step()));
        }
    }
}
