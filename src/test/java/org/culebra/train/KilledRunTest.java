package org.culebra.train;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.culebra.data.Digits;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.optim.WeightAverage;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed at random moments while they train, and what comes of the training in the end. */
class KilledRunTest {
    private static final int KILLS = 50;
    private static final int EPOCHS = 12;
    private static final int MOST_STEPS = 40;
    private static final int MOST_MILLIS = 20;

    @TempDir
    private Path folder;

    /** Trains a network that draws, normalizes and averages, on augmented digits, and prints what it came to. */
    public static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            var seed = org.culebra.tensor.Random.seeded(11);
            var model = new Sequential(
                    new Flatten(),
                    Linear.of(64, 48),
                    BatchNorm.of(48),
                    Activation.RELU,
                    new Dropout(.2),
                    Linear.of(48, 10));
            model.initialize(seed.split());
            var adam = Adam.of(model.parameters()).learningRate(3e-3);
            var average = WeightAverage.exponential(model.parameters(), .99);
            var task = Supervised.classifier(model, adam)
                    .accumulate(2)
                    .schedule(Schedule.cosine(300, .01))
                    .average(average);
            var loader = Loader.of(Digits.load().training())
                    .batchSize(48)
                    .shuffle(seed)
                    .transform(Transform.compose(
                            Transform.normalize(Digits.BRIGHTEST, .3, .37), Transform.randomCrop(8, 8, 1)));
            var run = Run.in(Path.of(args[0]));
            Trainer.of(task, loader)
                    .epochs(EPOCHS)
                    .random(seed.split())
                    .validate(Loader.of(Digits.load().test()).transform(Transform.normalize(Digits.BRIGHTEST, .3, .37)))
                    .checkpoints(Checkpoints.in(run.checkpoints())
                            .every(2)
                            .keepBest(1, Monitor.highest("validation_accuracy")))
                    .callback(run.log(), new Callback() {
                        @Override
                        public void stepDone(Progress progress) {
                            System.out.println("step " + progress.step());
                        }
                    })
                    .resume()
                    .train();
            var everything = new StringBuilder(ParameterHash.of(model));
            for (var tensor : average.averages()) {
                everything.append(' ').append(tensor.sum().item());
            }
            System.out.println(everything);
        }
    }

    private List<String> arguments(String name) {
        return List.of(
                "@.jvmconfig",
                "-Dculebra.threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                folder.resolve(name).toString());
    }

    @Test
    void aRunKilledAtAnyMomentsEndsWithTheSameBits() throws Exception {
        var whole = ForkedJvm.run(arguments("whole"));
        assertEquals(0, whole.exitCode(), whole.err());
        assertTrue(whole.out().length() > 64, whole.out());

        var moments = new Random(20_261_127);
        var reached = new TreeSet<String>();
        int kills = 0;
        int chain = 0;
        while (kills < KILLS) {
            String name = "killed" + chain;
            Process process = ForkedJvm.builder(arguments(name))
                    .redirectError(folder.resolve(name + ".err").toFile())
                    .start();
            try (var out = process.inputReader()) {
                if (follow(out, moments.nextInt(MOST_STEPS))
                        && !process.waitFor(moments.nextInt(MOST_MILLIS), MILLISECONDS)) {
                    process.destroyForcibly().waitFor(); // no shutdown hooks: what was not on the disk is gone
                    kills++;
                    Checkpoints.in(folder.resolve(name).resolve("checkpoints")).files().stream()
                            .limit(1)
                            .forEach(file -> reached.add(name + file.getFileName()));
                } else {
                    process.waitFor();
                    requireSame(whole.out(), name);
                    chain++;
                }
            }
        }
        requireSame(whole.out(), "killed" + chain);
        assertTrue(reached.size() > KILLS / 2, () -> "killed at too few places: " + reached);
    }

    /** Waits for so many steps; false if the training ended before. */
    private static boolean follow(BufferedReader out, int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            String line = out.readLine();
            if (line == null || !line.startsWith("step ")) {
                return false;
            }
        }
        return true;
    }

    /** Resumes, if anything is left to do, and compares. */
    private void requireSame(String expected, String name) {
        var resumed = ForkedJvm.run(arguments(name));
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(result(expected), result(resumed.out()), name);
    }

    private static String result(String out) {
        return out.lines().toList().getLast();
    }
}
