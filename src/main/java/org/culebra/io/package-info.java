/**
 * Reading and writing tensors: safetensors, npy and npz; conversion between them; and JSON, for notes and results.
 *
 * <p>A file is checked before memory is taken for what it claims to hold; whatever is wrong with it is one sentence in a {@link
 * org.culebra.io.FormatException}. A file that is written appears under its name whole or not at all.
 */
@NullMarked
package org.culebra.io;

import org.jspecify.annotations.NullMarked;
