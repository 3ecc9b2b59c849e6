/**
 * Optimizers, learning-rate schedules and regularizers.
 */
@NullMarked
package org.culebra.optim;

import org.jspecify.annotations.NullMarked;
