package org.culebra.nn;

import org.culebra.tensor.PoolOptions;
import org.culebra.tensor.Tensor;

/**
 * The largest of each window: [B, C, H, W] → [B, C, H′, W′], H′ = ⌊(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 *
 * @param options how the windows slide
 */
public record MaxPool2d(PoolOptions options) implements Layer {
    /** Windows of this size side by side. */
    public static MaxPool2d of(int... kernel) {
        return new MaxPool2d(PoolOptions.of(kernel));
    }

    /** The same with this distance between windows. */
    public MaxPool2d stride(int... steps) {
        return new MaxPool2d(options.stride(steps));
    }

    /** The same with padding that is never the largest. */
    public MaxPool2d padding(int... amounts) {
        return new MaxPool2d(options.padding(amounts));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != 4) {
            throw Checks.wrongInput(this, "[B, C, H, W]", x);
        }
        return x.maxPool2d(options);
    }

    @Override
    public String toString() {
        int height = options.kernel().getFirst();
        return "MaxPool2d(" + height + "×" + options.kernel().getLast()
                + Checks.option("stride", options.stride(), height)
                + Checks.option("padding", options.padding(), 0)
                + Checks.option("dilation", options.dilation(), 1)
                + (options.ceilMode() ? ", ceil)" : ")");
    }
}
