/** The language of elementwise functions: what to compute, apart from how it becomes a loop. */
@NullMarked
package org.culebra.kernel.expression;

import org.jspecify.annotations.NullMarked;
