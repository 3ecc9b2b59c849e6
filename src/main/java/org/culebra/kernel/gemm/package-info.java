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
 *
 * <p>Tiles are whole vectors wide. Where columns are not, a tile is computed aside and copied: with masks, C2 kept the sums of a tile
 * in memory depending on what else a program had done, and a DCGAN's step at 28×28 took twice its time
 * ({@link org.culebra.kernel.gemm.Tiling}).
 *
 * <p>Convolutions have three forms. {@link org.culebra.kernel.gemm.UnfoldedProduct} unfolds what each pixel sees, one block of K at a
 * time, and serves every geometry. Where an image's output has no more pixels than a vector has lanes, all images are one {@link
 * org.culebra.kernel.gemm.PatchMatrix matrix of patches}. With 2×2, 3×3 or 5×5 filters and
 * stride 1, or 4×4 or 6×6 and stride 2, and enough channels on both sides, f32 goes through {@link
 * org.culebra.kernel.gemm.WinogradForm minimal filtering} instead, with a quarter to two fifths of the products: of the first
 * form's time it takes 0.47, 0.45 and 0.50 for the three faces of 3×3 on 64×32×28×28 → 64, 0.54, 0.57 and 0.58 for 5×5 on
 * 128×32×14×14 → 64, and 0.55, 0.42 and 0.80 for 4×4 with stride 2 on 64×64×16×16 → 128. What it costs is in {@code
 * src/docs/accuracy.md}. The choice depends on the shape without the number of images, so that an image's result does not depend on its
 * company.
 */
@NullMarked
package org.culebra.kernel.gemm;

import org.jspecify.annotations.NullMarked;
