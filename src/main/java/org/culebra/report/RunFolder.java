package org.culebra.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.culebra.io.FormatException;
import org.culebra.io.Json;
import org.culebra.train.Run;
import org.jspecify.annotations.Nullable;

/**
 * What a training left in its folder, as far as it is there: files that are missing or broken are empty here, a last line that is
 * half written is not there yet. {@link #damages} says what is broken. What a resumed run did again replaces what it did before.
 */
public final class RunFolder {
    static final String CONFIGURATION = "config.properties";
    static final String ABOUT = "run.json";
    static final String METRICS = "metrics.jsonl";
    static final String HEALTH = "health.jsonl";
    static final String RESULT = "result.json";
    static final String PICTURES = "pictures/index.json";

    /** Every file whose change is a change of the run. */
    static final List<String> FILES = List.of(CONFIGURATION, ABOUT, METRICS, HEALTH, RESULT, PICTURES);

    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(2);

    private final Path path;

    /** Of each file its size and time, before it was read. */
    private final Map<String, String> stamps = new HashMap<>();

    /** Files that hold what cannot be read. */
    private final Set<String> damaged = new TreeSet<>();

    private final Map<String, @Nullable Object> about;
    private final Map<String, @Nullable Object> result;
    private final Map<String, String> configuration;
    private final Metrics metrics;
    private final Health health;
    private final List<Picture> pictures;
    private final List<RunFolder> parts;
    private final @Nullable Instant lastWritten;
    private final Instant readAt;

    /** One option of the configuration. */
    public record Option(String name, String value, String help) {}

    /** How far a run has come. */
    public enum State {
        /** Its result is there. */
        FINISHED,
        /** It wrote something in the last two minutes. */
        RUNNING,
        /** No result, and no sign of life: it was stopped or killed, or its steps take very long. */
        UNFINISHED
    }

    private RunFolder(Path path, @Nullable RunFolder before, boolean isPart) throws IOException {
        this.path = path;
        readAt = Instant.now();
        FILES.forEach(file -> stamps.put(file, stamp(path.resolve(file))));
        about = read(same(before, ABOUT), old -> old.about, () -> object(ABOUT));
        result = read(same(before, RESULT), old -> old.result, () -> object(RESULT));
        configuration = read(same(before, CONFIGURATION), old -> old.configuration, () -> properties(CONFIGURATION));
        metrics = read(same(before, METRICS), old -> old.metrics, () -> Metrics.of(lines(METRICS)));
        health = read(same(before, HEALTH), old -> old.health, () -> Health.of(lines(HEALTH)));
        // Their files may come after the index that names them.
        pictures = Picture.all(path.resolve("pictures"), value(PICTURES));
        parts = isPart ? List.of() : parts(before);
        lastWritten = lastWritten(path);
    }

    /** Those of {@link #plannedParts} that have a folder, which is within this one whatever they are called. */
    private List<RunFolder> parts(@Nullable RunFolder before) throws IOException {
        var read = new ArrayList<RunFolder>();
        List<Path> folders = partFolders(path);
        for (String name : plannedParts()) {
            for (Path folder : folders) {
                if (name.equals(String.valueOf(folder.getFileName()))) {
                    RunFolder same = before == null
                            ? null
                            : before.parts.stream()
                                    .filter(part -> part.path.equals(folder))
                                    .findFirst()
                                    .orElse(null);
                    read.add(new RunFolder(folder, same, true));
                }
            }
        }
        return List.copyOf(read);
    }

