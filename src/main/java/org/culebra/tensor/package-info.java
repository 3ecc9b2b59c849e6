/**
 * Tensors, the operations on them, and the tape that differentiates them.
 *
 * <p>Words: a <em>view</em> shares memory with another tensor; a <em>leaf</em> was not made by a recorded operation; a
 * <em>cotangent</em> of a tensor is the derivative of a scalar by it; a <em>parameter</em> is a leaf that an optimizer trains.
 *
 * <p>Letters in shapes: B or N images of a batch, C channels, H and W height and width, O output channels, K the inner dimension of
 * a product.
 */
@NullMarked
package org.culebra.tensor;

import org.jspecify.annotations.NullMarked;
