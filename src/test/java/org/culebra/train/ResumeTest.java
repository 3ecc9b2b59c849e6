package org.culebra.train;

import static org.culebra.train.BrightestPixel.brightest;
import static org.culebra.train.BrightestPixel.held;
import static org.culebra.train.BrightestPixel.net;
import static org.culebra.train.BrightestPixel.task;
import static org.culebra.train.BrightestPixel.trainer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.culebra.data.Loader;
import org.culebra.nn.Activation;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.optim.Schedule;
import org.culebra.optim.Sgd;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints and what is made of them: a training that was interrupted goes on as if it had not been. */
class ResumeTest {
    @TempDir
    private Path folder;

    private Trainer resumable(Sequential net, Path place) {
        var sgd = Sgd.of(net.parameters()).learningRate(.1).momentum(.9);
        var task = Supervised.classifier(net, sgd)
                .schedule(Schedule.cosine(60, 0))
                .schedulePerEpoch(Schedule.constant(1))
                .average(WeightAverage.exponential(net.parameters(), .9));
        return trainer(task)
                .validate(held())
                .checkpoints(Checkpoints.in(place).every(7))
                .callback(EarlyStopping.on(Monitor.lowest("validation_loss")).patience(50))
                .resume();
    }

    /** Stops wherever it is told to. */
    private static Callback stopAt(long step) {
        return new Callback() {
            @Override
            public void stepDone(Progress progress) {
                if (progress.step() == step) {
                    throw new IllegalStateException("killed");
                }
            }
        };
    }

    @Test
    void aTrainingThatWasInterruptedAnywhereEndsWithTheSameBits() throws IOException {
        Sequential whole = net(0);
        var expected = resumable(whole, folder.resolve("whole")).epochs(4).train();
        for (int step : new int[] {1, 6, 7, 8, 12, 13, 14, 26, 27, 40, 51}) {
            Path place = folder.resolve("cut" + step);
            Sequential cut = net(0);
            assertThrows(
                    IllegalStateException.class,
                    () -> resumable(cut, place).epochs(4).callback(stopAt(step)).train());
            Sequential resumed = net(99); // whatever it begins with
            var result = resumable(resumed, place).epochs(4).train();
            if (step > 7) {
                assertEquals(ParameterHash.of(whole), ParameterHash.of(resumed), "cut at step " + step);
                EpochReport last = expected.epochs().getLast();
                assertEquals(last.figures(), result.epochs().getLast().figures(), "cut at step " + step);
                assertEquals(last.examples(), result.epochs().getLast().examples());
            }
        }
    }

    @Test
    void whatHasEndedIsNotTrainedAgainButMayBeTrainedLonger() throws IOException {
        Sequential net = net(0);
        resumable(net, folder).epochs(2).train();
        String two = ParameterHash.of(net);
        assertEquals(List.of(), resumable(net, folder).epochs(2).train().epochs());
        assertEquals(two, ParameterHash.of(net));
        assertEquals(
                3, resumable(net, folder).epochs(3).train().epochs().getFirst().epoch());
        Sequential atOnce = net(0);
        resumable(atOnce, folder.resolve("at-once")).epochs(3).train();
        assertEquals(ParameterHash.of(atOnce), ParameterHash.of(net));
    }

