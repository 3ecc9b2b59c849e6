package org.culebra.data;

import org.culebra.tensor.Tensor;

/**
 * What one training step looks at.
 *
 * @param inputs [B, …], transformed; of images f32[B, C, H, W]
 * @param targets [B, …]; of classes i64[B], or their probabilities f32[B, K]
 */
public record Batch(Tensor inputs, Tensor targets) {
    /** The inputs, where they are images. */
    public Tensor images() {
        return inputs;
    }

    /** The targets, where they are classes. */
    public Tensor labels() {
        return targets;
    }

    /** B, the number of examples. */
    public long size() {
        return inputs.dim(0);
    }

    /** Gives the memory of both back: for whoever made them and knows that nobody else uses them. */
    void release() {
        inputs.release();
        targets.release();
    }
}
