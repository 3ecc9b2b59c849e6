package org.culebra.nn;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * One layer after the other: y = fₙ(…f₂(f₁(x))). The layers' names are their positions, from 0 on.
 *
 * <p>Where nothing is recorded, the memory of each layer's input goes as soon as its output is there, so at most two
 * activations exist at a time, and what a layer needs inside.
 */
public final class Sequential implements Layer {
    private final List<Layer> layers;

    /** The same with those inside taken out: the input of one inside would be held as long as it runs. */
    private final List<Layer> flat;

    /** These layers. */
    public Sequential(Layer... layers) {
        this.layers = List.of(layers);
        this.flat = this.layers.stream()
                .flatMap(layer -> layer instanceof Sequential inner ? inner.flat.stream() : Stream.of(layer))
                .toList();
    }

    /** The layers in their order. */
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (!Tape.isRecording() && !mode.isWatched()) {
            return forwardFrugally(x, mode, flat.size());
        }
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            y = mode.call(Integer.toString(i), layers.get(i), y);
        }
        return y;
    }

    /** The first {@code count} of the flat layers, from the inside out: a scope holds one layer's input and hands its output on. */
    private Tensor forwardFrugally(Tensor x, Mode mode, int count) {
        return count == 0
                ? x
                : Tape.scoped(() -> flat.get(count - 1).forward(forwardFrugally(x, mode, count - 1), mode));
    }

    @Override
    public Map<String, Layer> children() {
        return Checks.numbered(layers);
    }

    /** {@link #describe}. */
    @Override
    public String toString() {
        return describe();
    }
}
