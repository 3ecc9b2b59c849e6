/**
 * Recipes of generators that learn from a discriminator, and of what they are compared with. What a generator learns to make is its
 * <b>subject</b>: points of the plane, or images.
 */
@NullMarked
package org.culebra.recipes.gan;

import org.jspecify.annotations.NullMarked;
