package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;

/** A recipe whose models make images of latents, or points. */
public interface Generating extends Recipe {
    /**
     * A generator that {@link #train} saved.
     *
     * @param file where it is
     * @param options with which it was trained
     * @throws IOException if it is missing, unreadable or another model; the message is one clear sentence
     */
    Generator generator(Path file, RecipeOptions options) throws IOException;

    /** The data that it learned from, by the name that judges go by: {@code fashion}, {@code mnist}, {@code emoji}. */
    String subject(RecipeOptions options);
}
