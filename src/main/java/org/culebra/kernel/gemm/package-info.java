/**
 * Matrix products and convolutions: packing, blocking and the micro-kernel.
 *
 * <p>C[M,N] = A[M,K]·B[K,N]. A <em>tile</em> is the piece of C that a micro-kernel holds in registers: up to six rows of up to
 * a few vectors, lanes along N. A <em>panel</em> is a strip of B as wide as a tile and one <em>block</em> of K high; it is read
 * where it lies or packed. A is never packed: its elements are broadcast, and a broadcast does not mind strides.
 *
 * <p>The order of additions is the same for every shape, path, vector width and number of threads: K is cut into blocks (see
 * {@link org.culebra.kernel.gemm.Blocking#depth}); within a block an element is a chain of fused multiply-adds from zero in
 * order of k; the block's sum is then added to what is there.
 */
@NullMarked
package org.culebra.kernel.gemm;

import org.jspecify.annotations.NullMarked;
