package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.culebra.io.FolderLock;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.report.HtmlReport;
import org.culebra.report.LivePage;
import org.culebra.train.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code culebra train RECIPE}: the recipe's own options, and those that all have. */
@Command(sortOptions = false)
final class TrainRecipeCommand implements Callable<Integer> {
    private static final Path RUNS = Path.of("runs");
    private static final int MOST_PORTS = 65_535;
    private static final String CONFIGURATION = "config.properties";

    /** What a run that goes on may be told anew: how long, and how often it is saved. */
    private static final Set<String> ADJUSTABLE = Set.of(
            Training.EPOCHS.name(), Training.IMAGES.name(), Training.MINUTES.name(), Training.CHECKPOINT_EVERY.name());

    private final Recipe recipe;

    /** What the command line says of the recipe's options. */
    private final Map<String, String> told = new LinkedHashMap<>();

    @Mixin
    private final CommonOptions common;

    @Option(
            names = "--config",
            order = 101,
            paramLabel = "<file>",
            description = "A properties file with values of the options above; the command line counts more.")
    private @Nullable Path configuration;

    @Option(
            names = "--out",
            order = 102,
            paramLabel = "<folder>",
            description = "Folder of the run: model, checkpoints, metrics, report; runs/<recipe>-<n> if not given.")
    private @Nullable Path folder;

    @Option(
            names = "--resume",
            order = 103,
            description = "Go on where the run in that folder, or the last one, was interrupted.")
    private boolean resume;

    @Option(
            names = "--progress",
            order = 104,
            negatable = true,
            description = "Draw a progress bar, or do not; drawn if standard error is a terminal.")
    private @Nullable Boolean progress;

    @Option(
            names = "--serve",
            order = 105,
            paramLabel = "<port>",
            description = "Show how it goes on a page of this machine while it trains; 0 is any free port.")
    private @Nullable Integer port;

    private TrainRecipeCommand(Recipe recipe, PrintStream out) {
        this.recipe = recipe;
        this.common = new CommonOptions(out);
    }

    static CommandLine of(Recipe recipe, PrintStream out) {
        var command = new TrainRecipeCommand(recipe, out);
        var line = new CommandLine(command);
        CommandSpec spec = line.getCommandSpec();
        spec.name(recipe.name());
        spec.usageMessage().description(escaped(recipe.description()));
        int order = 1;
        for (RecipeOption<?> option : recipe.options()) {
            spec.addOption(command.optionSpec(option, order++));
        }
        return line;
    }

    private OptionSpec optionSpec(RecipeOption<?> option, int order) {
        return OptionSpec.builder("--" + option.name())
                .order(order)
                .type(String.class)
                .paramLabel("<" + (option.fallback() instanceof Number ? "n" : "word") + ">")
                .description(escaped(described(option)))
                .setter(new CommandLine.Model.ISetter() {
                    @Override
                    @SuppressWarnings("unchecked")
                    public <T> T set(T value) {
                        if (value != null) {
                            told.put(option.name(), value.toString());
                        }
                        return value;
                    }
                })
                .build();
    }

    private static String described(RecipeOption<?> option) {
        return option.fallback().equals("")
                ? option.help()
                : option.help() + " " + option.fallback() + " if not given.";
    }

    /** Descriptions are formats to picocli. */
    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        Path place = place();
        RecipeOptions options = resume ? begun(place) : options(configuration);
        if (!resume && new Run(place).isBegun()) {
            throw new IOException(
                    "there is a run in " + place + " already; say --resume to go on with it, or another --out");
        }
        if (port != null) {
            tryPort(port); // before there is a folder
        }
        Run run = Run.in(place);
        LivePage page = port == null ? null : serve(place, port);
        try (var _ = FolderLock.of(place)) {
            Map<String, Object> results = recipe.train(job(options, run));
            if (run.isBegun()) {
                common.out().println("report written to " + HtmlReport.write(place));
            }
            common.finish(results);
        } finally {
            if (page != null) {
                page.close();
            }
        }
        return ExitCode.OK;
    }

    private void tryPort(int number) throws IOException {
        if (number < 0 || number > MOST_PORTS) {
            throw common.wrong("serve: a port from 0 to " + MOST_PORTS + ", not " + number);
        }
        LivePage.requireFree(number);
    }

    private LivePage serve(Path place, int number) throws IOException {
        LivePage page = LivePage.open(place, number);
        common.out().println("live page: " + page.address());
        return page;
    }

    /** The options of the run in that folder, with what may be told anew. */
    private RecipeOptions begun(Path place) throws IOException {
        Path file = place.resolve(CONFIGURATION);
        if (configuration != null) {
            throw common.wrong("--resume goes on with what " + file + " says: leave --config away");
        }
        if (!Files.exists(file)) {
            throw new IOException(
                    "there is no run of " + recipe.name() + " in " + place + " to go on with; leave --resume away");
        }
        Map<String, String> before = told(file);
        try {
            RecipeOptions was = RecipeOptions.of(recipe, before);
            RecipeOptions is = options(file);
            for (String option : told.keySet()) {
                String value = is.asText().get(option);
                String old = was.asText().get(option);
                if (!Objects.equals(value, old) && !ADJUSTABLE.contains(option)) {
                    throw common.wrong("--resume: " + option + " was " + old + " when this run began, " + value
                            + " would be another training; leave --" + option + " away, or begin a new run");
                }
            }
            return is;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private Job job(RecipeOptions options, Run run) {
        return new Job(
                options,
                run,
                resume,
                common.places(),
                common.out(),
                progress == null ? Terminal.isStandardError() : progress,
                List.of());
    }

    private RecipeOptions options(@Nullable Path file) throws IOException {
        Map<String, String> all = file == null ? new LinkedHashMap<>() : told(file);
        all.putAll(told);
        try {
            RecipeOptions options = RecipeOptions.of(recipe, all);
            recipe.check(options);
            return options;
        } catch (IllegalArgumentException e) {
            throw common.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** What a configuration of this recipe says. */
    private Map<String, String> told(Path file) throws IOException {
        Map<String, String> all = read(file);
        String owner = all.remove("recipe");
        if (owner != null && !owner.equals(recipe.name())) {
            throw new IOException(file + " is the configuration of " + owner + ", not of " + recipe.name());
        }
        return all;
    }

    private static Map<String, String> read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder, not a properties file");
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not text in UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no properties file: " + e.getMessage(), e);
        }
        var values = new LinkedHashMap<String, String>();
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    /** The folder that was named; or the next number that is free, or with --resume the last that is not. */
    private Path place() {
        if (folder != null) {
            return folder;
        }
        int number = 1;
        while (Files.exists(numbered(number))) {
            number++;
        }
        return numbered(resume && number > 1 ? number - 1 : number);
    }

    private Path numbered(int number) {
        return RUNS.resolve(recipe.name() + "-" + number);
    }
}
