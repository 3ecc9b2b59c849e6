package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A trained classifier, ready to say what images show. */
@FunctionalInterface
public interface Predictor {
    /**
     * Says what an image shows.
     *
     * @param image a PNG or JPEG file of the size of those that were learned from
     * @param inverted whether dark is to be taken for light
     * @return all classes, the likeliest first
     * @throws IOException if the file is missing or unreadable, or the image has another size; the message is one clear sentence
     */
    List<Prediction> predict(Path image, boolean inverted) throws IOException;
}
