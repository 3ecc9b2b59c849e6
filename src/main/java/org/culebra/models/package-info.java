/**
 * Network architectures, one file each, with no training loop inside, to be read beside their papers: where a line computes a numbered
 * equation, its number is beside it; where a paper has no number, its section, figure or table. A <b>style</b> is what decides the look of
 * one layer of a generator.
 *
 * <p>Shapes: B is the number of examples in a batch; images are [B, C, H, W], channels, height and width.
 *
 * <p>A <b>latent</b> is the n numbers that an image is made of or made to. A <b>decoder</b> makes images of latents, an <b>encoder</b> latents of
 * images; of variational autoencoders it gives their <b>posterior</b>, a distribution.
 *
 * <p>What several of the papers share is a loss or a layer, and so in {@link org.culebra.nn}: what the players of a GAN make small, of all
 * its papers, in {@link org.culebra.nn.GanLoss}, their penalties (R1, WGAN-GP) in {@link org.culebra.nn.GradientPenalty}, spectral
 * normalization in {@link org.culebra.nn.SpectralNorm}, layers with equalized learning rate in {@link org.culebra.nn.EqualizedConv2d} and
 * {@link org.culebra.nn.EqualizedLinear}. IWAE's bound and those of β-VAE and free bits are in {@link org.culebra.models.Vae}.
 */
@NullMarked
package org.culebra.models;

import org.jspecify.annotations.NullMarked;
