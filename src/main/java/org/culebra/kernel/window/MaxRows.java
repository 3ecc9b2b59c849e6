package org.culebra.kernel.window;

/** A loop of max-pooling over rows of outputs. */
interface MaxRows {
    /**
     * Computes rows {@code from} to {@code to} − 1, counted through all planes. May write anything to these rows meanwhile, and
     * nothing elsewhere.
     */
    void run(MaxPool pool, long from, long to);
}
