/**
 * Elements chosen by index: gather, scatter-add, ranking, positions of what is not zero.
 *
 * <p>A <b>fiber</b> is the line of elements along the indexed axis at one position of all others; fibers are
 * independent, so they
 * are what threads share out.
 */
@NullMarked
package org.culebra.kernel.index;

import org.jspecify.annotations.NullMarked;
