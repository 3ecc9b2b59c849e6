package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A recipe whose model says which class an image belongs to: [B, C, H, W] → logits [B, K]. */
public interface Classifying extends Recipe {
    /**
     * Tests a model that {@link #train} saved.
     *
     * @return as {@link #train} does, as far as it goes
     * @throws IOException if data or model are missing or unreadable; the message is one clear sentence
     */
    Map<String, Object> evaluate(Job job, Path file) throws IOException;

    /**
     * Reads a model, to say with it what images show.
     *
     * @param file a model that {@link #train} saved
     * @param options with which it was trained
     * @throws IOException if it is missing or unreadable; the message is one clear sentence
     */
    Predictor predictor(Path file, RecipeOptions options) throws IOException;
}
