/**
 * Network architectures, one file each, with no training loop inside. A <b>style</b> is what decides the look of one layer of a generator.
 *
 * <p>Shapes: B is the number of examples in a batch; images are [B, C, H, W], channels, height and width.
 */
@NullMarked
package org.culebra.models;

import org.jspecify.annotations.NullMarked;
