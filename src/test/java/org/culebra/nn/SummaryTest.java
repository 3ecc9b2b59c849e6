package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static long multiplyAdds(Layer layer, long... dims) {
        return Summary.of(LayerCheck.ready(layer), dims).multiplyAdds();
    }

    @Test
    void aTableOfLayers() {
        Sequential net = LayerCheck.ready(new Sequential(
                Conv2d.of(1, 4, 3).padding(1),
                BatchNorm.of(4),
                Residual.of(Conv2d.of(4, 4, 1)),
                MaxPool2d.of(2),
                new Flatten(),
                Linear.of(64, 10)));
        net.layers().getFirst().freeze();
        assertEquals("""
                layer                             output        parameters  multiply-adds
                Sequential                        [2, 10]
                0  Conv2d(1 → 4, 3×3, padding 1)  [2, 4, 8, 8]   40 frozen          4,608
                1  BatchNorm(4)                   [2, 4, 8, 8]           8
                2  Residual                       [2, 4, 8, 8]
                2.inner  Conv2d(4 → 4, 1×1)       [2, 4, 8, 8]          20          2,048
                3  MaxPool2d(2×2)                 [2, 4, 4, 4]
                4  Flatten                        [2, 64]
                5  Linear(64 → 10)                [2, 10]              650          1,280
                all                                                    718          7,936
                678 of the parameters are trained""", Summary.of(net, 2, 1, 8, 8).toString());
    }

    @Test
    void multiplyAddsAreCounted() {
        assertEquals(5 * 3 * 2, multiplyAdds(Linear.of(3, 2), 5, 3));
        assertEquals(2 * 6 * 8 * 2 * 3, multiplyAdds(Conv1d.of(4, 6, 3).groups(2), 2, 4, 10));
        assertEquals(2 * 5 * 4 * 3 * 3, multiplyAdds(ConvTranspose1d.of(4, 3, 3).stride(2), 2, 4, 5));
        assertEquals(2 * 5 * 4 * 7 * (3 + 7), multiplyAdds(Recurrent.lstm(3, 7), 2, 5, 3));
        // Four projections, scores and sums of 3 places.
        assertEquals(2 * 3 * 4 * 4 * 4 + 2 * (2 * 3 * 3 * 4), multiplyAdds(MultiHeadAttention.of(4, 2), 2, 3, 4));
        assertEquals(5 * 3 * 2, multiplyAdds(SpectralNorm.of(Linear.of(3, 2)), 5, 3));
        assertEquals(0, multiplyAdds(Activation.RELU, 5));
    }

    /** One's own layer of others, which calls the same one twice. */
    private record Twice(Layer inner) implements Layer {
        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return mode.call("inner", inner, mode.call("inner", inner, x));
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("inner", inner);
        }
    }

    @Test
    void callsAddUp() {
        Summary summary = Summary.of(LayerCheck.ready(new Twice(Linear.of(3, 3))), 1, 3);
        assertEquals(18, summary.multiplyAdds());
        assertEquals(12, summary.parameters());
        assertEquals("inner", summary.rows().getLast().path());
    }

    @Test
    void inputsMayBeIndices() {
        Sequential net = LayerCheck.ready(new Sequential(Embedding.of(10, 4), Linear.of(4, 2)));
        Summary summary = Summary.of(net, Tensor.zeros(DType.I64, 1, 7));
        assertEquals("[1, 7, 2]", summary.rows().getLast().output());
        assertEquals(0, summary.frozen());
    }
}
