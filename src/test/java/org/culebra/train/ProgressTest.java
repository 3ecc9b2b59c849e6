package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What people see of a training while it runs. */
class ProgressTest {
    private record Fixed(
            int epoch, OptionalInt epochs, long step, long examples, double seconds, Map<String, Double> figures)
            implements Progress {
        @Override
        public OptionalLong steps() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong examplesPerEpoch() {
            return OptionalLong.of(1000);
        }

        @Override
        public void note(String event) {}

        @Override
        public void stop(String reason) {}
    }

    private static Progress at(int epoch, long examples, double seconds, Map<String, Double> figures) {
        return new Fixed(epoch, OptionalInt.of(12), 5, examples, seconds, figures);
    }

    private static Map<String, Double> figures(double loss, double accuracy, double validation) {
        var figures = new LinkedHashMap<String, Double>();
        figures.put("loss", loss);
        figures.put("accuracy", accuracy);
        figures.put("learning_rate", .1);
        figures.put("validation_loss", validation);
        return figures;
    }

    @Test
    void theTableHasALinePerEpoch() {
        var bytes = new ByteArrayOutputStream();
        var table = new EpochTable(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        table.epochStarted(at(1, 0, 10, Map.of()));
        table.epochDone(at(1, 60_000, 53.21, figures(.61234, .7789, 1.5e-5)));
        table.noted(at(1, 0, 0, Map.of()), "resumed after step 7");
        table.epochStarted(at(2, 0, 53.21, Map.of()));
        table.epochDone(at(2, 60_000, 103.21, figures(.4, 1, 12)));
        assertEquals("""
                epoch       loss   accuracy   val loss  examples/s   seconds
                    1     0.6123    77.89 %  1.500e-05       1,389      43.2
                resumed after step 7
                    2     0.4000   100.00 %    12.0000       1,200      50.0
                """, bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void theProgressLineLeavesNothingBehind() {
        var bytes = new ByteArrayOutputStream();
        var line = new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        line.epochStarted(at(3, 0, 0, Map.of()));
        line.stepDone(at(3, 500, 0, Map.of("loss", .25)));
        line.epochDone(at(3, 1000, 0, Map.of()));
        line.ended(at(3, 1000, 0, Map.of()));
        String drawn = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(drawn.startsWith("\r") && drawn.contains(" epoch 3/12"), drawn);
        assertTrue(drawn.endsWith("\r" + " ".repeat(79) + "\r"), drawn);
        assertTrue(!drawn.contains("\n"), drawn);
    }

    @Test
    void means() {
        var mean = new Mean();
        assertTrue(Double.isNaN(mean.value()));
        mean.add(1, 3);
        mean.add(5, 1);
        assertEquals(2, mean.value());
    }
}
