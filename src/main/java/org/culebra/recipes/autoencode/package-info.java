/**
 * Recipes that make images smaller and whole again: autoencoders and variational autoencoders, and pictures of the space of their
 * latents.
 */
@NullMarked
package org.culebra.recipes.autoencode;

import org.jspecify.annotations.NullMarked;
