package org.culebra.nn;

import java.util.ArrayList;
import java.util.List;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What a forward pass is for. Some layers do something else in training: dropout drops. */
public final class Mode {
    /** To use what was learned. */
    public static final Mode EVALUATION = new Mode(null, List.of(), "");

    private final @Nullable Random random;
    private final List<Watcher> watchers;

    /** Of the layer that is computing, if anybody watches. */
    private final String path;

    private Mode(@Nullable Random random, List<Watcher> watchers, String path) {
        this.random = random;
        this.watchers = watchers;
        this.path = path;
    }

    /** To learn, with the source of all random numbers that layers draw. */
    public static Mode training(Random random) {
        return new Mode(random, List.of(), "");
    }

    /**
     * The same, with somebody more who is told what every layer computes that is called by {@link #call}, after those who are told
     * already. Nobody is told twice.
     */
    public Mode watchedBy(Watcher other) {
        if (watchers.contains(other)) {
            return this;
        }
        var all = new ArrayList<>(watchers);
        all.add(other);
        return new Mode(random, List.copyOf(all), path);
    }

    /** True in training. */
    public boolean isTraining() {
        return random != null;
    }

    /** True if somebody is told what the layers compute. */
    boolean isWatched() {
        return !watchers.isEmpty();
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
     * {@code layer.forward(x, mode)} for a layer inside another, and tells those who watch.
     *
     * @param name of the layer among the children of the one that calls
     */
    public Tensor call(String name, Layer layer, Tensor x) {
        if (watchers.isEmpty()) {
            return layer.forward(x, this);
        }
        String inner = path.isEmpty() ? name : path + "." + name;
        Tensor y = layer.forward(x, new Mode(random, watchers, inner));
        watchers.forEach(watcher -> watcher.computed(inner, layer, x, y));
        return y;
    }

    @Override
    public String toString() {
        return isTraining() ? "training" : "evaluation";
    }
}
