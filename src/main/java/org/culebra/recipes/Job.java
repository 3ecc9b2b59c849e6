package org.culebra.recipes;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.culebra.data.Catalogue;
import org.culebra.data.DataPlaces;
import org.culebra.data.Splits;
import org.culebra.kernel.Machine;
import org.culebra.nn.Model;
import org.culebra.report.TensorBoard;
import org.culebra.train.Callback;
import org.culebra.train.EpochTable;
import org.culebra.train.ProgressLine;
import org.culebra.train.Run;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe is told when it runs.
 *
 * @param options their values
 * @param run where everything is written
 * @param resume whether to go on where a run in that folder was interrupted
 * @param places where data sets are looked for
 * @param out where lines for people go
 * @param progress whether to draw a progress bar on standard error
 * @param callbacks more of those who hear how it goes
 */
public record Job(
        RecipeOptions options,
        Run run,
        boolean resume,
        DataPlaces places,
        PrintStream out,
        boolean progress,
        List<Callback> callbacks) {
    /** A recipe's defaults but for what is told, in a folder, with lines to standard output and nothing else. */
    public static Job of(Recipe recipe, Map<String, String> told, Path folder) throws IOException {
        return new Job(
                RecipeOptions.of(recipe, told),
                Run.in(folder),
                false,
                DataPlaces.standard(),
                System.out,
                false,
                List.of());
    }

    /** The same with lines for people going there. */
    public Job withOut(PrintStream stream) {
        return new Job(options, run, resume, places, stream, progress, callbacks);
    }

    /** The same, looking for data there. */
    public Job withPlaces(DataPlaces others) {
        return new Job(options, run, resume, others, out, progress, callbacks);
    }

    /** The same, going on where it was interrupted. */
    public Job resuming() {
        return new Job(options, run, true, places, out, progress, callbacks);
    }

    /** The value of an option. */
    public <T> T get(RecipeOption<T> option) {
        return options.get(option);
    }

    /** A line for people, in the form of {@link String#format}. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    public void say(String format, @Nullable Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    /** Reads data, and says what was read. */
    public Splits load(Catalogue.Source source) throws IOException {
        // Also where the data are inside the jar: whoever names a folder means it.
        places.requireChosen();
        Splits splits = source.load(places.log(out::println));
        say(
                "%s: %,d examples to learn from, %,d to test with, %s",
                splits.training().name(),
                splits.training().size(),
                splits.test().size(),
                splits.origin());
        return splits;
    }

    /** Writes what the run is before it begins. */
    public void describe(Recipe recipe, Model model, Map<String, ?> more) throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("model", model.describe());
        facts.put("parameters", model.parameterCount());
        facts.putAll(more);
        describe(recipe, facts);
    }

    /** Writes what a run without one model is before it begins. */
    public void describe(Recipe recipe, Map<String, ?> more) throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("recipe", recipe.name());
        facts.put("description", recipe.description());
        facts.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS));
        facts.put("environment", Machine.describe());
        facts.put("options", options.described());
        facts.putAll(more);
        var configuration = new LinkedHashMap<>(options.asText());
        configuration.put("recipe", recipe.name());
        run.configure(configuration); // first: what is begun can be resumed, whenever it is killed
        run.describe(facts);
    }

    /** How many threads compute, in words. */
    public static String threads() {
        return Machine.threads() + (Machine.threads() == 1 ? " thread" : " threads");
    }

    /** All who hear how it goes: those who write it down, and who tells people. */
    public Callback[] listeners() {
        var all = new ArrayList<>(recorders());
        all.add(new EpochTable(out));
        return all.toArray(Callback[]::new);
    }

    /** All of them but who tells people epoch by epoch; what is written down is in the folder of this run, and of no other. */
    public List<Callback> recorders() {
        var all = new ArrayList<Callback>();
        all.add(run.log());
        all.add(TensorBoard.in(run.folder()));
        if (progress) {
            all.add(new ProgressLine(System.err));
        }
        all.addAll(callbacks);
        return all;
    }
}
