package org.culebra.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.DataPlaces;
import org.culebra.data.IdxFiles;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Job;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.gan.Gan;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.tensor.Tensor;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.culebra.train.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PyTorch trains is what the recipe trains: same weights, images, latents, losses, and average. */
class TorchGanTest {
    private static final Map<String, String> TOLD = Map.of(
            "data", "fashion", "width", "16", "batch-size", "64", "images", "320", "average", "200", "seed", "3");

    @TempDir
    private Path folder;

    private static final class Losses implements Callback {
        private final List<TorchDcgan.Losses> seen = new ArrayList<>();

        @Override
        public void stepDone(Progress progress) {
            seen.add(new TorchDcgan.Losses(
                    progress.figures().getOrDefault("discriminator_loss", Double.NaN),
                    progress.figures().getOrDefault("generator_loss", Double.NaN)));
        }
    }

    private DataPlaces places() {
        return new DataPlaces(Optional.of(folder), folder.resolve("cache"), folder, false, line -> {});
    }

    @Test
    void theFirstStepsAreOurs() throws IOException {
        IdxFiles.writeBars(folder, 290, 40); // the fifth batch of 64 is of the second epoch
        var recipe = (Generating) Gan.recipe();
        RecipeOptions options = RecipeOptions.of(recipe, TOLD);
        var ours = new Losses();
        var run = Run.in(folder.resolve("run"));
        var out = new PrintStream(OutputStream.nullOutputStream());
        recipe.train(new Job(options, run, false, places(), out, false, List.of(ours)));

        var gan = new TorchGan(options, JudgeData.named("fashion").source().load(places()));
        var theirs = new ArrayList<TorchDcgan.Losses>();
        gan.train(theirs::add);
        assertEquals(5, ours.seen.size());
        assertEquals(5, theirs.size());
        for (int i = 0; i < 5; i++) {
            String step = "step " + (i + 1) + ": " + ours.seen.get(i) + " and " + theirs.get(i);
            assertEquals(ours.seen.get(i).discriminator(), theirs.get(i).discriminator(), 1e-3, step);
            assertEquals(ours.seen.get(i).generator(), theirs.get(i).generator(), 1e-3, step);
        }

        Tensor samples = gan.samples();
        assertEquals("f32[40, 1, 28, 28]", samples.describe());
        Tensor made = recipe.generator(run.model(), options).generate(gan.latents());
        double apart = made.sub(samples).abs().mean().item();
        double spread = made.standardDeviation(0).mean().item();
        assertTrue(apart < .02 * spread, () -> apart + " apart, where images differ by " + spread);
    }

    @Test
    void whatItCannotIsSaid() throws IOException {
        IdxFiles.writeBars(folder, 80, 40);
        var splits = JudgeData.named("fashion").source().load(places());
        RecipeOptions options = RecipeOptions.of(Gan.recipe(), Map.of("data", "fashion", "loss", "hinge"));
        assertEquals(
                "loss: by PyTorch there is only non-saturating, not hinge",
                assertThrows(IllegalArgumentException.class, () -> new TorchGan(options, splits))
                        .getMessage());
    }
}
