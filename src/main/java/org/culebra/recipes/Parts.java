package org.culebra.recipes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.culebra.io.AtomicFile;
import org.culebra.io.Json;
import org.culebra.train.Run;

/**
 * Several trainings of one command, one after the other, each in a folder of its own within the run: the time that is left is theirs
 * in equal shares. What was finished is not done again when the run is resumed; what was interrupted goes on.
 */
public final class Parts {
    private static final String RESULTS = "results";
    private static final String OPTIONS = "options";

    private final Job job;
    private final Recipe recipe;
    private final long start = System.nanoTime();
    private int left;

    /** One of them. */
    @FunctionalInterface
    public interface Part {
        /** Trains, and says what came of it. */
        Map<String, Object> train(Job job) throws IOException;
    }

    /** So many of a recipe that has {@link Training#MINUTES}. */
    public Parts(Job job, Recipe recipe, int count) {
        this.job = job;
        this.recipe = recipe;
        left = count;
    }

    /** Where a part has what it leaves behind. */
    public Run run(String name) throws IOException {
        return job.run().variant(name);
    }

    /**
     * The next one.
     *
     * @param name of its folder
     * @param told which options are other than those of the whole
     */
    public Map<String, Object> train(String name, Map<String, String> told, Part part) throws IOException {
        Run run = run(name);
        Path file = run.folder().resolve("part.json");
        var options = new LinkedHashMap<>(job.options().asText());
        options.putAll(told);
        Map<String, Object> results = job.resume() ? finished(file, options) : Map.of();
        if (results.isEmpty()) {
            job.out().println();
            job.out().println("--- " + name);
            results = part.train(within(run, options));
            var json = Map.of(OPTIONS, options, RESULTS, results);
            AtomicFile.write(file, (Json.write(json) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            job.out().println(name + " was done before");
        }
        left--;
        return results;
    }

    private Job within(Run run, Map<String, String> options) {
        var own = new LinkedHashMap<>(options);
        double minutes = job.get(Training.MINUTES);
        if (minutes > 0) {
            double rest = Math.max(minutes - (System.nanoTime() - start) / 60e9, 1e-3);
            own.put(Training.MINUTES.name(), String.format(Locale.ROOT, "%.4f", rest / left));
        }
        return new Job(
                RecipeOptions.of(recipe, own),
                run,
                job.resume(),
                job.places(),
                job.out(),
                job.progress(),
                job.callbacks());
    }

    /** What came of it before, if it was told the same; else nothing. */
    private static Map<String, Object> finished(Path file, Map<String, String> options) throws IOException {
        var results = new LinkedHashMap<String, Object>();
        if (Files.exists(file)
                && Json.parse(Files.readString(file)) instanceof Map<?, ?> map
                && options.equals(map.get(OPTIONS))
                && map.get(RESULTS) instanceof Map<?, ?> found) {
            found.forEach((name, value) -> results.put(String.valueOf(name), value));
        }
        return results;
    }
}
