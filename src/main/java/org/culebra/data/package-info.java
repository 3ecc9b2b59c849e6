/**
 * Data sets, loaders, transforms and the file formats of data sets.
 *
 * <p>Shapes: N is the number of examples of a data set, B that of a batch, C the number of channels, H and W height and width, F
 * the number of features of a row, T that of the numbers to predict, K the number of classes.
 *
 * <p>An <em>example</em> is an input and its target. A {@link org.culebra.data.Column} brings one of the two for any position; a
 * {@link org.culebra.data.Dataset} is two of them, a {@link org.culebra.data.DataStream} has examples without positions. A {@link
 * org.culebra.data.Loader} presents each once per <em>epoch</em>, in the order of a {@link org.culebra.data.Sampler}, by way of
 * {@link org.culebra.data.Transform}s and a {@link org.culebra.data.Mix}. What is drawn at random depends on the seed, the epoch
 * and the example only ({@link org.culebra.data.Draws}).
 *
 * <p>Arrays out of npy, npz and safetensors files, which {@code org.culebra.io} reads, become data sets by {@link
 * org.culebra.data.Dataset#of}; {@link org.culebra.data.Csv}, {@link org.culebra.data.ImageFolder} and {@link
 * org.culebra.data.Idx} read the rest. A file is read only if it is exactly what it should be: anything else is one sentence that
 * begins with its name ({@link org.culebra.data.MalformedDataException}). {@link org.culebra.data.ImageGrid} writes images.
 */
@NullMarked
package org.culebra.data;

import org.jspecify.annotations.NullMarked;
