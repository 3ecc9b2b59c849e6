/**
 * Trainable recipes: data, model and training, each readable from top to bottom.
 *
 * <p>A <b>study</b> is a recipe that compares <b>variants</b> of a training: each has the same data and the same seeds. A
 * <b>course</b> is how one training went, <b>reading</b> by reading; a <b>measure</b> is a number that it came to.
 *
 * <p>A recipe of several trainings that are no comparison of variants has <b>parts</b>. What a generator learns to make is its
 * <b>subject</b>: points of the plane, or images.
 *
 * <p>A <b>translator</b> makes pictures of one <b>kind</b> out of pictures of another; what it makes is held to what was <b>held</b> out.
 */
@NullMarked
package org.culebra.recipes;

import org.jspecify.annotations.NullMarked;
