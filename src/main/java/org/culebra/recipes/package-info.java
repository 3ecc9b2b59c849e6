/**
 * Trainable recipes: data, model and training, each readable from top to bottom.
 *
 * <p>Here is what a recipe is, what it is told ({@link org.culebra.recipes.Job}), what its model can do for people
 * ({@link org.culebra.recipes.Classifying}, {@link org.culebra.recipes.Generating}, {@link org.culebra.recipes.Translating}), and what all
 * trainings have in common ({@link org.culebra.recipes.Training}). A run of several trainings has {@link org.culebra.recipes.Parts parts}. The recipes
 * themselves live in rooms by what they do, which know this one and the judge, and not each other.
 *
 * <p>All of them, in order: {@link org.culebra.recipes.shipped.Recipes}.
 */
@NullMarked
package org.culebra.recipes;

import org.jspecify.annotations.NullMarked;