    private static List<Path> partFolders(Path run) throws IOException {
        Path folder = run.resolve(Run.PARTS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var found = Files.list(folder)) {
            return found.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** Sizes and times of all files whose change is a change of the run, those of its parts among them. */
    static String signature(Path run) {
        var folders = new ArrayList<>(List.of(run));
        try {
            folders.addAll(partFolders(run));
        } catch (IOException | UncheckedIOException e) {
            // gone while it was listed: the next look will tell
        }
        var text = new StringBuilder();
        for (Path folder : folders) {
            text.append(folder);
            FILES.forEach(file -> text.append(' ').append(stamp(folder.resolve(file))));
        }
        return text.toString();
    }

    /** Reads a file. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(@Nullable RunFolder before, Function<RunFolder, T> part, Reading<T> reading)
            throws IOException {
        return before == null ? reading.read() : part.apply(before);
    }

    /** What was read before, if the file is as it was then. */
    private @Nullable RunFolder same(@Nullable RunFolder before, String file) {
        if (before == null || !before.stamps(file).equals(stamps(file))) {
            return null;
        }
        if (before.damaged.contains(file)) {
            damaged.add(file);
        }
        return before;
    }

    /**
     * Reads a run folder.
     *
     * @throws IOException if there is no such folder, or one of its files cannot be read
     */
    public static RunFolder read(Path folder) throws IOException {
        return read(folder, null);
    }

    /** The same, but files that are as they were when {@code before} was read, by their sizes and times, are not read again. */
    static RunFolder read(Path folder, @Nullable RunFolder before) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(
                    folder + " is no folder; a run folder is what --out of 'culebra train' names");
        }
        return new RunFolder(folder.toAbsolutePath().normalize(), before, false);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The folder's own name. */
    public String name() {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    /** What was trained; the folder's name where that is unknown. */
    public String recipe() {
        String recipe = text("recipe");
        return recipe.isEmpty() ? configuration.getOrDefault("recipe", name()) : recipe;
    }

    /** How far it has come. */
    public State state() {
        if (!result.isEmpty()) {
            return State.FINISHED;
        }
        Instant last = lastWritten();
        boolean alive = last != null && Duration.between(last, readAt).compareTo(SIGN_OF_LIFE) < 0;
        return alive ? State.RUNNING : State.UNFINISHED;
    }

    /** A text of run.json; empty if there is none. */
    String text(String name) {
        return about.get(name) instanceof String text ? text : "";
    }

    /** A number of run.json; NaN if there is none. */
    double number(String name) {
        return Values.number(about.get(name));
    }

    /** The names of the classes; empty if the run has none. */
    public List<String> classes() {
        return Values.list(about.get("classes")).stream().map(String::valueOf).toList();
    }

    /** What the run ran on, by name. */
    public Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        Values.object(about.get("environment")).forEach((name, value) -> environment.put(name, String.valueOf(value)));
        return environment;
    }

    /** The configuration: first the options in the recipe's order, then what else config.properties holds. */
    public List<Option> options() {
        var options = new ArrayList<Option>();
        Map<String, @Nullable Object> described = Values.object(about.get("options"));
        described.forEach((name, option) -> {
            Map<String, @Nullable Object> members = Values.object(option);
            String value = configuration.getOrDefault(name, Values.text(members.get("value")));
            options.add(new Option(name, value, Values.text(members.get("help"))));
        });
        for (String name : new TreeSet<>(configuration.keySet())) {
            if (!described.containsKey(name)) {
                options.add(new Option(name, configuration.getOrDefault(name, ""), ""));
            }
        }
        return options;
    }

    /** What was written at the end; empty before. */
    public Map<String, @Nullable Object> result() {
        return Collections.unmodifiableMap(result);
    }

    /** The figures over the steps. */
    public Metrics metrics() {
        return metrics;
    }

    /** What the probe of the layers found. */
    public Health health() {
        return health;
    }

    /** The pictures. */
    public List<Picture> pictures() {
        return pictures;
    }

    /** The names of all trainings that a run of several is to have, in their order; none of a run that is one training. */
    public List<String> plannedParts() {
        return Values.list(about.get(Run.PARTS)).stream().map(String::valueOf).toList();
    }

    /** Those of them that have begun. */
    public List<RunFolder> parts() {
        return parts;
    }

    /** Whether its numbers went beyond all bounds, which is a result of a comparison, too. */
    boolean isDiverged() {
        return Values.text(result.get("ended")).startsWith("diverged");
    }

    /** What cannot be read, of its parts, too: a sentence for each file, none if all is well. */
    public List<String> damages() {
        var sentences = new ArrayList<String>();
        damaged.forEach(file -> sentences.add(path.resolve(file) + " cannot be read, or not all of it: it is damaged"));
        parts.forEach(part -> sentences.addAll(part.damages()));
        return sentences;
    }

    /** When a file of it changed last, or one of its parts; null if there is none. */
    public @Nullable Instant lastWritten() {
        return Stream.concat(
                        Stream.ofNullable(lastWritten),
                        parts.stream().map(RunFolder::lastWritten).filter(Objects::nonNull))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** When the folder was read. */
    public Instant readAt() {
        return readAt;
    }

    /** Size and time of a file; what is not there (yet) has neither. */
    static String stamp(Path file) {
        try {
            return Files.size(file) + "@" + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return "-";
        }
    }

    /** Those of these files when they were read. */
    List<String> stamps(String... files) {
        return Arrays.stream(files).map(file -> stamps.getOrDefault(file, "-")).toList();
    }

    private Map<String, @Nullable Object> object(String file) throws IOException {
        Object value = value(file);
        if (value != null && !(value instanceof Map)) {
            damaged.add(file);
        }
        return Values.object(value);
    }

    /** Null if the file is not there or is no JSON (yet). */
    private @Nullable Object value(String file) throws IOException {
        String text = content(path.resolve(file));
        Object value = json(text);
        if (value == null && !text.isEmpty()) {
            damaged.add(file);
        }
        return value;
    }

    private static @Nullable Object json(String text) {
        try {
            return text.isBlank() ? null : Json.parse(text);
        } catch (FormatException e) {
            return null; // half written, or damaged: all the rest is still worth showing
        }
    }

    private List<Map<String, @Nullable Object>> lines(String file) throws IOException {
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        String text = content(path.resolve(file));
        boolean ends = text.isEmpty() || text.endsWith("\n");
        List<String> all = text.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i);
            boolean begun = i == all.size() - 1 && !ends && line.startsWith("{"); // not written to its end yet
            Object value = json(line);
            if (!(value instanceof Map) && !line.isBlank() && !begun) {
                damaged.add(file);
            }
            Map<String, @Nullable Object> members = Values.object(value);
            if (!members.isEmpty()) {
                lines.add(members);
            }
        }
        return lines;
    }

    private static String content(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toString();
    }

    private Map<String, String> properties(String file) throws IOException {
        var properties = new Properties();
        try {
            properties.load(new StringReader(content(path.resolve(file))));
        } catch (IllegalArgumentException e) {
            damaged.add(file);
            return Map.of(); // an escape sequence that is none
        }
        var map = new LinkedHashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name, "")));
        return map;
    }

    private static @Nullable Instant lastWritten(Path folder) throws IOException {
        Instant last = null;
        for (String name : FILES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                Instant time = Files.getLastModifiedTime(file).toInstant();
                last = last == null || time.isAfter(last) ? time : last;
            }
        }
        return last;
    }
}
