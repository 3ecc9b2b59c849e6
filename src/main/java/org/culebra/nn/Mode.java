package org.culebra.nn;

import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What a forward pass is for. Some layers do something else in training: dropout drops. */
public final class Mode {
    /** To use what was learned. */
    public static final Mode EVALUATION = new Mode(null, null, "");

    private final @Nullable Random random;
    private final @Nullable Watcher watcher;

    /** Of the layer that is computing, if anybody watches. */
    private final String path;

    private Mode(@Nullable Random random, @Nullable Watcher watcher, String path) {
        this.random = random;
        this.watcher = watcher;
        this.path = path;
    }

    /** To learn, with the source of all random numbers that layers draw. */
    public static Mode training(Random random) {
        return new Mode(random, null, "");
    }

    /** The same, with somebody who is told what every layer computes that is called by {@link #call}. */
    public Mode watchedBy(Watcher other) {
        return new Mode(random, other, path);
    }

    /** True in training. */
    public boolean isTraining() {
        return random != null;
    }

    /** True if somebody is told what the layers compute. */
    boolean isWatched() {
        return watcher != null;
    }

    /**
     * What to draw from in training.
     *
     * @throws IllegalStateException in evaluation
     */
    public Random random() {
        if (random == null) {
            throw new IllegalStateException("mode: evaluation draws no random numbers; only training does");
        }
        return random;
    }

    /**
     * {@code layer.forward(x, mode)} for a layer inside another, and tells the watcher if there is one.
     *
     * @param name of the layer among the children of the one that calls
     */
    public Tensor call(String name, Layer layer, Tensor x) {
        if (watcher == null) {
            return layer.forward(x, this);
        }
        String inner = path.isEmpty() ? name : path + "." + name;
        Tensor y = layer.forward(x, new Mode(random, watcher, inner));
        watcher.computed(inner, layer, x, y);
        return y;
    }

    @Override
    public String toString() {
        return isTraining() ? "training" : "evaluation";
    }
}
