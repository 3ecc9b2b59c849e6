/**
 * Factors of matrices, and systems with triangular matrices, of a size that needs no blocking: callers cut larger
 * ones into blocks
 * and leave the bulk of the work to matrix products.
 *
 * <p>Everything is computed in f64 and rounded once, whatever the arrays hold.
 */
@NullMarked
package org.culebra.kernel.triangular;

import org.jspecify.annotations.NullMarked;
