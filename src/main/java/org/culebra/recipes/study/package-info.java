/**
 * Studies: recipes that compare <b>variants</b> of a training, each with the same data and the same seeds.
 *
 * <p>A <b>course</b> is how one training went, <b>reading</b> by reading; a <b>measure</b> is a number that it came to. {@code Study}
 * runs them all; a study by itself is a {@code Study.Design}: variants, measures, plots.
 */
@NullMarked
package org.culebra.recipes.study;

import org.jspecify.annotations.NullMarked;
