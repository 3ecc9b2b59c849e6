package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MistakesTest {
    /** The input is what the model answers. */
    private static final Layer ECHO = (x, mode) -> x;

    private static final List<String> CLASSES = List.of("Shirt", "Coat");

    private static final Loader DATA = Loader.of(new Dataset(
                    "logits",
                    Tensor.of(new float[] {0, 3, 2, 0, 0, 1, 0, 1, 5, 0}, 5, 2),
                    Tensor.of(new long[] {0, 0, 0, 0, 1}),
                    CLASSES))
            .batchSize(2);

    @Test
    void theWorstComeFirst() {
        List<Mistakes.Mistake> worst = Mistakes.worst(ECHO, DATA, 3);
        assertEquals(
                List.of(4L, 0L, 2L), worst.stream().map(Mistakes.Mistake::index).toList());
        Mistakes.Mistake second = worst.get(1);
        double share = 1 / (1 + Math.exp(-3));
        assertEquals(share, second.probability(), 1e-9);
        assertEquals(-Math.log(1 - share), second.loss(), 1e-9);
        assertEquals("Shirt, taken for Coat (95 %)", second.caption(CLASSES));
        assertEquals(4, Mistakes.worst(ECHO, DATA, 9).size());
        assertEquals(List.of(), Mistakes.worst(ECHO, DATA, 0));
    }

    @Test
    void messages() {
        assertEquals(
                "mistakes: how many must not be negative, but is -1",
                assertThrows(IllegalArgumentException.class, () -> Mistakes.worst(ECHO, DATA, -1))
                        .getMessage());
        assertEquals(
                "mistakes: needs logits [B, K], not f32[2, 1, 2]",
                assertThrows(IllegalArgumentException.class, () -> Mistakes.worst((x, mode) -> x.unsqueeze(1), DATA, 1))
                        .getMessage());
    }
}
