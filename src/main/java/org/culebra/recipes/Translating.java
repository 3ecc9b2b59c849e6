package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A recipe whose model makes images of images. */
public interface Translating extends Recipe {
    /**
     * What a model that {@link #train} saved can do, by name, such as {@code google-to-twitter}: the first is what is meant where nothing
     * is said.
     *
     * @param file where it is
     * @param options with which it was trained
     * @throws IOException if it is missing, unreadable or another model; the message is one clear sentence
     */
    Map<String, Translator> translators(Path file, RecipeOptions options) throws IOException;
}
