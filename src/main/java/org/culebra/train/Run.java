package org.culebra.train;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.culebra.io.AtomicFile;
import org.culebra.io.FormatException;
import org.culebra.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a training leaves behind: what it was told, how it went, what came of it. Reports and live pages read nothing
 * else.
 *
 * <pre>
 * config.properties     what it was told, one option a line
 * run.json              what it is: recipe, model, data, environment
 * metrics.jsonl         one object a line: "kind" is "step", "epoch" or "event", with "step", "epoch", "seconds" and figures by name;
 *                       of an epoch also "waiting_share", how much of its time was spent waiting for data
 * result.json           the results, at its end
 * pictures/             PNG files, and index.json that says what they show
 * checkpoints/          see {@link Checkpoints}
 * model.safetensors     the trained model
 * parts/                of a run of several trainings: a folder like this for each, with part.json: what it was told, what came of it
 * </pre>
 *
 * @param folder where all of that is
 */
public record Run(Path folder) {
    /** The folder within it that has those of its parts. */
    public static final String PARTS = "parts";

    private static final long STEPS_PER_LINE = 10;

    /**
     * Makes the folder.
     *
     * @throws IOException if that is not possible, or nothing can be written there
     */
    public static Run in(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("the folder " + folder + " for the run cannot be made: " + AtomicFile.reason(e), e);
        }
        ModelFile.requireWritable(folder.resolve("run.json"));
        return new Run(folder);
    }

    /** True if a training was begun here. */
    public boolean isBegun() {
        return Files.exists(folder.resolve("run.json"));
    }

    /**
     * The run of one of several trainings, within this one.
     *
     * @throws IOException if its folder cannot be made
     */
    public Run part(String name) throws IOException {
        return in(folder.resolve(PARTS).resolve(name));
    }

    /** Where the trained model is saved. */
    public Path model() {
        return folder.resolve("model.safetensors");
    }

    /** Where the checkpoints are. */
    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Where the health of the layers is written. */
    public Path health() {
        return folder.resolve("health.jsonl");
    }

    /** Where the report is written. */
    public Path report() {
        return folder.resolve("report.html");
    }

    // ---------------------------------------------------------------- what it is

    /** Writes what it is, by name. */
    public void describe(Map<String, ?> facts) throws IOException {
        writeJson("run.json", facts);
    }

    /** Writes what it was told, in the order of the names. */
    public void configure(Map<String, String> options) throws IOException {
        var text = new StringBuilder();
        new TreeMap<>(options)
                .forEach((name, value) ->
                        text.append(name).append('=').append(escaped(value)).append('\n'));
        AtomicFile.write(folder.resolve("config.properties"), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link java.util.Properties} reads it. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n");
    }

    /** Writes the results. */
    public void finish(Map<String, ?> results) throws IOException {
        writeJson("result.json", results);
    }

    private void writeJson(String name, Object value) throws IOException {
        AtomicFile.write(folder.resolve(name), (Json.write(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    // ---------------------------------------------------------------- pictures

    /**
     * Where to write a picture, which is in the index from now on.
     *
     * @param file its name, ending in .png; one of this name is replaced
     * @param group what it is shown with: {@code mistakes}, {@code filters}, {@code samples}, {@code progress}
     * @param caption what it shows
     * @param step of the training, if that matters
     */
    public Path picture(String file, String group, String caption, @Nullable Long step) throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        var entries = new ArrayList<Object>();
        for (Object entry : index(pictures.resolve("index.json"))) {
            if (!(entry instanceof Map<?, ?> map && file.equals(map.get("file")))) {
                entries.add(entry);
            }
        }
        var entry = new LinkedHashMap<String, Object>();
        entry.put("file", file);
        entry.put("group", group);
        entry.put("caption", caption);
        if (step != null) {
            entry.put("step", step);
        }
        entries.add(entry);
        writeJson("pictures/index.json", entries);
        return pictures.resolve(file);
    }

    private static List<?> index(Path file) throws IOException {
        return Files.exists(file) && Json.parse(Files.readString(file)) instanceof List<?> list ? list : List.of();
    }

    // ---------------------------------------------------------------- how it goes

    /** Writes {@code metrics.jsonl}: every tenth step, the first ones, each epoch and each event. */
    public Callback log() {
        return new Log(folder.resolve("metrics.jsonl"));
    }

    private static final class Log implements Callback {
        private final Path file;
        private @Nullable Writer writer;
        private double secondsBefore;

        /** The latest of each figure since the line before: some come at every 16th step only. */
        private final Map<String, Double> pending = new LinkedHashMap<>();

        private long examplesBefore;

        private Log(Path file) {
            this.file = file;
        }

        /** What was written after the checkpoint that the training goes on from will be written again. */
        @Override
        public void started(Progress progress) throws IOException {
            var kept = new StringBuilder();
            if (progress.step() > 0 && Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    if (isBefore(line, progress.step())) {
                        kept.append(line).append('\n');
                    }
                }
            }
            AtomicFile.write(file, kept.toString().getBytes(StandardCharsets.UTF_8));
            writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
            secondsBefore = progress.seconds();
        }

        private static boolean isBefore(String line, long step) {
            try {
                return Json.parse(line) instanceof Map<?, ?> map
                        && map.get("step") instanceof Number number
                        && number.longValue() <= step;
            } catch (FormatException e) {
                return false; // half a line: the process was killed
            }
        }

        @Override
        public void epochStarted(Progress progress) {
            secondsBefore = progress.seconds();
            examplesBefore = progress.examples();
        }

        @Override
        public void stepDone(Progress progress) throws IOException {
            pending.putAll(progress.figures());
            if (progress.step() % STEPS_PER_LINE == 0 || progress.step() <= STEPS_PER_LINE) {
                write("step", progress, pending);
                pending.clear();
            }
        }

        @Override
        public void epochDone(Progress progress) throws IOException {
            var figures = new LinkedHashMap<String, Object>(progress.figures());
            double seconds = progress.seconds() - secondsBefore;
            figures.put("examples_per_second", (progress.examples() - examplesBefore) / seconds);
            figures.put("waiting_share", progress.waited() / seconds);
            write("epoch", progress, figures);
        }

        @Override
        public void noted(Progress progress, String event) throws IOException {
            write("event", progress, Map.of("text", event));
        }

        @Override
        public void ended(Progress progress) throws IOException {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        }

        private void write(String kind, Progress progress, Map<String, ?> figures) throws IOException {
            if (writer == null) {
                return;
            }
            var line = new LinkedHashMap<String, Object>();
            line.put("kind", kind);
            line.put("step", progress.step());
            line.put("epoch", progress.epoch());
            line.put("seconds", progress.seconds());
            line.putAll(figures);
            writer.write(Json.write(line) + "\n");
            writer.flush();
        }
    }
}
