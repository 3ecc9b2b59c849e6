/**
 * Layers and losses.
 *
 * <ul>
 *   <li>A <b>model</b> is whatever has parameters, and may be made of other models. A <b>layer</b> is a model that is a function of
 *       one tensor.
 *   <li>A <b>parameter</b> is a tensor that training changes, unless it is <b>frozen</b>. A <b>buffer</b> is kept and saved, but not
 *       trained, such as the running averages of batch normalization. Its <b>path</b> is the names of the models that lead to it and
 *       its own, joined by dots: {@code 3.weight}, as in PyTorch.
 *   <li>The <b>state</b> of a model is its parameters and buffers by path.
 *   <li>The <b>mode</b> is training or evaluation; it is an argument, and brings the random numbers that training draws. A
 *       <b>watcher</b> may be attached to it, who is told what each layer computes.
 *   <li>A <b>loss</b> is made of terms; its <b>reduction</b> is what becomes of them.
 *   <li>A <b>generator</b> makes examples of <b>latents</b>, random numbers; a <b>discriminator</b> or <b>critic</b> gives each example
 *       a <b>score</b>, high if it looks real to it.
 * </ul>
 *
 * <p>Shapes: B is the number of examples in a batch, C, D, H, W are channels, depth, height and width, L and T a length and a number
 * of steps, I and O input and output features, E the width of an embedding, K the number of classes.
 */
@NullMarked
package org.culebra.nn;

import org.jspecify.annotations.NullMarked;
