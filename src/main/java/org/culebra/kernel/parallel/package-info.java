/**
 * The thread team, and scratch memory per thread.
 *
 * <p>A <em>run</em> is a number of <em>tasks</em> shared out to the <em>team</em>: the calling thread and the
 * <em>workers</em>.
 */
@NullMarked
package org.culebra.kernel.parallel;

import org.jspecify.annotations.NullMarked;
