/** Off-heap memory: aligned buffers, the pool they come from and the scopes that own them. */
@NullMarked
package org.culebra.memory;

import org.jspecify.annotations.NullMarked;
