/** The only door to the kernels. */
@NullMarked
package org.culebra.kernel;

import org.jspecify.annotations.NullMarked;
