/**
 * The training loop: metrics, callbacks, checkpoints and reports.
 *
 * <p>An <b>epoch</b> is one pass over the training data, a <b>step</b> one change of the parameters. A <b>callback</b> hears
 * of both. A <b>metric</b> is a figure that grows batch by batch.
 *
 * <p>A <b>probe</b> is a look at one step: at what the layers compute, at gradients and updates. A unit (of a convolution: a channel)
 * is <b>dead</b> if it is 0 for every example of a probe, an output <b>saturated</b> if it is near a bound of its function. A
 * <b>warning</b> begins and ends; in between it stands.
 *
 * <p>A <b>player</b> is one side of an adversarial training: a network, an optimizer and a loss of its own. In its <b>turn</b> it
 * <b>moves</b>, which is one change of its parameters; the others stand still.
 *
 * <p>Generated samples are measured beside real ones: by how their <b>features</b>, numbers that a trained classifier makes of each, are
 * distributed ({@link org.culebra.train.FrechetDistance}, {@link org.culebra.train.PrecisionRecall}); by what the classifier says of them
 * ({@link org.culebra.train.InceptionScore}); by the <b>modes</b>, peaks of a known density, that they reach ({@link
 * org.culebra.train.ModeCount}); by how near they are to the training data ({@link org.culebra.train.Neighbours}).
 */
@NullMarked
package org.culebra.train;

import org.jspecify.annotations.NullMarked;
