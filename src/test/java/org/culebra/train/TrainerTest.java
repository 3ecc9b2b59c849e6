package org.culebra.train;

import static org.culebra.train.BrightestPixel.brightest;
import static org.culebra.train.BrightestPixel.held;
import static org.culebra.train.BrightestPixel.loader;
import static org.culebra.train.BrightestPixel.net;
import static org.culebra.train.BrightestPixel.task;
import static org.culebra.train.BrightestPixel.trainer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.culebra.data.Batch;
import org.culebra.data.Column;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.io.Json;
import org.culebra.memory.DType;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.Lbfgs;
import org.culebra.optim.Penalty;
import org.culebra.optim.Plateau;
import org.culebra.optim.Schedule;
import org.culebra.optim.Sgd;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    @TempDir
    private Path folder;

    // ---------------------------------------------------------------- the loop

    @Test
    void itLearnsAndSaysSo() throws IOException {
        Sequential net = net(0);
        List<String> heard = new ArrayList<>();
        var result = trainer(task(net))
                .epochs(12)
                .validate(held())
                .callback(new Callback() {
                    @Override
                    public void started(Progress progress) {
                        heard.add("started " + progress.steps().getAsLong());
                    }

                    @Override
                    public void epochStarted(Progress progress) {
                        heard.add("epoch " + progress.epoch() + " of "
                                + progress.epochs().getAsInt());
                    }

                    @Override
                    public void stepDone(Progress progress) {
                        heard.add("step " + progress.step() + ", " + progress.examples());
                    }

                    @Override
                    public void epochDone(Progress progress) {
                        heard.add("done " + progress.figures().keySet());
                    }

                    @Override
                    public void ended(Progress progress) {
                        heard.add("ended");
                    }
                })
                .train();
        assertEquals(12, result.epochs().size());
        EpochReport last = result.epochs().getLast();
        assertTrue(last.loss() < result.epochs().getFirst().loss() / 2, result::toString);
        assertTrue(last.figure("validation_accuracy") > .85, result::toString);
        assertEquals(400, last.examples());
        assertEquals(156, result.steps());
        assertTrue(last.examplesPerSecond() > 0);
        assertEquals(List.of("started 156", "epoch 1 of 12", "step 1, 32"), heard.subList(0, 3));
        assertEquals(
                List.of(
                        "step 13, 400",
                        "done [loss, accuracy, learning_rate, validation_loss, validation_accuracy]",
                        "epoch 2 of 12",
                        "step 14, 32"),
                heard.subList(14, 18));
        assertEquals("ended", heard.getLast());

        Evaluation evaluation = Evaluation.of(net, held());
        assertEquals(last.figure("validation_accuracy"), evaluation.accuracy());
        assertEquals(last.figure("validation_loss"), evaluation.loss(), 1e-12);
    }

    @Test
    void theSeedDecidesEveryBit() throws IOException {
        List<String> hashes = new ArrayList<>();
        for (long seed : new long[] {3, 3, 4}) {
            Sequential net = net(0);
            Trainer.of(task(net), loader(seed)).epochs(2).train();
            hashes.add(ParameterHash.of(net));
        }
        assertEquals(hashes.get(0), hashes.get(1));
        assertNotEquals(hashes.get(0), hashes.get(2));
        assertEquals(64, hashes.getFirst().length());
    }

    @Test
    void itEndsAfterSoManySteps() throws IOException {
        Sequential net = net(0);
        var result = trainer(task(net)).steps(20).train();
        assertEquals(20, result.steps());
        assertEquals(1, result.epochs().size());
        assertEquals(
                "trainer: for how long? Say epochs(…) or steps(…)",
                assertThrows(
                                IllegalStateException.class,
                                () -> trainer(task(net)).train())
                        .getMessage());
    }

    @Test
    void aCallbackMayEndIt() throws IOException {
        List<String> notes = new ArrayList<>();
        var result = trainer(task(net(0)))
                .epochs(5)
                .callback(new Callback() {
                    @Override
                    public void stepDone(Progress progress) {
                        if (progress.step() == 17) {
                            progress.stop("enough");
                            progress.stop("too late");
                        }
                    }

                    @Override
                    public void noted(Progress progress, String event) {
                        notes.add(event);
                    }
                })
                .train();
        assertEquals(17, result.steps());
        assertEquals("enough", result.stopped().orElseThrow());
        assertEquals(List.of("stopped: enough"), notes);
    }

    @Test
    void itStopsEarly() throws IOException {
        Sequential net = net(0);
        var stopping =
                EarlyStopping.on(Monitor.lowest("validation_loss")).patience(2).least(.05);
        var result = trainer(task(net))
                .epochs(100)
                .validate(held())
                .callback(stopping)
                .train();
        int ended = result.epochs().getLast().epoch();
        assertTrue(ended < 60, () -> "ended after " + ended);
        assertEquals(stopping.bestEpoch() + 3, ended);
        assertEquals(result.epochs().get(stopping.bestEpoch() - 1).figure("validation_loss"), stopping.best());
        assertTrue(result.stopped().orElseThrow().startsWith("validation_loss has not been better than "));
        assertEquals(
                "early stopping: there is no figure 'validation_loss' among [loss, accuracy, learning_rate]",
                assertThrows(
                                IllegalStateException.class,
                                () -> trainer(task(net))
                                        .epochs(1)
                                        .callback(EarlyStopping.on(Monitor.lowest("validation_loss")))
                                        .train())
                        .getMessage());
    }

    @Test
    void aBudgetOfTimeEndsIt() throws IOException {
        var result = trainer(task(net(0)))
                .epochs(1_000_000)
                .callback(TimeLimit.minutes(.005))
                .train();
        assertEquals("its 0.3 seconds are over", result.stopped().orElseThrow());
        assertTrue(result.seconds() >= .3);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 20 minutes are",
        "1, 1 minute is",
        "6.66666, 6.67 minutes are",
        "1234.56, 1235 minutes are",
        ".5, 30 seconds are",
        "3e-4, 0.018 seconds are"
    })
    void budgetsReadWell(double minutes, String words) {
        assertEquals(words, TimeLimit.words(minutes));
    }

    // ---------------------------------------------------------------- what a step is

    @Test
    void accumulatedBatchesAreOneStep() throws IOException {
        var small = new Sequential(new Flatten(), Linear.of(4, 4));
        var large = new Sequential(new Flatten(), Linear.of(4, 4));
        small.initialize(Random.seeded(0));
        large.initialize(Random.seeded(0));
        var transform = Transform.normalize(255, .5, .3);
        Loader quarters = Loader.of(brightest(128, 1)).batchSize(16).transform(transform);
        Loader whole = Loader.of(brightest(128, 1)).batchSize(64).transform(transform);
        Trainer.of(
                        Supervised.classifier(small, Sgd.of(small.parameters()).learningRate(.5))
                                .accumulate(4),
                        quarters)
                .epochs(3)
                .train();
        Trainer.of(Supervised.classifier(large, Sgd.of(large.parameters()).learningRate(.5)), whole)
                .epochs(3)
                .train();
        small.state().forEach((path, value) -> {
            double[] others = large.state().getOrDefault(path, value).toDoubleArray();
            double[] own = value.toDoubleArray();
            for (int i = 0; i < own.length; i++) {
                assertEquals(others[i], own[i], 1e-5, path);
            }
        });
    }

    @Test
    void whatIsLeftOfAnAccumulationIsAStep() throws IOException {
        Sequential net = net(0);
        String before = ParameterHash.of(net);
        trainer(task(net).accumulate(100)).epochs(1).train();
        assertNotEquals(before, ParameterHash.of(net));
    }

    @Test
    void penaltiesClipsBoundsSchedulesAndAverages() throws IOException {
        Sequential net = net(0);
        var sgd = Sgd.of(net.parameters()).learningRate(.5);
        var average = WeightAverage.exponential(net.parameters(), .9);
        var task = Supervised.classifier(net, sgd)
                .penalty(Penalty.squaredL2(1e-3))
                .clipNorm(1)
                .maxNorm(.75)
                .schedule(Schedule.linear(1, 0, 26))
                .average(average);
        trainer(task).epochs(2).validate(held()).train();
        assertEquals(0, sgd.learningRate(), 1e-15);
        assertEquals(26, average.updates());
        for (Tensor w : net.parameters()) {
            if (w.rank() == 2) {
                double largest = w.norm(2, false, 1).max().item();
                assertTrue(largest <= .75 + 1e-6, () -> "norm " + largest);
            }
        }
    }

    @Test
    void aScheduleMayCountEpochs() throws IOException {
        Sequential net = net(0);
        var sgd = Sgd.of(net.parameters()).learningRate(1);
        var result = trainer(Supervised.classifier(net, sgd).schedulePerEpoch(Schedule.exponential(.5)))
                .epochs(3)
                .train();
        assertEquals(.25, result.epochs().getLast().figure("learning_rate"), 1e-12);
        assertEquals(.125, sgd.learningRate());
    }

    @Test
    void optimizersThatNeedTheLossGetIt() throws IOException {
        var net = new Sequential(new Flatten(), Linear.of(4, 4));
        net.initialize(Random.seeded(0));
        Loader all = Loader.of(brightest(400, 1)).batchSize(400).transform(Transform.normalize(255, .5, .3));
        var result = Trainer.of(Supervised.classifier(net, Lbfgs.of(net.parameters())), all)
                .epochs(3)
                .train();
        assertTrue(result.epochs().get(2).loss() < result.epochs().get(0).loss() / 2, result::toString);
    }

    // ---------------------------------------------------------------- what is not finite

    @Test
    void divergenceIsNamedAndChangesNothing() {
        Sequential net = net(0);
        net.parameters().getFirst().fill(Double.NaN);
        var before = ParameterHash.of(net);
        assertEquals(
                "training diverged: the loss is NaN in step 1 (batch 1 of epoch 1); try a learning rate below 0.02",
                assertThrows(
                                DivergedException.class,
                                () -> trainer(task(net)).epochs(1).train())
                        .getMessage());
        assertEquals(before, ParameterHash.of(net));
    }

    @Test
    void dataThatAreNoNumbersAreNamedAndTheLastGoodCheckpointIsKept() throws IOException {
        Tensor inputs = Tensor.normal(Random.seeded(0), 0, 1, 40, 4);
        inputs.narrow(0, 17, 1).fill(Double.NaN);
        var data = new Dataset("broken", inputs, Tensor.zeros(DType.I64, 40), List.of("only"));
        var net = new Sequential(Linear.of(4, 1));
        net.initialize(Random.seeded(0));
        var trainer = Trainer.of(
                        Supervised.classifier(net, Sgd.of(net.parameters()).learningRate(.1)),
                        Loader.of(data).batchSize(4))
                .epochs(1)
                .checkpoints(Checkpoints.in(folder).every(1));
        assertEquals(
                "the data of step 5 (batch 5 of epoch 1) hold NaN or infinite numbers among their inputs; the last good"
                        + " checkpoint is " + folder.resolve("step-000000004.safetensors"),
                assertThrows(DivergedException.class, trainer::train).getMessage());
    }

    /** Infinity before tanh: the loss is finite, the gradient is NaN. */
    private static Trainer infinite(int row) {
        Tensor inputs = Tensor.normal(Random.seeded(0), 0, 1, 40, 4);
        inputs.narrow(0, row, 1).narrow(1, 0, 1).fill(Double.NEGATIVE_INFINITY);
        var data = new Dataset("infinite", inputs, Tensor.zeros(DType.I64, 40), List.of("a", "b"));
        var net = new Sequential(Linear.of(4, 3), Activation.TANH, Linear.of(3, 2));
        net.initialize(Random.seeded(0));
        return Trainer.of(
                Supervised.classifier(net, Sgd.of(net.parameters()).learningRate(.1)),
                Loader.of(data).batchSize(4));
    }

    private static String divergence(Trainer trainer) {
        return String.valueOf(
                assertThrows(DivergedException.class, trainer::train).getMessage());
    }

    @Test
    void infiniteDataThatMakeAFiniteLossAreNamed() {
        String what = " hold NaN or infinite numbers among their inputs";
        var checkpoints = Checkpoints.in(folder).every(1);
        assertEquals(
                "the data of step 5 (batch 5 of epoch 1)" + what + "; the last good checkpoint is "
                        + checkpoints.file(4),
                divergence(infinite(17).epochs(1).checkpoints(checkpoints)));
        // The loss of the next step is NaN.
        assertEquals(
                "the data of step 5 (batch 5 of epoch 1)" + what,
                divergence(infinite(17).epochs(1)));
        assertEquals(
                "the data of step 10 (batch 10 of epoch 1)" + what,
                divergence(infinite(38).epochs(3)));
        // There is no next step.
        assertEquals(
                "the data of step 10 (batch 10 of epoch 1)" + what,
                divergence(infinite(38).epochs(1)));
    }

    @Test
    void whatAStepMadeInfiniteIsNamedWithTheStep() throws IOException {
        Tensor inputs = Tensor.full(DType.F32, 1e10, 8, 4);
        var data = new Dataset("large", inputs, Tensor.zeros(DType.I64, 8), List.of("a", "b"));
        var net = new Sequential(Linear.of(4, 2));
        net.initialize(Random.seeded(0));
        net.parameters().forEach(w -> w.fill(0));
        Supervised task = Supervised.classifier(net, Sgd.of(net.parameters()).learningRate(1e35));
        // The loss of the only step is finite; nothing but its result is not.
        assertEquals(
                "training diverged: model.0.weight holds NaN or infinite numbers after step 1",
                assertThrows(
                                DivergedException.class,
                                () -> Trainer.of(task, Loader.of(data))
                                        .epochs(1)
                                        .train())
                        .getMessage());
        net.parameters().forEach(w -> w.fill(0));
        Checkpoints places = Checkpoints.in(folder).every(1);
        var first = new Callback() {
            @Override
            public void started(Progress progress) throws IOException {
                places.save(0, new Checkpoint(task.state(), Map.of()), Map.of());
            }
        };
        assertEquals(
                "training diverged: task.model.0.weight holds NaN or infinite numbers after step 1 (batch 1 of epoch 1);"
                        + " the last good checkpoint is " + folder.resolve("step-000000000.safetensors"),
                assertThrows(
                                DivergedException.class,
                                () -> Trainer.of(task, Loader.of(data).batchSize(4))
                                        .epochs(1)
                                        .checkpoints(places)
                                        .callback(first)
                                        .train())
                        .getMessage());
    }

    @Test
    void validationDataThatAreNoNumbersAreTold() throws IOException {
        Tensor inputs = Tensor.normal(Random.seeded(0), 0, 1, 8, 4);
        Tensor broken = inputs.copy();
        broken.narrow(0, 3, 1).fill(Double.NaN);
        var net = new Sequential(Linear.of(4, 1));
        net.initialize(Random.seeded(0));
        var notes = new ArrayList<String>();
        Trainer.of(Supervised.classifier(net, Adam.of(net.parameters())), Loader.of(one("whole", inputs)))
                .epochs(2)
                .validate(Loader.of(one("broken", broken)))
                .callback(new Callback() {
                    @Override
                    public void noted(Progress progress, String event) {
                        notes.add(event);
                    }
                })
                .train();
        assertEquals(2, notes.size());
        assertEquals(
                "validation_loss is NaN after epoch 1: the validation data, or what the model makes of them, hold NaN or"
                        + " infinite numbers",
                notes.getFirst());
    }

    private static Dataset one(String name, Tensor inputs) {
        return new Dataset(name, inputs, Tensor.zeros(DType.I64, inputs.dim(0)), List.of("only"));
    }

    @Test
    void whatAnOptimizerOfItsOwnGradientsWouldIgnoreIsRefused() {
        Sequential net = net(0);
        Supervised task = Supervised.classifier(net, Lbfgs.of(net.parameters()));
        for (Map.Entry<String, Runnable> option : Map.<String, Runnable>of(
                        "clipNorm", () -> task.clipNorm(1),
                        "clipValue", () -> task.clipValue(1),
                        "accumulate", () -> task.accumulate(2),
                        "probe", () -> task.probe(HealthProbe.of(net)))
                .entrySet()) {
            String message = String.valueOf(assertThrows(IllegalStateException.class, option.getValue()::run)
                    .getMessage());
            assertTrue(message.startsWith("supervised: " + option.getKey() + " does nothing with LBFGS("), message);
            assertTrue(
                    message.endsWith(", which takes its gradients itself; leave it out, or choose another optimizer"));
        }
    }

    // ---------------------------------------------------------------- waiting for data

    /** How much of an epoch was spent waiting for batches, each of which takes so long to make. */
    private double waitingShare(String name, int millis, int prefetch, int stepMillis) throws IOException {
        Transform slow = Transform.of(images -> {
            LockSupport.parkNanos(1_000_000L * millis);
            return Transform.unit().apply(images);
        });
        Run run = Run.in(folder.resolve(name));
        Trainer.of(task(net(0)), loader(3).transform(slow).prefetch(prefetch))
                .epochs(1)
                .callback(run.log(), new Callback() {
                    @Override
                    public void stepDone(Progress progress) {
                        LockSupport.parkNanos(1_000_000L * stepMillis);
                    }
                })
                .train();
        List<String> lines = Files.readAllLines(run.folder().resolve("metrics.jsonl"));
        assertTrue(
                Json.parse(lines.getLast()) instanceof Map<?, ?> epoch && epoch.get("waiting_share") instanceof Double);
        return Double.parseDouble(lines.getLast().replaceAll(".*\"waiting_share\": ([-.0-9E]+).*", "$1"));
    }

    @Test
    void theTimeSpentWaitingForDataIsToldOfEachEpoch() throws IOException {
        double slow = waitingShare("slow", 50, 0, 0);
        double fast = waitingShare("fast", 0, 0, 0);
        assertTrue(slow > .3 && slow <= 1, () -> "slow data " + slow);
        assertTrue(fast >= 0 && fast < slow, () -> "fast data " + fast + ", slow ones " + slow);
    }

    @Test
    void batchesMadeAheadAreNotWaitedFor() throws IOException {
        double without = waitingShare("without", 30, 0, 60);
        double with = waitingShare("with", 30, 2, 60);
        assertTrue(without > .25, () -> "each batch made when it is asked for: " + without);
        assertTrue(with < .6 * without, () -> "made ahead " + with + ", when asked for " + without);
    }

    // ---------------------------------------------------------------- plateaus

    private static Trainer onPlateau(Sequential net, Adam adam, Checkpoints places, List<String> notes) {
        return trainer(Supervised.classifier(net, adam))
                .validate(held())
                .checkpoints(places)
                .callback(OnPlateau.of(
                        Plateau.of(adam).rising().factor(.5).patience(0).absoluteThreshold(.1), "validation_accuracy"))
                .callback(new Callback() {
                    @Override
                    public void noted(Progress progress, String event) {
                        notes.add(event.replaceAll("[.0-9]+$", "A"));
                    }
                });
    }

    @Test
    void aPlateauLowersTheRateAndIsResumed() throws IOException {
        var notes = new ArrayList<String>();
        Sequential whole = net(0);
        Adam once = Adam.of(whole.parameters()).learningRate(.02);
        onPlateau(whole, once, Checkpoints.in(folder.resolve("whole")), notes)
                .epochs(9)
                .train();
        assertEquals("learning rate lowered: validation_accuracy has not been better than A", notes.getFirst());
        assertEquals(.02 * Math.pow(.5, notes.size()), once.learningRate(), 1e-12);

        Sequential parts = net(0);
        for (int epochs : new int[] {2, 5, 9}) {
            parts = net(0);
            Adam again = Adam.of(parts.parameters()).learningRate(.02);
            onPlateau(parts, again, Checkpoints.in(folder.resolve("parts")), new ArrayList<>())
                    .epochs(epochs)
                    .resume()
                    .train();
        }
        assertEquals(ParameterHash.of(whole), ParameterHash.of(parts));
        assertEquals(
                "plateau: there is no figure 'validation_loss' among [loss, accuracy, learning_rate]",
                assertThrows(
                                IllegalStateException.class,
                                () -> trainer(Supervised.classifier(whole, once))
                                        .epochs(1)
                                        .callback(OnPlateau.of(Plateau.of(once), "validation_loss"))
                                        .train())
                        .getMessage());
    }

    // ---------------------------------------------------------------- a task of one's own

    /** w ← w + mean of the batch: what a task may be. */
    private static final class Summing implements Task {
        private final Tensor sum = Tensor.zeros(1);

        @Override
        public Map<String, Double> step(Batch batch, Mode mode) {
            Tensor mean = Tape.scoped(() -> batch.inputs().mean());
            sum.assign(sum.add(mean));
            return Map.of(LOSS, 0., "sum", sum.item());
        }

        @Override
        public State state() {
            return new State(Map.of("sum", sum), Map.of());
        }

        @Override
        public void load(State state) {
            sum.assign(state.tensors().getOrDefault("sum", sum));
        }
    }

    @Test
    void tasksOfOnesOwnAreTrained() throws IOException {
        var task = new Summing();
        trainer(task).epochs(1).checkpoints(Checkpoints.in(folder)).train();
        var again = new Summing();
        trainer(again).epochs(1).checkpoints(Checkpoints.in(folder)).resume().train();
        assertEquals(task.sum.item(), again.sum.item());
        assertNotEquals(0, again.sum.item());
    }

    @Test
    void figuresThatComeNowAndThenAreWrittenDown() throws IOException {
        var task = new Task() {
            private int steps;

            @Override
            public Map<String, Double> step(Batch batch, Mode mode) {
                return steps++ % 16 == 0 ? Map.of(LOSS, 0., "penalty", (double) steps) : Map.of(LOSS, 0.);
            }

            @Override
            public State state() {
                return new State(Map.of(), Map.of());
            }

            @Override
            public void load(State state) {}
        };
        Run run = Run.in(folder.resolve("run"));
        trainer(task).steps(40).epochs(9).callback(run.log()).train();
        List<String> lines = Files.readAllLines(run.folder().resolve("metrics.jsonl")).stream()
                .filter(line -> line.contains("\"step\"") && line.contains("penalty") && !line.contains("epoch\", "))
                .toList();
        assertEquals(
                List.of("1/1.0", "20/17.0", "40/33.0"),
                lines.stream()
                        .map(line -> line.replaceAll(".*\"step\": (\\d+),.*\"penalty\": ([.0-9]+).*", "$1/$2"))
                        .toList());
    }

    @Test
    void lossesOtherThanCrossEntropy() throws IOException {
        Tensor x = Tensor.normal(Random.seeded(0), 0, 1, 64, 3);
        Tensor y = x.sum(true, 1);
        var net = Linear.of(3, 1);
        net.initialize(Random.seeded(1));
        var data = Dataset.pairs("sums", Column.of(x), Column.of(y));
        var result = Trainer.of(
                        Supervised.of(net, Losses::mse, Sgd.of(net.parameters()).learningRate(.1)),
                        Loader.of(data).batchSize(16))
                .epochs(30)
                .train();
        assertTrue(result.epochs().getLast().loss() < 1e-3, result::toString);
    }
}
