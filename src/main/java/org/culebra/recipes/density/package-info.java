/**
 * Recipes of networks as probability distributions: by their outputs, which are the parameters of one, or by their inputs, which are
 * noise.
 */
@NullMarked
package org.culebra.recipes.density;

import org.jspecify.annotations.NullMarked;
