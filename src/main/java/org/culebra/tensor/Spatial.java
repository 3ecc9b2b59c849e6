package org.culebra.tensor;

/** Operations on images: convolution, pooling, resampling, padding. */
sealed interface Spatial permits Tensor {}
