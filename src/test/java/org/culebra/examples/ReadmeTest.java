package org.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.culebra.data.Batch;
import org.culebra.data.Digits;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.distributions.Kl;
import org.culebra.distributions.Normal;
import org.culebra.memory.DType;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Checkpoints;
import org.culebra.train.EarlyStopping;
import org.culebra.train.Evaluation;
import org.culebra.train.HealthProbe;
import org.culebra.train.Monitor;
import org.culebra.train.Run;
import org.culebra.train.Supervised;
import org.culebra.train.Trainer;
import org.culebra.train.TrainingResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples, compiled and run. */
class ReadmeTest {
    @Test
    void theExampleLearns() {
        // example
        Splits digits = Digits.load();
        var model = new Sequential(
                Conv2d.of(1, 16, 3).padding(1), // (B, 1, 8, 8) -> (B, 16, 8, 8)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 16, 4, 4)
                new Flatten(), // -> (B, 256)
                Linear.of(256, 10)); // -> (B, 10)
        model.initialize(Random.seeded(0));
        var optimizer = Adam.of(model.parameters()).learningRate(2e-3);
        var scale = Transform.normalize(Digits.BRIGHTEST, .3, .37);
        var loader = Loader.of(digits.training())
                .batchSize(32)
                .shuffle(Random.seeded(1))
                .transform(scale);

        for (Batch batch : loader) {
            try (var tape = Tape.open()) {
                Tensor loss = Losses.crossEntropy(model.forward(batch.images()), batch.labels());
                optimizer.step(tape.gradients(loss));
            } // every intermediate is back in the pool; nothing for the garbage collector
        }
        // end
        double accuracy =
                Evaluation.of(model, Loader.of(digits.test()).transform(scale)).accuracy();
        assertTrue(accuracy > .5, () -> "accuracy " + accuracy);
    }

    @Test
    void theTrainerLearns(@TempDir Path folder) throws IOException {
        Splits digits = Digits.load();
        var scale = Transform.normalize(Digits.BRIGHTEST, .3, .37);
        // example
        var model = Mlp.create(Activation.RELU, 64, 48, 10);
        model.initialize(Random.seeded(0));
        var task = Supervised.classifier(model, Adam.of(model.parameters()).learningRate(3e-3))
                .schedule(Schedule.warmUp(20).times(Schedule.cosine(450, .01)))
                .clipNorm(1);
        var run = Run.in(folder.resolve("digits"));
        Loader loader = Loader.of(digits.training())
                .batchSize(32)
                .shuffle(Random.seeded(1))
                .transform(scale);
        TrainingResult result = Trainer.of(task, loader)
                .epochs(10)
                .random(Random.seeded(2))
                .validate(Loader.of(digits.test()).transform(scale))
                .checkpoints(
                        Checkpoints.in(run.checkpoints()).every(50).keepBest(1, Monitor.highest("validation_accuracy")))
                .callback(
                        run.log(),
                        EarlyStopping.on(Monitor.lowest("validation_loss")).patience(3))
                .resume()
                .train();
        // end
        double accuracy = result.epochs().getLast().figure("validation_accuracy");
        assertTrue(accuracy > .85, () -> "accuracy " + accuracy);
    }

