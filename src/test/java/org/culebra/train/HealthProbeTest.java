package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Parallel;
import org.culebra.nn.Recurrent;
import org.culebra.nn.Residual;
import org.culebra.nn.Sequential;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Sgd;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The phenomena for real, on small nets. */
class HealthProbeTest {
    private static final int WIDTH = 32;

    /** Steps on random points, whose first coordinate's square is to be told. */
    private static void train(Layer model, HealthProbe probe, Optimizer optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            var random = Random.seeded(step);
            Tensor x = Tensor.normal(random, 0, 1, 32, 4);
            try (var tape = Tape.open()) {
                Tensor y = model.forward(x, probe.watch(Mode.training(random)));
                Tensor loss = Losses.mse(y, x.narrow(1, 0, 1).square());
                probe.step(tape.gradients(loss), optimizer);
            }
        }
    }

    private static Sequential initialized(Layer... layers) {
        var model = new Sequential(layers);
        model.initialize(Random.seeded(0));
        return model;
    }

    /** So many layers of this width, and what is between them. */
    private static Sequential deep(int depth, Layer activation) {
        return deep(depth, activation, 1);
    }

    private static Sequential deep(int depth, Layer activation, double gain) {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < depth; i++) {
            layers.add(Linear.of(i == 0 ? 4 : WIDTH, WIDTH).initializer(Initializer.kaimingNormal(gain)));
            layers.add(activation);
        }
        layers.add(Linear.of(WIDTH, 1));
        return initialized(layers.toArray(Layer[]::new));
    }

    /** Weights; biases become 0. */
    private static void scale(Layer model, double factor) {
        model.state().values().forEach(value -> value.assign(value.mul(value.rank() > 1 ? factor : 0)));
    }

    private static Sgd sgd(Layer model, double rate) {
        return Sgd.of(model.parameters()).learningRate(rate);
    }

    private static void assertOne(List<String> warnings, String pattern) {
        assertEquals(
                1, warnings.stream().filter(text -> text.matches(pattern)).count(), () -> pattern + "\n" + warnings);
    }

    @Test
    void aHealthyNetHasNoWarnings() {
        Sequential model = deep(4, Activation.RELU, Math.sqrt(2));
        var told = new ArrayList<String>();
        HealthProbe probe = HealthProbe.of(model).every(10).telling(told::add);
        train(model, probe, sgd(model, .01), 0, 500);
        assertEquals(List.of(), told);
        assertTrue(probe.report().toString().endsWith("\nno warnings"), probe.report()::toString);
    }

    @Test
    void aRateThatIsTooLargeKillsReLUs() {
        Sequential model = deep(2, Activation.RELU);
        var told = new ArrayList<String>();
        HealthProbe probe = HealthProbe.of(model).every(10).telling(told::add);
        train(model, probe, sgd(model, .3), 0, 20);
        train(model, probe, sgd(model, 1e-4), 20, 120);
        assertOne(probe.report().warnings(), "layer 3 \\(ReLU\\): \\d+ % of its units have been dead for 50 steps");
        LayerHealth layer = probe.report().layers().get(3);
        assertEquals("layer 3 (ReLU)", layer.label());
        assertTrue(layer.readings().getLast().dead() > .2, layer::toString);
    }

    @Test
    void deepSigmoidsLetGradientsVanish() {
        Sequential model = deep(8, Activation.SIGMOID);
        HealthProbe probe = HealthProbe.of(model).every(5);
        train(model, probe, sgd(model, .01), 0, 20);
        assertOne(
                probe.report().warnings(),
                "gradients vanish: per weight, that of layer 0 \\(Linear\\) is \\S+ times that of layer 16 \\(Linear\\)");
    }

    @Test
    void largeWeightsSaturateSigmoids() {
        Sequential model = deep(2, Activation.SIGMOID);
        scale(model, 40);
        HealthProbe probe = HealthProbe.of(model).every(5);
        train(model, probe, sgd(model, 1e-6), 0, 20);
        assertOne(
                probe.report().warnings(),
                "layer 1 \\(Sigmoid\\): \\d+ % of its outputs are saturated, and hardly any gradient passes there");
    }

    @Test
    void steepWavesLetGradientsExplode() {
        Sequential model = deep(16, (x, mode) -> x.mul(6).sin());
        HealthProbe probe = HealthProbe.of(model).every(2);
        train(model, probe, sgd(model, 1e-9), 0, 8);
        assertOne(
                probe.report().warnings(), "gradients explode on their way back: .* layer 0 .* layer 32 \\(Linear\\)");
    }

    @Test
    void aRateThatIsFarTooLargeEndsInNaN() {
        Sequential model = deep(2, Activation.TANH);
        var told = new ArrayList<String>();
        HealthProbe probe = HealthProbe.of(model).every(1).telling(told::add);
        train(model, probe, sgd(model, .01), 0, 5);
        train(model, probe, sgd(model, 1e4), 5, 60);
        assertOne(
                told,
                "layer \\d \\(Linear\\): a step changes its weights by \\d+ % of their size; try a learning rate near .*");
        assertOne(told, "gradients explode: their norm is \\S+, \\S+ times what it was");
        assertOne(probe.report().warnings(), "parameter 0.weight: its gradient holds NaN or infinities");
    }

    @Test
    void activationsThatGrowAndShrink() {
        for (double factor : new double[] {8, .25}) {
            Sequential model = deep(5, (x, mode) -> x);
            scale(model, factor);
            HealthProbe probe = HealthProbe.of(model).every(1);
            train(model, probe, sgd(model, 1e-12), 0, 3);
            assertOne(
                    probe.report().warnings(),
                    "activations " + (factor > 1 ? "grow" : "shrink")
                            + " layer by layer: their deviation is \\S+ in layer \\d+ .* and \\S+ in layer \\d+ .*");
        }
    }

    @Test
    void updatesThatAreTooSmall() {
        Sequential model = deep(1, Activation.TANH);
        HealthProbe probe = HealthProbe.of(model).every(1);
        train(model, probe, sgd(model, 1e-6), 0, 6);
        assertOne(
                probe.report().warnings(),
                "layer \\d \\(Linear\\): a step changes its weights by .* of their size; .*");
    }

    @Test
    void whatIsTheSameForAllIsNoticedWhereItBegins() {
        Sequential model =
                initialized(Linear.of(4, 4), Activation.named("Zero", x -> x.mul(0)), Linear.of(4, 4), Linear.of(4, 1));
        HealthProbe probe = HealthProbe.of(model).every(1);
        train(model, probe, sgd(model, .01), 0, 3);
        assertOne(probe.report().warnings(), "layer 1 \\(Zero\\): its output is the same for every example");
    }

    /** Has a part that it forgets. */
    private record Forgetful(Layer used, Layer forgotten) implements Layer {
        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return mode.call("used", used, x);
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("used", used, "forgotten", forgotten);
        }
    }

    @Test
    void parametersWithoutGradientsAreNamed() {
        var model = new Forgetful(Linear.of(4, 1), Linear.of(4, 2));
        model.initialize(Random.seeded(0));
        HealthProbe probe = HealthProbe.of(model).every(2);
        train(model, probe, sgd(model, .01), 0, 12);
        assertEquals(
                List.of(
                        "parameter forgotten.bias: it has had no gradient for 10 steps",
                        "parameter forgotten.weight: it has had no gradient for 10 steps"),
                probe.report().warnings().stream().sorted().toList());
    }

    @Test
    void warningsEnd() {
        Sequential model = deep(2, Activation.SIGMOID);
        scale(model, 40);
        var told = new ArrayList<String>();
        HealthProbe probe = HealthProbe.of(model).every(1).telling(told::add);
        train(model, probe, sgd(model, 1e-6), 0, 4);
        scale(model, 1 / 40.);
        train(model, probe, sgd(model, 1e-6), 4, 6);
        assertOne(told, "layer 1 .* saturated.*");
        assertOne(told, "no longer: layer 1 .* saturated.*");
        assertFalse(probe.report().warnings().toString().contains("saturated"));
    }

    // ---------------------------------------------------------------- of all models

    /** Calls one layer twice. */
    private record Twice(Layer inner) implements Layer {
        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return mode.call("inner", inner, mode.call("inner", inner, x));
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("inner", inner);
        }
    }

    @Test
    void modelsOfAllKinds() {
        Layer own = (x, mode) -> x.maximum(0);
        Sequential model = initialized(
                new Twice(Linear.of(4, 4)),
                own,
                Residual.of(Linear.of(4, 4), Activation.RELU),
                Parallel.sum(Linear.of(4, 4), Linear.of(4, 4)),
                (x, mode) -> x.reshape(x.dim(0), 2, 2),
                Recurrent.gru(2, 8),
                new Flatten(),
                Linear.of(16, 1));
        HealthProbe probe = HealthProbe.of(model).every(5);
        train(model, probe, sgd(model, .01), 0, 5);
        List<LayerHealth> layers = probe.report().layers();
        assertEquals(
                List.of(
                        "0.inner Linear",
                        "0 Twice",
                        "1 function",
                        "2.inner.0 Linear",
                        "2.inner.1 ReLU",
                        "2 Residual",
                        "3.0 Linear",
                        "3.1 Linear",
                        "3 Parallel",
                        "4 function",
                        "5 GRU",
                        "6 Flatten",
                        "7 Linear"),
                layers.stream().map(layer -> layer.path() + " " + layer.type()).toList());
        assertTrue(layers.get(2).readings().getFirst().dead() >= 0, "a ReLU is known by what it does");
        assertTrue(Double.isNaN(layers.get(9).readings().getFirst().dead()));
        assertEquals(4, layers.get(10).parameters().size());
        assertEquals("7.weight", layers.getLast().parameters().getFirst().path());
    }

    @Test
    void theNumbersAreThoseOfTheDefinitions() {
        Linear layer = Linear.of(4, 1);
        layer.initialize(Random.seeded(0));
        var model = new Sequential(layer);
        var probe = HealthProbe.of(model).every(1);
        Tensor x = Tensor.normal(Random.seeded(1), 0, 1, 8, 4);
        Tensor before = Objects.requireNonNull(layer.parametersByPath().get("weight"))
                .value()
                .copy();
        double gradient;
        double mean;
        try (var tape = Tape.open()) {
            Tensor y = model.forward(x, probe.watch(Mode.EVALUATION));
            mean = y.mean().item();
            var gradients = tape.gradients(y.square().sum());
            gradient = Math.sqrt(model.parameters().stream()
                    .mapToDouble(each -> gradients.of(each).square().sum().item())
                    .sum());
            probe.before(gradients);
            sgd(model, .01).step(gradients);
        }
        probe.after(); // after the tape has gone
        Tensor after =
                Objects.requireNonNull(layer.parametersByPath().get("weight")).value();
        var reading = probe.report().layers().getFirst().readings().getFirst();
        assertEquals(1, reading.step());
        assertEquals(mean, reading.mean(), 1e-6);
        assertEquals(gradient, reading.gradientNorm(), 1e-4);
        assertEquals(after.sub(before).norm().item() / before.norm().item(), reading.updateRatio(), 1e-6);
    }

    @Test
    void channelsAndUnitsOfSequencesDie() {
        // (B, 1, 2, 2) -> two channels, of which the second is always below 0
        var conv = Conv2d.of(1, 2, 1);
        var model = new Sequential(conv, Activation.RELU);
        model.initialize(Random.seeded(0));
        Objects.requireNonNull(conv.parametersByPath().get("weight"))
                .value()
                .assign(Tensor.of(new float[] {1, 1}, 2, 1, 1, 1));
        Objects.requireNonNull(conv.parametersByPath().get("bias")).value().assign(Tensor.of(new float[] {9, -9}));
        assertEquals(.5, deadOf(model, Tensor.uniform(Random.seeded(0), 0, 1, 3, 1, 2, 2)));
        Linear linear = Linear.of(1, 4);
        var sequence = new Sequential(linear, Activation.RELU); // (B, T, 1) -> (B, T, 4)
        sequence.initialize(Random.seeded(0));
        Objects.requireNonNull(linear.parametersByPath().get("weight"))
                .value()
                .assign(Tensor.of(new float[] {1, 1, 1, -1}, 4, 1));
        Objects.requireNonNull(linear.parametersByPath().get("bias")).value().fill(0);
        assertEquals(.25, deadOf(sequence, Tensor.uniform(Random.seeded(0), .1, 1, 3, 5, 1)));
    }

    private static double deadOf(Sequential model, Tensor x) {
        var probe = HealthProbe.of(model).every(1);
        try (var tape = Tape.open()) {
            Tensor loss =
                    model.forward(x, probe.watch(Mode.EVALUATION)).square().mean();
            probe.step(tape.gradients(loss), sgd(model, 1e-3));
        }
        return probe.report().layers().getLast().readings().getFirst().dead();
    }

    // ---------------------------------------------------------------- what it costs, and what it leaves

    @Test
    void stepsBetweenProbesCostNothing() {
        Sequential model = deep(1, Activation.RELU);
        var probe = HealthProbe.of(model).every(2);
        Mode mode = Mode.training(Random.seeded(0));
        assertSame(mode, probe.watch(mode));
        train(model, probe, sgd(model, .1), 0, 1);
        assertTrue(probe.isProbing());
        assertNotSame(mode, probe.watch(mode));
    }

    @Test
    void noBitOfTheTrainingChanges() {
        var hashes = new ArrayList<String>();
        for (int every : new int[] {1, 1000}) {
            Sequential model = deep(2, Activation.RELU);
            train(model, HealthProbe.of(model).every(every), sgd(model, .05), 0, 30);
            hashes.add(ParameterHash.of(model));
        }
        assertEquals(hashes.get(0), hashes.get(1));
    }

    @Test
    void aResumedRunWritesTheSameLines(@TempDir Path folder) throws IOException {
        Consumer<Layer> ill = model -> scale(model, 40);
        Sequential whole = deep(2, Activation.SIGMOID);
        ill.accept(whole);
        Path file = folder.resolve("whole.jsonl");
        train(whole, HealthProbe.of(whole).every(3).to(file), sgd(whole, .5), 0, 60);

        Sequential part = deep(2, Activation.SIGMOID);
        ill.accept(part);
        Path resumed = folder.resolve("resumed.jsonl");
        HealthProbe probe = HealthProbe.of(part).every(3).to(resumed);
        train(part, probe, sgd(part, .5), 0, 31);
        var state = probe.state();
        var saved = Map.copyOf(part.state());
        var copies = new java.util.HashMap<String, Tensor>();
        saved.forEach((path, value) -> copies.put(path, value.copy()));
        train(part, probe, sgd(part, .5), 31, 40); // lost
        Files.writeString(resumed, Files.readString(resumed) + "{\"step\": 42, \"la");
        part.load(copies);
        HealthProbe again = HealthProbe.of(part).every(3).to(resumed);
        again.load(state);
        train(part, again, sgd(part, .5), 31, 60);
        List<String> lines = Files.readAllLines(file);
        assertEquals(lines, Files.readAllLines(resumed));
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("\\{\"step\": \\d+, \"warning\": \".* saturated.*\"}")));
    }

    @Test
    void linesAreJson(@TempDir Path folder) throws IOException {
        Sequential model = initialized(Linear.of(4, 1), Activation.named("Say \"x\"\\\t", x -> x.div(0)));
        Path file = folder.resolve("health.jsonl");
        train(model, HealthProbe.of(model).every(1).to(file), sgd(model, .1), 0, 1);
        List<String> lines = Files.readAllLines(file);
        assertTrue(
                lines.get(0)
                        .matches("\\{\"step\": 1, \"layer\": \"0\", \"type\": \"Linear\", \"mean\": \\S+, "
                                + "\"deviation\": \\S+, \"saturated\": null, \"dead\": null, \"gradient_norm\": null, "
                                + "\"weight_norm\": null, \"update_ratio\": null}"),
                lines.get(0));
        assertTrue(
                lines.get(1)
                        .startsWith("{\"step\": 1, \"layer\": \"1\", \"type\": \"Say \\\"x\\\"\\\\\", \"mean\": null"),
                lines.get(1));
        assertEquals(
                "{\"step\": 1, \"warning\": \"layer 1 (Say \\\"x\\\"\\\\): its output holds NaN or infinities; "
                        + "it is the first that does\"}",
                lines.get(2));
    }

    @Test
    void theReportIsATableAndAPicture(@TempDir Path folder) throws IOException {
        Sequential model = initialized(
                Linear.of(4, 32),
                Activation.RELU,
                Linear.of(32, 32),
                Activation.TANH,
                Linear.of(32, 32),
                Activation.RELU,
                Linear.of(32, 1));
        HealthProbe probe = HealthProbe.of(model).every(5);
        train(model, probe, sgd(model, .05), 0, 50);
        train(model, probe, sgd(model, .9), 50, 70);
        train(model, probe, sgd(model, .01), 70, 150);
        HealthReport report = probe.report();
        String text = report.toString();
        assertTrue(text.startsWith("health after 150 steps\nlayer  type "), text);
        assertTrue(text.contains("\n5      ReLU "), text);
        Path png = folder.resolve("health.png");
        report.draw(png);
        var picture = ImageIO.read(png.toFile());
        assertTrue(picture.getWidth() > 1000 && picture.getHeight() > 300);
    }

    @Test
    void messages() {
        Sequential model = deep(1, Activation.RELU);
        assertEquals(
                "health probe: every how many steps must be positive, not 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> HealthProbe.of(model).every(0))
                        .getMessage());
        assertEquals(
                "health probe: the state does not belong to it\n  missing steps\n"
                        + "  hint: state() of a health probe, with the same prefix",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> HealthProbe.of(model).load(org.culebra.optim.State.EMPTY))
                        .getMessage());
    }
}
