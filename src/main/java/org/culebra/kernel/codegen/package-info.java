/**
 * How a {@link org.culebra.kernel.expression.Program} becomes a loop.
 *
 * <p>A <em>loop</em> is a hidden class written by {@code java.lang.classfile}; a <em>backend</em> says what one step
 * of a
 * program looks like on a whole vector or on a single number; the <em>scalar twin</em> of a vector loop gives the same
 * bits
 * without vectors. A <em>driver</em> ({@code Maps}, {@code Reductions}, {@code Copies}, {@code Scans}) walks
 * n-dimensional
 * arrays in <em>blocks</em> of rows and columns and calls loops on them.
 */
@NullMarked
package org.culebra.kernel.codegen;

import org.jspecify.annotations.NullMarked;
