/**
 * The list of the recipes that ship with Culebra: the one room that knows all the others.
 */
@NullMarked
package org.culebra.recipes.shipped;

import org.jspecify.annotations.NullMarked;
