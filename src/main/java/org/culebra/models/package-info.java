/**
 * Network architectures, one file each, with no training loop inside. A <b>style</b> is what decides the look of one layer of a generator.
 *
 * <p>Shapes: B is the number of examples in a batch; images are [B, C, H, W], channels, height and width.
 *
 * <p>A <b>latent</b> is the n numbers that an image is made of or made to. A <b>decoder</b> makes images of latents, an <b>encoder</b> latents of
 * images; of variational autoencoders it gives their <b>posterior</b>, a distribution.
 */
@NullMarked
package org.culebra.models;

import org.jspecify.annotations.NullMarked;
