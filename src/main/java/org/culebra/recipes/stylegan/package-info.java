/**
 * The recipe of both StyleGANs: their game, their data, their pictures.
 */
@NullMarked
package org.culebra.recipes.stylegan;

import org.jspecify.annotations.NullMarked;
