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
import java.util.Properties;
import java.util.concurrent.Callable;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.report.HtmlReport;
import org.culebra.report.LivePage;
import org.culebra.report.TensorBoard;
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
        boolean goesOn = resume && Files.exists(place.resolve(CONFIGURATION));
        RecipeOptions options = options(goesOn ? place.resolve(CONFIGURATION) : configuration);
        if (!resume && new Run(place).isBegun()) {
            throw new IOException(
                    "there is a run in " + place + " already; say --resume to go on with it, or another --out");
        }
        if (port != null) {
            tryPort(port); // before there is a folder
        }
        Run run = Run.in(place);
        LivePage page = port == null ? null : serve(place, port);
        try {
            Map<String, Object> results = recipe.train(job(options, run, goesOn));
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

    private Job job(RecipeOptions options, Run run, boolean goesOn) {
        return new Job(
                options,
                run,
                goesOn,
                common.places(),
                common.out(),
                progress == null ? Terminal.isStandardError() : progress,
                List.of(TensorBoard.in(run.folder())));
    }

    private RecipeOptions options(@Nullable Path file) throws IOException {
        var all = new LinkedHashMap<String, String>();
        if (file != null) {
            all.putAll(read(file));
            String owner = all.remove("recipe");
            if (owner != null && !owner.equals(recipe.name())) {
                throw new IOException(file + " is the configuration of " + owner + ", not of " + recipe.name());
            }
        }
        all.putAll(told);
        try {
            RecipeOptions options = RecipeOptions.of(recipe, all);
            recipe.check(options);
            return options;
        } catch (IllegalArgumentException e) {
            throw common.wrong(String.valueOf(e.getMessage()));
        }
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
