package org.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The optimizer of one's own in the Javadoc, run. */
class SignDescentTest {
    @Test
    void itStepsAgainstTheSign() {
        Tensor w = Tensor.of(new double[] {1, -2, 0}).asParameter();
        var optimizer = new SignDescent(List.of(w)).learningRate(.5).decoupledWeightDecay(.5);
        optimizer.step(() -> w.square().sum());
        assertArrayEquals(new double[] {.25, -1, 0}, w.toDoubleArray());
    }
}