    @Test
    void checkpointsOfAnotherTrainingAreRefused() throws IOException {
        resumable(net(0), folder).epochs(1).train();
        var other = new Sequential(new Flatten(), Linear.of(4, 4));
        other.initialize(Random.seeded(0));
        assertEquals(
                "the checkpoints in " + folder
                        + " are of another training: its model was 1 Linear(4 → 16) 80, this one's is 1 Linear(4 → 4) 20;"
                        + " make it the same, or begin a new training in another folder",
                refusal(resumable(other, folder).epochs(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                ".05; .1; 32; 400; optimizer was SGD(learning rate 0.1), this one's is SGD(learning rate 0.05)",
                ".1; .5; 32; 400; model was 3 Dropout(0.1), this one's is 3 Dropout(0.5)",
                ".1; .1; 16; 400; batch size was 32, this one's is 16",
                ".1; .1; 32; 300; data was brightest: 400 images of 1×2×2 in 4 classes, this one's is brightest: 300"
                        + " images of 1×2×2 in 4 classes"
            })
    void whatMakesItAnotherTrainingIsNamed(double rate, double dropping, int batch, int examples, String difference)
            throws IOException {
        settled(.1, .1, 32, 400).train();
        assertEquals(
                "the checkpoints in " + folder + " are of another training: its " + difference
                        + "; make it the same, or begin a new training in another folder",
                refusal(settled(rate, dropping, batch, examples)));
    }

    private Trainer settled(double rate, double dropping, int batch, int examples) {
        var net = new Sequential(
                new Flatten(), Linear.of(4, 16), Activation.TANH, new Dropout(dropping), Linear.of(16, 4));
        net.initialize(Random.seeded(0));
        var task = Supervised.classifier(net, Sgd.of(net.parameters()).learningRate(rate));
        return Trainer.of(task, Loader.of(brightest(examples, 1)).batchSize(batch))
                .epochs(1)
                .checkpoints(Checkpoints.in(folder))
                .resume();
    }

    private static String refusal(Trainer trainer) {
        return String.valueOf(
                assertThrows(IllegalStateException.class, trainer::train).getMessage());
    }

    @Test
    void aNewTrainingDoesNotTakeOldCheckpointsForItsOwn() throws IOException {
        resumable(net(0), folder).epochs(2).train();
        List<Path> before = Checkpoints.in(folder).files();
        assertEquals(
                "trainer: there are checkpoints in " + folder
                        + " already; call resume() to go on from them, or take another folder",
                refusal(trainer(task(net(1))).epochs(1).checkpoints(Checkpoints.in(folder))));
        assertEquals(before, Checkpoints.in(folder).files());
    }

    @Test
    void theRandomNumbersOfTheCheckpointCount() throws IOException {
        resumable(net(0), folder).epochs(1).random(Random.seeded(3)).train();
        List<String> notes = new ArrayList<>();
        resumable(net(0), folder)
                .epochs(1)
                .random(Random.seeded(4))
                .callback(noting(notes))
                .train();
        assertEquals("the random numbers are the checkpoint's, of seed 3, not of seed 4", notes.getFirst());
    }

    @Test
    void oneTrainingAtATimeUsesAFolder() throws IOException {
        String message = "another training is going on in " + folder + "; wait for its end, or take another folder";
        var inner = new ArrayList<String>();
        resumable(net(0), folder)
                .epochs(1)
                .callback(new Callback() {
                    @Override
                    public void epochDone(Progress progress) {
                        inner.add(String.valueOf(assertThrows(
                                        IOException.class,
                                        () -> resumable(net(0), folder)
                                                .epochs(1)
                                                .train())
                                .getMessage()));
                    }
                })
                .train();
        assertEquals(List.of(message), inner);
        resumable(net(0), folder).epochs(1).train(); // free again
    }

    private static Callback noting(List<String> notes) {
        return new Callback() {
            @Override
            public void noted(Progress progress, String event) {
                notes.add(event);
            }
        };
    }

    @Test
    void whereNoCheckpointIsWholeTheTrainingBeginsAnewAndSaysSo() throws IOException {
        resumable(net(0), folder).epochs(2).train();
        List<Path> files = Checkpoints.in(folder).files();
        for (Path file : files) {
            Files.write(file, new byte[0]);
        }
        List<String> notes = new ArrayList<>();
        Sequential net = net(0);
        var result = resumable(net, folder).epochs(1).callback(noting(notes)).train();
        assertTrue(notes.getFirst().endsWith("; the checkpoint before it is used"), notes.getFirst());
        assertTrue(notes.getLast().endsWith("; no whole one is left: the training begins anew"), notes.getLast());
        assertEquals(1, result.epochs().getFirst().epoch());
        // The damaged ones, of later steps, do not take the place of the new ones.
        assertEquals(13, result.steps());
        assertEquals(
                List.of(13L, 7L).stream().map(Checkpoints.in(folder)::file).toList(),
                Checkpoints.in(folder).files());
        assertTrue(Files.exists(files.getFirst().resolveSibling(files.getFirst().getFileName() + ".damaged")));
    }

    @Test
    void aDamagedCheckpointIsNoticedAndTheOneBeforeIsUsed() throws IOException {
        Sequential net = net(0);
        resumable(net, folder).epochs(2).train();
        String expected = ParameterHash.of(net);
        var checkpoints = Checkpoints.in(folder);
        List<Path> files = checkpoints.files();
        assertEquals(2, files.size());
        byte[] bytes = Files.readAllBytes(files.getFirst());
        bytes[bytes.length - 9] ^= 4;
        Files.write(files.getFirst(), bytes);
        List<String> notes = new ArrayList<>();
        Sequential resumed = net(1);
        resumable(resumed, folder).epochs(2).callback(noting(notes)).train();
        assertEquals(
                List.of(
                        files.getFirst() + " is damaged: its checksum is not that of its content; the checkpoint before"
                                + " it is used",
                        "resumed after step 21"),
                notes);
        assertEquals(expected, ParameterHash.of(resumed));
    }

    @Test
    void anyBitOfACheckpointCounts() throws IOException {
        resumable(net(0), folder).epochs(1).train();
        Path file = Checkpoints.in(folder).files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        var random = new java.util.Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            int position = random.nextInt(whole.length);
            damaged[position] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            assertThrows(IOException.class, () -> Checkpoint.read(file), () -> "byte " + position);
        }
        for (int length = 0; length < whole.length; length += 97) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> Checkpoint.read(file));
        }
    }

    @Test
    void theLastAndTheBestAreKept() throws IOException {
        var checkpoints = Checkpoints.in(folder).keepLast(2).keepBest(2, Monitor.highest("validation_accuracy"));
        checkpoints.prepare();
        double[] scores = {.1, .9, .3, .8, .9, .2, .1};
        Sequential net = net(0);
        for (int i = 0; i < scores.length; i++) {
            checkpoints.save(i, new Checkpoint(task(net).state(), Map.of()), Map.of("validation_accuracy", scores[i]));
        }
        assertEquals(List.of(6L, 5L, 4L, 1L).stream().map(checkpoints::file).toList(), checkpoints.files());
        assertEquals(checkpoints.file(4), checkpoints.best().orElseThrow());
        // Another process finds the scores in the files.
        assertEquals(
                checkpoints.file(4),
                Checkpoints.in(folder)
                        .keepBest(2, Monitor.highest("validation_accuracy"))
                        .best()
                        .orElseThrow());
    }

    @Test
    void whatIsNotFiniteIsNotSaved() throws IOException {
        Sequential net = net(0);
        var checkpoints = Checkpoints.in(folder);
        checkpoints.prepare();
        checkpoints.save(1, new Checkpoint(task(net).state(), Map.of()), Map.of());
        net.parameters().getFirst().fill(Double.POSITIVE_INFINITY);
        assertEquals(
                "training diverged: model.1.weight holds NaN or infinite numbers",
                assertThrows(
                                DivergedException.class,
                                () -> checkpoints.save(
                                        2, new Checkpoint(task(net).state(), Map.of()), Map.of()))
                        .getMessage());
        assertEquals(List.of(checkpoints.file(1)), checkpoints.files());
    }

    @Test
    void whereNoFolderCanBeIsSaidBeforehand() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals(
                "the folder " + file.resolve("checkpoints") + " for checkpoints cannot be made",
                assertThrows(
                                IOException.class,
                                () -> trainer(task(net(0)))
                                        .epochs(1)
                                        .checkpoints(Checkpoints.in(file.resolve("checkpoints")))
                                        .train())
                        .getMessage());
    }
}
