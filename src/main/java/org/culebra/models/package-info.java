/**
 * Network architectures, one file each, with no training loop inside.
 */
@NullMarked
package org.culebra.models;

import org.jspecify.annotations.NullMarked;
