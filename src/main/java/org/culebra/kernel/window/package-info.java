/**
 * Kernels that look at the neighbourhood of each element of a plane: pooling and resampling.
 *
 * <p>A <em>plane</em> is the last two axes of an array, rows times columns; all axes before them count planes. A <em>window</em>
 * ({@link org.culebra.kernel.Window}) slides along one axis; <em>taps</em> ({@link org.culebra.kernel.Taps}) say which inputs a
 * linear map along one axis adds up.
 */
@NullMarked
package org.culebra.kernel.window;

import org.jspecify.annotations.NullMarked;
