/**
 * Data sets, loaders, transforms and the file formats of data sets.
 */
@NullMarked
package org.culebra.data;

import org.jspecify.annotations.NullMarked;
