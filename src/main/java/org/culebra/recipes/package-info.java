/**
 * Trainable recipes: data, model and training, each readable from top to bottom.
 */
@NullMarked
package org.culebra.recipes;

import org.jspecify.annotations.NullMarked;
