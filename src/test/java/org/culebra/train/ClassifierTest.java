package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.memory.DType;
import org.culebra.nn.Activation;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ClassifierTest {
    /** Images of four pixels, of which the brightest is the class. */
    private static Dataset brightest(long count, long seed) {
        Tensor images = Tensor.randint(Random.seeded(seed), 0, 256, count, 1, 2, 2);
        return new Dataset(
                "brightest", images.to(DType.U8), images.reshape(count, 4).argMax(1), List.of("a", "b", "c", "d"));
    }

    private static Sequential net() {
        return new Sequential(new Flatten(), Linear.of(4, 16), Activation.TANH, new Dropout(.1), Linear.of(16, 4));
    }

    private static Loader loader(Random random) {
        return Loader.of(brightest(400, 1)).batchSize(32).shuffle(random).transform(Transform.normalize(255, .5, .3));
    }

    private static List<EpochReport> train(Sequential net, long seed, int epochs, Callback callback) {
        Random random = Random.seeded(seed);
        net.initialize(random.split());
        Adam adam = Adam.of(net.parameters()).learningRate(.02);
        return Classifier.train(net, loader(random.split()), adam, epochs, random.split(), callback);
    }

    @Test
    void itLearnsAndSaysSo() {
        Sequential net = net();
        List<String> heard = new ArrayList<>();
        List<EpochReport> reports = train(net, 0, 12, new Callback() {
            @Override
            public void epochStarted(int epoch, long images) {
                heard.add("epoch " + epoch + " of " + images);
            }

            @Override
            public void stepDone(long images, double loss) {
                heard.add("step of " + images);
            }

            @Override
            public void epochDone(EpochReport report) {
                heard.add("done " + report.epoch());
            }
        });
        assertEquals(12, reports.size());
        EpochReport last = reports.getLast();
        assertTrue(last.loss() < reports.getFirst().loss() / 2, reports::toString);
        assertTrue(last.accuracy() > .85, reports::toString);
        assertEquals(400, last.images());
        assertTrue(last.imagesPerSecond() > 0);
        assertEquals(12 * 15, heard.size());
        assertEquals("epoch 1 of 400", heard.getFirst());
        assertEquals(List.of("step of 16", "done 1"), heard.subList(13, 15));

        Evaluation evaluation = Classifier.test(
                net, Loader.of(brightest(200, 2)).batchSize(150).transform(Transform.normalize(255, .5, .3)));
        assertTrue(evaluation.accuracy() > .85, evaluation::toString);
        assertTrue(evaluation.loss() < .5, evaluation::toString);
    }

    @Test
    void theSeedDecidesEveryBit() {
        Sequential net = net();
        train(net, 3, 2, new Callback() {});
        String hash = ParameterHash.of(net);
        train(net, 3, 2, new Callback() {});
        assertEquals(hash, ParameterHash.of(net));
        train(net, 4, 2, new Callback() {});
        assertNotEquals(hash, ParameterHash.of(net));
        assertEquals(64, hash.length());
    }

    @Test
    void divergenceIsNoticed() {
        Sequential net = net();
        net.initialize(Random.seeded(0));
        net.parameters().getFirst().fill(Double.NaN);
        Adam adam = Adam.of(net.parameters()).learningRate(.5);
        assertEquals(
                "training diverged: the loss is NaN in step 1 of epoch 1; try a learning rate below 0.5",
                assertThrows(
                                DivergedException.class,
                                () -> Classifier.train(
                                        net, loader(Random.seeded(0)), adam, 1, Random.seeded(0), new Callback() {}))
                        .getMessage());
    }

    @Test
    void theReportIsATable() {
        var bytes = new ByteArrayOutputStream();
        var table = new ReportTable(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        table.epochStarted(1, 60_000);
        table.epochDone(new EpochReport(1, .61234, .7789, 60_000, 43.21));
        table.epochStarted(2, 60_000);
        table.epochDone(new EpochReport(2, .4, 1, 60_000, 50));
        assertEquals("""
                epoch      loss   accuracy   images/s   seconds
                    1    0.6123    77.89 %      1,389      43.2
                    2    0.4000   100.00 %      1,200      50.0
                """, bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void theProgressLineLeavesNothingBehind() {
        var bytes = new ByteArrayOutputStream();
        var line = new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), 12);
        line.epochStarted(3, 1000);
        line.stepDone(500, .25);
        line.epochDone(new EpochReport(3, .25, .9, 1000, 1));
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
