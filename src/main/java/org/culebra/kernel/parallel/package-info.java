/**
 * The thread team.
 */
@NullMarked
package org.culebra.kernel.parallel;

import org.jspecify.annotations.NullMarked;
