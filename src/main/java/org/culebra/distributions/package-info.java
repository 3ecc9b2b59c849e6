/**
 * Probability distributions.
 */
@NullMarked
package org.culebra.distributions;

import org.jspecify.annotations.NullMarked;
