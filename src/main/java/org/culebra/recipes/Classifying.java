package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
     * Says what an image shows.
     *
     * @param file a model that {@link #train} saved
     * @param options with which it was trained
     * @param image a PNG or JPEG file of the size of those that were learned from
     * @param inverted whether dark is to be taken for light
     * @return all classes, the likeliest first
     * @throws IOException if one of the files is missing or unreadable, or the image has another size; the message is one clear
     *     sentence
     */
    List<Prediction> predict(Path file, RecipeOptions options, Path image, boolean inverted) throws IOException;
}
