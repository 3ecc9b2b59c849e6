/**
 * Off-heap memory: aligned buffers, the pool they come from and the scopes that own them.
 *
 * <ul>
 *   <li>A <b>slab</b> is a piece of memory taken from the system; it lives until {@link org.culebra.memory.Pool#trim()}.
 *   <li>A <b>block</b> is a piece of a slab, free or handed out. Free neighbours are merged.
 *   <li>A {@link org.culebra.memory.Buffer} is one use of a block, from {@code allocate} until its owner ends it.
 *   <li>The owner is the {@link org.culebra.memory.Scope} that was current when the buffer was made, or, where there was
 *       none, the garbage collector.
 * </ul>
 */
@NullMarked
package org.culebra.memory;

import org.jspecify.annotations.NullMarked;
