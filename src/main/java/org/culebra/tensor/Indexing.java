package org.culebra.tensor;

/** Elements chosen by index or mask. */
sealed interface Indexing permits Tensor {}
