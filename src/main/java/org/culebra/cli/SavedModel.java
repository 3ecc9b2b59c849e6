package org.culebra.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.io.Safetensors;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.report.RunFolder;
import org.culebra.train.Run;

/**
 * A trained model in its file.
 *
 * @param recipe that trained it
 * @param options it was trained with
 */
record SavedModel(Path file, Recipe recipe, RecipeOptions options) {
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    /**
     * Finds out what a model is.
     *
     * @param place its file, or the folder of its run
     * @throws IOException if there is none; the message is one sentence
     */
    static SavedModel find(Path place, List<Recipe> recipes) throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve("model.safetensors") : place;
        if (Files.isDirectory(place) && !Files.exists(file)) {
            throw new IOException("there is no trained model in " + place + ": " + missing(place));
        }
        if (isZip(file)) {
            throw new IOException(
                    file + " is an npz file, not a safetensors file, which culebra convert makes of it; one with the"
                            + " notes that training wrote is the model.safetensors of a run");
        }
        Map<String, String> notes = Safetensors.read(file).metadata();
        String name = notes.get("recipe");
        if (name == null) {
            throw new IOException(file + " does not say which recipe trained it");
        }
        Recipe recipe = recipes.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " was trained by a recipe that is not known here: " + name));
        var told = new LinkedHashMap<String, String>();
        notes.forEach((key, value) -> {
            if (key.startsWith("option.")) {
                told.put(key.substring("option.".length()), value);
            }
        });
        try {
            return new SavedModel(file, recipe, RecipeOptions.of(recipe, told));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " was trained by another version of " + name + ": " + e.getMessage(), e);
        }
    }

    /** Why a folder has no model. */
    private static String missing(Path place) throws IOException {
        if (!new Run(place).isBegun()) {
            return "no training began there";
        }
        RunFolder run = RunFolder.read(place);
        List<String> parts = run.parts().stream()
                .map(part -> place.resolve(Run.PARTS).resolve(part.name()))
                .filter(part -> Files.exists(new Run(part).model()))
                .map(Path::toString)
                .toList();
        if (!parts.isEmpty()) {
            return "its trainings are parts, each with a model of its own; name one of them: "
                    + String.join(", ", parts);
        }
        return run.state() == RunFolder.State.FINISHED
                ? "its training has ended, and " + run.recipe() + " keeps none"
                : "its training has not ended";
    }

    /** True of npz files, which are zip files; false if there is none. */
    private static boolean isZip(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
        }
    }

    /** Its recipe as one of those that can do something. */
    <T> T as(Class<T> kind, String what) throws IOException {
        if (!kind.isInstance(recipe)) {
            throw new IOException(file + " holds a model of " + recipe.name() + ", which " + what);
        }
        return kind.cast(recipe);
    }
}
