/**
 * Layers and losses.
 *
 * <ul>
 *   <li>A <b>layer</b> is a function of one tensor with parameters of its own, and may be made of other layers.
 *   <li>A <b>parameter</b> is a tensor that training changes. Its <b>path</b> is the names of the layers that lead to it and
 *       its own, joined by dots: {@code 3.weight}, as in PyTorch.
 *   <li>The <b>state</b> of a layer is its parameters by path.
 *   <li>The <b>mode</b> is training or evaluation; it is an argument, and brings the random numbers that training draws.
 * </ul>
 *
 * <p>Shapes: B is the number of examples in a batch, C, H, W are channels, height and width, I and O input and output features,
 * K the number of classes.
 */
@NullMarked
package org.culebra.nn;

import org.jspecify.annotations.NullMarked;
