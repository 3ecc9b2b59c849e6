package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.Pool;
import org.culebra.models.DigitsCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

/** What a training step takes once the pool is filled, nothing from the system, and what it leaves to the garbage collector. */
class SteadyStateTest {
    private static final int STEPS = 20;

    /** Tensors, shapes and the tape's notes, but no vectors and no plans of loops: 27 kB were measured. */
    private static final long GARBAGE_BYTES = 35_000;

    private final Random random = Random.seeded(3);
    private final Layer model = DigitsCnn.create();
    private final Mode mode = Mode.training(random);
    private final Tensor images = Tensor.normal(random, 0, 1, 32, 1, 8, 8);
    private final Tensor labels = Tensor.randint(random, 0, 10, 32);

    @Test
    void aStepTakesNothingFromTheSystem() {
        Adam optimizer = prepare();
        steps(2 * STEPS, optimizer);
        long taken = Pool.report().systemAllocations();
        long used = Pool.report().usedBytes();
        steps(STEPS, optimizer);
        assertEquals(taken, Pool.report().systemAllocations());
        assertTrue(Pool.report().usedBytes() <= used, "bytes in use grew");
    }

    /** In a JVM of its own: what other tests did to the profiles of shared methods is not in question. */
    @Test
    void aStepLeavesLittleGarbageOnceItsKernelsAreHot() {
        ForkedJvm.Result result = ForkedJvm.runMain(SteadyStateTest.class, List.of());
        assertEquals(0, result.exitCode(), result.err());
        long garbage = Long.parseLong(result.out().strip());
        assertTrue(garbage <= GARBAGE_BYTES, "bytes of garbage in a step: " + garbage);
    }

    /** Prints how many bytes of garbage a step leaves: as soon as it is little, or after two minutes. */
    public static void main(String[] args) {
        System.out.println(new SteadyStateTest().garbage());
    }

    private long garbage() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Adam optimizer = prepare();
        long garbage = Long.MAX_VALUE;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (garbage > GARBAGE_BYTES && System.nanoTime() < deadline) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Team.withThreads(1, () -> steps(STEPS, optimizer));
            garbage = (threads.getCurrentThreadAllocatedBytes() - before) / STEPS;
        }
        return garbage;
    }

    private Adam prepare() {
        model.initialize(random);
        return Adam.of(model.parameters());
    }

    private void steps(int count, Adam optimizer) {
        for (int step = 0; step < count; step++) {
            step(optimizer);
        }
    }

    private void step(Adam optimizer) {
        try (var tape = Tape.open()) {
            Tensor loss = Losses.crossEntropy(model.forward(images, mode), labels);
            optimizer.step(tape.gradients(loss));
        }
    }
}
