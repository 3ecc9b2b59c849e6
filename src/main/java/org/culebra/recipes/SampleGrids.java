package org.culebra.recipes;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.culebra.data.ImageGrid;
import org.culebra.memory.Scope;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.culebra.train.Run;

/**
 * Pictures of what a model makes of the same latents as it learns, for the report and the live page: after each of the first epochs,
 * then about twenty more.
 */
final class SampleGrids implements Callback {
    private static final int FIRST = 5;
    private static final int MORE = 20;

    private final Run run;
    private final String name;
    private final Supplier<ImageGrid> grid;

    /**
     * Pictures into a run's folder.
     *
     * @param name what the files' names begin with, and what the captions say
     * @param grid makes one of the model as it is, from the same random numbers each time
     */
    SampleGrids(Run run, String name, Supplier<ImageGrid> grid) {
        this.run = run;
        this.name = name;
        this.grid = grid;
    }

    @Override
    public void epochDone(Progress progress) throws IOException {
        int epoch = progress.epoch();
        int rhythm = Math.max(1, progress.epochs().orElse(MORE) / MORE);
        if (epoch > FIRST && epoch % rhythm != 0) {
            return;
        }
        String file = String.format(Locale.ROOT, "%s-%07d.png", name.replace(' ', '-'), progress.step());
        try (var _ = Scope.open(name)) {
            grid.get()
                    .write(run.picture(
                            file,
                            "progress",
                            name + " after epoch " + epoch + ", step " + progress.step(),
                            progress.step()));
        }
    }
}
