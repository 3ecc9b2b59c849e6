package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

class DebugTest {

    /** Two steps that are fine and one that divides by zero. */
    public static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try (var tape = Tape.open()) {
                Tensor x = Tensor.of(new float[] {1, 0, 2}, 3);
                Tensor y = x.add(1).square();
                Tensor z = y.div(x).sum();
                System.out.println(tape.size() + " steps, " + z.item());
            }
        }
    }

    private static ForkedJvm.Result run(int level) {
        return ForkedJvm.runMain(Program.class, List.of("-Dculebra.debug=" + level));
    }

    @Test
    void withoutItNothingIsSaid() {
        var result = run(0);
        assertEquals("5 steps, Infinity\n", result.out());
        assertFalse(result.err().contains("vector width"), result.err());
    }

    @Test
    void levelOneShowsTheChoices() {
        var result = run(1);
        assertTrue(result.err().contains("vector width"), result.err());
        assertFalse(result.err().contains("calls"), result.err());
    }

    @Test
    void levelTwoShowsTimePerOperation() {
        var result = run(2);
        assertTrue(result.err().matches("(?s).*operation +calls +total ms +mean µs.*square +1 .*"), result.err());
        assertFalse(result.err().contains("tape of"), result.err());
    }

    @Test
    void levelThreeShowsTheTape() {
        var result = run(3);
        assertTrue(result.err().contains("tape of 5 steps"), result.err());
        assertTrue(result.err().contains("1  square(f32[3]) → f32[3]"), result.err());
    }

    @Test
    void levelFourStopsAtTheFirstInfinityAndNamesTheOperation() {
        var result = run(4);
        assertNotEquals(0, result.exitCode());
        assertTrue(result.err().contains("""
                                div: made the first NaN or infinity
                                  input 0  f32[3]
                                  input 1  f32[3]
                                  result   f32[3]"""), result.err());
    }
}
