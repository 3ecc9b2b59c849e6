package org.culebra.data;

import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * Labelled images.
 *
 * @param name for people
 * @param images u8[N, C, H, W]
 * @param labels i64[N], each the index of a class
 * @param classes what the classes are called
 */
public record Dataset(String name, Tensor images, Tensor labels, List<String> classes) {

    /**
     * Checks that the parts fit.
     *
     * @throws IllegalArgumentException if a type or shape is another, or a label names no class
     */
    public Dataset {
        classes = List.copyOf(classes);
        require(images.dtype() == DType.U8 && images.rank() == 4, "images must be u8[N, C, H, W], not", images);
        require(labels.dtype() == DType.I64 && labels.rank() == 1, "labels must be i64[N], not", labels);
        require(
                labels.dim(0) == images.dim(0),
                "as many labels as images are needed, not " + images.describe(),
                labels);
        if (labels.size() > 0) {
            double smallest = labels.min().item();
            double largest = labels.max().item();
            require(smallest >= 0 && largest < classes.size(), "labels must be below " + classes.size(), labels);
        }
    }

    private static void require(boolean condition, String rule, Tensor culprit) {
        if (!condition) {
            throw new IllegalArgumentException("dataset: " + rule + " " + culprit.describe());
        }
    }

    /** N, the number of images. */
    public long size() {
        return labels.size();
    }

    /** The first images, at most {@code count} of them, without a copy. */
    public Dataset first(long count) {
        long kept = Math.min(count, size());
        return new Dataset(name, images.narrow(0, 0, kept), labels.narrow(0, 0, kept), classes);
    }

    /** For example {@code MNIST: 60000 images of 1×28×28 in 10 classes}. */
    @Override
    public String toString() {
        return name + ": " + size() + " images of " + images.dim(1) + "×" + images.dim(2) + "×" + images.dim(3) + " in "
                + classes.size() + " classes";
    }
}