    @Test
    void theCriticKeepsASlopeOfOne() {
        // example
        float[] numbers = {.9f, 1, 1, 1.1f, 1.1f, .9f, 1, .9f}; // one's own, row by row
        Tensor real = Tensor.of(numbers, 4, 2); // (B, 2)
        var critic = new Sequential(Linear.of(2, 32), Activation.TANH, Linear.of(32, 1)); // (B, 2) -> (B, 1)
        critic.initialize(Random.seeded(0));
        var optimizer = Adam.of(critic.parameters()).learningRate(5e-3);
        var random = Random.seeded(1);

        for (int step = 0; step < 300; step++) {
            try (var tape = Tape.open()) {
                Tensor fake = Tensor.normal(random, 0, 1, 4, 2);
                Tensor share = Tensor.uniform(random, 0, 1, 4, 1);
                Tensor between = fake.add(real.sub(fake).mul(share));
                Tensor score = critic.forward(between).sum();
                Tensor slope = tape.gradient(score, between, Order.DIFFERENTIABLE); // (B, 2)
                Tensor penalty = slope.norm(1).sub(1).square().mean();
                Tensor gap =
                        critic.forward(fake).mean().sub(critic.forward(real).mean());
                optimizer.step(tape.gradients(gap.add(penalty.mul(10))));
            }
        }
        // end
        Tensor x = Tensor.normal(random, .5, .5, 64, 2);
        try (var tape = Tape.open()) {
            Tensor slope = tape.gradient(critic.forward(x).sum(), x).norm(1);
            assertEquals(1, slope.mean().item(), .2);
            assertTrue(critic.forward(real).mean().item()
                    > critic.forward(x).mean().item());
        }
    }

    @Test
    void aTrainingIsWatched(@TempDir Path folder) throws IOException {
        // example
        var model = new Sequential(Linear.of(64, 32), Activation.RELU, Linear.of(32, 10));
        model.initialize(Random.seeded(0));
        var optimizer = Adam.of(model.parameters()).learningRate(1e-3);
        var probe = HealthProbe.of(model).every(20).to(folder.resolve("health.jsonl"));
        var mode = Mode.training(Random.seeded(1));

        for (Batch batch : Loader.of(Digits.load().training())) {
            try (var tape = Tape.open()) {
                Tensor logits = model.forward(batch.images().flatten(1), probe.watch(mode));
                probe.step(tape.gradients(Losses.crossEntropy(logits, batch.labels())), optimizer);
            }
        }
        System.out.println(probe.report()); // a table, and what is amiss in plain words
        probe.report().draw(folder.resolve("health.png"));
        // end
        assertEquals(List.of(), probe.report().warnings());
        assertEquals(3, probe.report().layers().size());
        assertTrue(Files.size(folder.resolve("health.png")) > 0);
        assertTrue(Files.readString(folder.resolve("health.jsonl")).startsWith("{\"step\": 20, \"layer\": \"0\""));
    }

    @Test
    void distributionsHaveDensitiesAndSamples() {
        // example
        Tensor outputs = Tensor.normal(Random.seeded(0), 0, 1, 32, 4); // of an encoder: (B, 2·2)
        Tensor mean = outputs.narrow(1, 0, 2);
        Tensor deviation = outputs.narrow(1, 2, 2).softplus();
        var posterior = Normal.of(mean, deviation).independent(1); // 32 distributions of vectors of 2 numbers
        var prior = Normal.standard(DType.F32, 2).independent(1);
        Tensor z = posterior.sampleReparameterized(Random.seeded(1)); // (B, 2), with gradients by the outputs
        Tensor difference = posterior.logDensity(z).sub(prior.logDensity(z)); // (B)
        Tensor divergence = Kl.of(posterior, prior); // its mean over all z, in closed form: (B)
        // end
        assertArrayEquals(new long[] {32}, difference.shape().dims());
        assertEquals(
                divergence.mean().item(),
                Kl.estimate(posterior, prior, Random.seeded(2), 2000).mean().item(),
                .03);
    }

    @Test
    void theyAreThoseOfTheReadme() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/culebra/examples/ReadmeTest.java"));
        String readme = Files.readString(Path.of("README.md"));
        List<String> examples = Pattern.compile("(?ms)^ {8}// example\\n(.*?)^ {8}// end$")
                .matcher(source)
                .results()
                .map(found -> found.group(1).replaceAll("(?m)^ {8}", ""))
                .toList();
        assertEquals(5, examples.size());
        for (String example : examples) {
            assertTrue(readme.contains("```java\n" + example + "```"), example);
        }
    }
}
