/**
 * The <b>judge</b>, a classifier in whose features generated images are compared with real ones: its recipe, its data, and what
 * {@code measure} measures with it. All rooms of recipes that make images may use it.
 */
@NullMarked
package org.culebra.recipes.judge;

import org.jspecify.annotations.NullMarked;
