/**
 * Layers and losses.
 */
@NullMarked
package org.culebra.nn;

import org.jspecify.annotations.NullMarked;
