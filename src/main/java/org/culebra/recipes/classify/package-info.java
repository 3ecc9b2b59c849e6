/**
 * Recipes of networks that say which class an image belongs to, and of attacks on them.
 *
 * <p>{@link org.culebra.recipes.classify.Classifiers} lists the networks; what they have in common, from the data to the table of
 * mistakes, is in {@code Classification}.
 */
@NullMarked
package org.culebra.recipes.classify;

import org.jspecify.annotations.NullMarked;
