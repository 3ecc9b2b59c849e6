/**
 * Optimizers, learning-rate schedules and regularizers.
 *
 * <p>w is a parameter, g its gradient, η the learning rate, λ the weight decay, t the number of the step, from 1 on.
 */
@NullMarked
package org.culebra.optim;

import org.jspecify.annotations.NullMarked;
