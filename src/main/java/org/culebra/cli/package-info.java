/**
 * The {@code culebra} command.
 */
@NullMarked
package org.culebra.cli;

import org.jspecify.annotations.NullMarked;
