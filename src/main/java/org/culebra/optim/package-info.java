/**
 * Optimizers, learning-rate schedules and regularizers.
 *
 * <ul>
 *   <li>An <b>optimizer</b> changes parameters against their gradients. Most are a {@link org.culebra.optim.Rule}: a formula that
 *       is one pass over memory per parameter.
 *   <li>A <b>group</b> is the parameters that share its <b>options</b>, the numbers η, λ and so on.
 *   <li>A <b>schedule</b> is what η is multiplied by, as a function of the number of steps done.
 *   <li>A <b>penalty</b> is added to the loss; clipping, accumulation, averages of weights and bounds on them are for between the
 *       gradients and the next step.
 *   <li>The <b>state</b> of any of these is what it remembers: tensors and numbers by name.
 * </ul>
 *
 * <p>w is a parameter, g its gradient, η the learning rate, λ the weight decay, t the number of the step, from 1 on. Defaults and
 * formulas are PyTorch's; those of lecture notes, where they differ, have methods that say so.
 */
@NullMarked
package org.culebra.optim;

import org.jspecify.annotations.NullMarked;
