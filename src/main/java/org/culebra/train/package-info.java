/**
 * The training loop: metrics, callbacks, checkpoints and reports.
 *
 * <p>An <b>epoch</b> is one pass over the training data, a <b>step</b> one change of the parameters. A <b>callback</b> hears
 * of both.
 */
@NullMarked
package org.culebra.train;

import org.jspecify.annotations.NullMarked;
