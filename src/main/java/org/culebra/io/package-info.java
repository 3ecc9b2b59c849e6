/**
 * Reading and writing tensors: safetensors, npy and npz.
 */
@NullMarked
package org.culebra.io;

import org.jspecify.annotations.NullMarked;
