package org.culebra.recipes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.culebra.io.AtomicFile;
import org.culebra.io.Json;
import org.culebra.train.Run;

/**
 * Several trainings of one command, one after the other, each in a folder of its own within the run: variants that are compared, the
 * same with other seeds, one with and one without something. The time that is left is theirs in equal shares. What was finished is not
 * done again when the run is resumed; what was interrupted goes on.
 *
 * <p>The run says in {@code run.json} which parts it has, before the first of them begins: so reports and live pages know them.
 */
public final class Parts {
    private static final String RESULTS = "results";
    private static final String OPTIONS = "options";

    private final Job job;
    private final Recipe recipe;
    private final long start = System.nanoTime();
    private int left;

    /** Trains, and says what came of it: names and values as JSON has them. */
    @FunctionalInterface
    public interface Work {
        /** In the folder of this job, with its options, going on if it does. */
        Map<String, Object> train(Job job) throws IOException;
    }

    /**
     * One of them.
     *
     * @param name of its folder: lower case, words joined by hyphens
     * @param title said before it begins; nothing is if it is empty
     * @param told which options are other than those of the whole
     */
    public record Part(String name, String title, Map<String, String> told, Work work) {
        /** With the options of the whole. */
        public Part(String name, String title, Work work) {
            this(name, title, Map.of(), work);
        }
    }

    /**
     * What came of one.
     *
     * @param run where it left what it made
     */
    public record Trained(Run run, Map<String, Object> results) {}

    private Parts(Job job, Recipe recipe, int count) {
        this.job = job;
        this.recipe = recipe;
        left = count;
    }

    /**
     * Trains all of them, of a recipe that has {@link Training#MINUTES}.
     *
     * @param facts what is known of the whole before it begins
     * @return by name, in this order
     */
    public static Map<String, Trained> train(Job job, Recipe recipe, Map<String, ?> facts, List<Part> parts)
            throws IOException {
        var described = new LinkedHashMap<String, Object>(facts);
        described.put("parts", parts.stream().map(Part::name).toList());
        job.describe(recipe, described);
        var all = new LinkedHashMap<String, Trained>();
        var them = new Parts(job, recipe, parts.size());
        for (Part part : parts) {
            all.put(part.name, them.trained(part));
        }
        return all;
    }

    /** The same of several; a single one is the run itself. */
    public static Map<String, Trained> oneOrSeveral(Job job, Recipe recipe, Map<String, ?> facts, List<Part> parts)
            throws IOException {
        if (parts.size() > 1) {
            return train(job, recipe, facts, parts);
        }
        Part only = parts.getFirst();
        return Map.of(only.name, new Trained(job.run(), only.work.train(job)));
    }

    /** Makes a part's model that of the whole run: where commands look for it if no part is named. */
    public static void keepModel(Job job, Trained part) throws IOException {
        if (!part.run.equals(job.run())) {
            Files.copy(part.run.model(), job.run().model(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Trained trained(Part part) throws IOException {
        Run run = job.run().part(part.name);
        Path file = run.folder().resolve("part.json");
        var options = new LinkedHashMap<>(job.options().asText());
        options.putAll(part.told);
        Map<String, Object> results = job.resume() ? finished(file, options) : Map.of();
        if (results.isEmpty()) {
            if (!part.title.isEmpty()) {
                job.say("%n--- %s", part.title);
            }
            results = part.work.train(within(run, options));
            var json = Map.of(OPTIONS, options, RESULTS, results);
            AtomicFile.write(file, (Json.write(json) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            job.say("%s was done before", part.name);
        }
        left--;
        return new Trained(run, results);
    }

    private Job within(Run run, Map<String, String> options) {
        var own = new LinkedHashMap<>(options);
        double minutes = job.get(Training.MINUTES);
        if (minutes > 0) {
            double rest = Math.max(minutes - (System.nanoTime() - start) / 60e9, 1e-3);
            own.put(Training.MINUTES.name(), String.format(Locale.ROOT, "%.4f", Math.max(rest / left, 1e-4)));
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
