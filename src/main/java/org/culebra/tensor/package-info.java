/**
 * Tensors, the operations on them, and the tape that differentiates them.
 */
@NullMarked
package org.culebra.tensor;

import org.jspecify.annotations.NullMarked;
