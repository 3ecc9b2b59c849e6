package org.culebra.tensor;

/** Which elements a resampled one is made of. */
public enum Interpolation {
    /** y[i] = x[⌊i·s⌋], where s is the length of the input over that of the result. */
    NEAREST,
    /**
     * Between the two nearest elements, where element i covers the interval from i to i + 1: y[i] is at (i + ½)·s − ½. PyTorch's
     * {@code align_corners=False}.
     */
    LINEAR,
    /** Between the two nearest elements, where the first and the last stay in place. PyTorch's {@code align_corners=True}. */
    LINEAR_CORNERS
}
