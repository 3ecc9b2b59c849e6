package org.culebra.data;

import org.culebra.tensor.Tensor;

/**
 * What one training step looks at.
 *
 * @param images f32[B, C, H, W], transformed
 * @param labels i64[B]
 */
public record Batch(Tensor images, Tensor labels) {
    /** B, the number of images. */
    public long size() {
        return labels.size();
    }
}
