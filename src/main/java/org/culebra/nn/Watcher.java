package org.culebra.nn;

import org.culebra.tensor.Tensor;

/** Is told what the layers of a model compute: for summaries, and for probes of their health. */
@FunctionalInterface
public interface Watcher {
    /**
     * A layer has computed. Layers inside others come before them.
     *
     * @param path the names that lead to it, joined by dots; empty for the outermost
     */
    void computed(String path, Layer layer, Tensor x, Tensor y);
}
