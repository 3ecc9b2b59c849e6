/**
 * Data sets, loaders, transforms and the file formats of data sets.
 *
 * <p>Shapes: N is the number of images of a data set, B that of a batch, C the number of channels, H and W height and width.
 */
@NullMarked
package org.culebra.data;

import org.jspecify.annotations.NullMarked;
