package org.culebra.kernel;

/** How many numbers become one. A NaN among them makes the result NaN. */
public enum Reduction {
    SUM,
    PRODUCT,
    MIN,
    MAX
}
