package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.culebra.memory.Scope;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What becomes of the activations. */
class SequentialTest {
    private final List<Tensor> seen = new ArrayList<>();

    /** At each layer, how many earlier outputs were still there. */
    private final List<Integer> alive = new ArrayList<>();

    private Layer spy(int number) {
        return (x, mode) -> {
            alive.add((int) seen.stream().filter(Tensor::isOpen).count());
            Tensor temporary = x.add(number);
            Tensor y = temporary.mul(1);
            seen.add(y);
            return y;
        };
    }

    private Sequential spies() {
        return new Sequential(spy(1), spy(2), new Flatten(), new Sequential(spy(3), spy(4)), spy(5));
    }

    @Test
    void evaluationHoldsTwoActivationsAtMost() {
        Tensor x = Tensor.ones(2, 3, 4);
        Tensor y = spies().forward(x);
        assertEquals(16, y.get(1, 11));
        assertArrayEquals(new long[] {2, 12}, y.shape().dims());
        assertEquals(List.of(0, 1, 1, 1, 1), alive);
        assertEquals(1, seen.stream().filter(Tensor::isOpen).count());
        assertTrue(x.isOpen());
    }

    @Test
    void theResultBelongsToTheScopeAround() {
        Tensor y;
        try (var scope = Scope.open("around")) {
            y = spies().forward(Tensor.ones(2, 3, 4));
            assertTrue(y.isOpen() && scope.isOpen());
        }
        assertFalse(y.isOpen());
    }

    @Test
    void underATapeEverythingStaysForTheBackwardPass() {
        Tensor x = Tensor.ones(2, 3, 4);
        try (var tape = Tape.open()) {
            Tensor y = spies().forward(x, Mode.training(Random.seeded(0)));
            assertEquals(List.of(0, 1, 2, 3, 4), alive);
            assertEquals(24, tape.gradient(y.sum(), x).sum().item());
        }
    }

    @Test
    void evaluationUnderATapeButUnrecordedIsFrugalToo() {
        try (var tape = Tape.open()) {
            tape.withoutRecording(() -> spies().forward(Tensor.ones(2, 3, 4)));
            assertEquals(List.of(0, 1, 1, 1, 1), alive);
        }
    }

    @Test
    void gradientsFlowInEvaluationToo() {
        Layer layer = new Sequential(Activation.TANH, new Dropout(.5));
        Tensor x = Tensor.of(new float[] {.5f});
        try (var tape = Tape.open()) {
            double slope = 1 - Math.pow(Math.tanh(.5), 2);
            assertEquals(slope, tape.gradient(layer.forward(x).sum(), x).item(), 1e-6);
        }
    }

    @Test
    void nothingIsTheIdentity() {
        Tensor x = Tensor.ones(3);
        assertSame(x, new Sequential().forward(x));
    }
}
