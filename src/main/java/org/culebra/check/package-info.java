/**
 * Checks for gradients: derivatives by the tape against finite differences.
 */
@NullMarked
package org.culebra.check;

import org.jspecify.annotations.NullMarked;
