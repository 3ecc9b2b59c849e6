/**
 * What can be done with the latents of a trained {@link org.culebra.recipes.Generator}: to go from one to another, to find that of an
 * image, to change what an image shows.
 */
@NullMarked
package org.culebra.recipes.latent;

import org.jspecify.annotations.NullMarked;
