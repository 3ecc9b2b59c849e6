package org.culebra.tensor;

/** What the padding of a tensor is made of. */
public enum PadMode {
    /** Zeros. */
    ZEROS,
    /** A mirror image, the edge itself not repeated: [a, b, c] is continued to the right by b, a. */
    REFLECT,
    /** The edge, repeated: [a, b, c] is continued to the right by c, c. */
    REPLICATE,
    /** From the other end: [a, b, c] is continued to the right by a, b. */
    CIRCULAR
}
