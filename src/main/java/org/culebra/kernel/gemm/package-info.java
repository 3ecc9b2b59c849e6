/**
 * Matrix products and convolutions: packing, blocking and the micro-kernel.
 */
@NullMarked
package org.culebra.kernel.gemm;

import org.jspecify.annotations.NullMarked;
