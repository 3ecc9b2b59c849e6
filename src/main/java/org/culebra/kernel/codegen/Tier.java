package org.culebra.kernel.codegen;

/** Which loop of a program runs. All give the same bits. */
public enum Tier {
    /** The scalar twin until the vector loop, made in the background once it is worth it, is the faster one. */
    AUTO,
    /** The vector loop from the first call on, cold as it may be. */
    VECTOR,
    /** The scalar twin only. */
    SCALAR
}
