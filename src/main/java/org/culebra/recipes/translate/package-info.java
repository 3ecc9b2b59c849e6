/**
 * Recipes of <b>translators</b>, which make pictures of one <b>kind</b> out of pictures of another: pix2pix from pairs, CycleGAN
 * without. What they make is held to what was <b>held</b> out.
 */
@NullMarked
package org.culebra.recipes.translate;

import org.jspecify.annotations.NullMarked;
