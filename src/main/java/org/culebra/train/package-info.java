/**
 * The training loop: metrics, callbacks, checkpoints and reports.
 */
@NullMarked
package org.culebra.train;

import org.jspecify.annotations.NullMarked;
