package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.memory.Pool;
import org.culebra.models.DigitsCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What a training step takes once the pool is filled: nothing from the system. */
class SteadyStateTest {
    private static final int STEPS = 20;

    @Test
    void aStepTakesNothingFromTheSystem() {
        var random = Random.seeded(3);
        Layer model = DigitsCnn.create();
        model.initialize(random);
        var optimizer = Adam.of(model.parameters());
        Tensor images = Tensor.normal(random, 0, 1, 32, 1, 8, 8);
        Tensor labels = Tensor.randint(random, 0, 10, 32);
        Mode mode = Mode.training(random);
        for (int warm = 0; warm < 2 * STEPS; warm++) {
            step(model, mode, optimizer, images, labels);
        }
        long taken = Pool.report().systemAllocations();
        long used = Pool.report().usedBytes();
        for (int step = 0; step < STEPS; step++) {
            step(model, mode, optimizer, images, labels);
        }
        assertEquals(taken, Pool.report().systemAllocations());
        assertTrue(Pool.report().usedBytes() <= used, "bytes in use grew");
    }

    private static void step(Layer model, Mode mode, Adam optimizer, Tensor images, Tensor labels) {
        try (var tape = Tape.open()) {
            Tensor loss = Losses.crossEntropy(model.forward(images, mode), labels);
            optimizer.step(tape.gradients(loss));
        }
    }
}
