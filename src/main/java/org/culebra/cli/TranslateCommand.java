package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.culebra.data.ImageGrid;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.Translating;
import org.culebra.recipes.Translator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culebra translate MODEL IMAGE… --out FOLDER}. */
@Command(
        name = "translate",
        description = "Turn images into what a trained pix2pix or CycleGAN makes of them.",
        sortOptions = false)
final class TranslateCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final ModelPlace place;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "<image>",
            description = "PNG or JPEG files, as high as wide; they are brought to the size that the model takes.")
    private List<Path> images = List.of();

    @Option(
            names = "--out",
            order = 1,
            required = true,
            paramLabel = "<folder>",
            description = "Where the new images go, under the names of the old ones as PNG.")
    private Path folder = Path.of("");

    @Option(
            names = "--direction",
            order = 2,
            paramLabel = "<word>",
            description = "Which way, of a model that knows several, such as twitter-to-google.")
    private @Nullable String direction;

    TranslateCommand(List<Recipe> recipes, PrintStream out) {
        this.place = new ModelPlace(recipes);
        this.common = new CommonOptions(out);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        SavedModel model = place.saved();
        var recipe = model.as(Translating.class, "translates nothing");
        Map<Path, Path> files = files();
        Translator translator = chosen(recipe.translators(model.file(), model.options()));
        Files.createDirectories(folder);
        var results = new LinkedHashMap<String, Object>();
        for (var entry : files.entrySet()) {
            Path image = entry.getKey();
            Path file = entry.getValue();
            ImageGrid.of(translator.translate(translator.read(image))).write(file);
            common.out().println(image + " -> " + file);
            results.put(image.toString(), file.toString());
        }
        common.finish(Map.of("translated", results));
        return ExitCode.OK;
    }

    private Translator chosen(Map<String, Translator> ways) {
        String way = direction == null ? ways.keySet().iterator().next() : direction;
        Translator translator = ways.get(way);
        if (translator == null) {
            throw common.wrong("direction: " + String.join(", ", ways.keySet()) + ", not '" + way + "'");
        }
        return translator;
    }

    /** Where each goes; none over another, and none over what it is made of. */
    private Map<Path, Path> files() throws IOException {
        var files = new LinkedHashMap<Path, Path>();
        for (Path image : images) {
            String name = String.valueOf(image.getFileName());
            int dot = name.lastIndexOf('.');
            Path file = folder.resolve((dot > 0 ? name.substring(0, dot) : name) + ".png");
            if (files.containsValue(file)) {
                throw new IOException("two of the images would be written to " + file);
            }
            if (file.toAbsolutePath().normalize().equals(image.toAbsolutePath().normalize())) {
                throw new IOException("the translation of " + image + " would be written over it: say another folder");
            }
            files.put(image, file);
        }
        return files;
    }
}
