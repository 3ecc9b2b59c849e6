package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.data.ToyData;
import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Dropout;
import org.culebra.nn.GanLoss;
import org.culebra.nn.GradientPenalty;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.Sgd;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Call;
import org.culebra.tensor.CustomOp;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Players in turn: who moves when, by what, and what is computed for it. */
class AdversarialTest {
    private static final Batch NOTHING = new Batch(Tensor.zeros(1, 1), Tensor.zeros(1));

    @TempDir
    private Path folder;

    /** Two numbers that learn. */
    private record Numbers(Parameter weight) implements Model {
        static Numbers of(double first) {
            var numbers = new Numbers(Parameter.of(Initializer.constant(first), 2));
            numbers.initialize(Random.seeded(0));
            return numbers;
        }

        Tensor value() {
            return weight.value();
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("weight", weight);
        }
    }

    private static Sgd sgd(Model model) {
        return Sgd.of(model.parameters()).learningRate(.125);
    }

    private static Player descending(String name, Numbers numbers) {
        return Player.of(name, numbers, sgd(numbers), turn -> numbers.value().sum());
    }

    private static Map<String, Double> step(Adversarial game) {
        return game.step(NOTHING, Mode.training(Random.seeded(0)));
    }

    private static String message(Executable action) {
        return String.valueOf(assertThrows(RuntimeException.class, action).getMessage());
    }

    private static void assertAll(double expected, Numbers numbers) {
        float value = (float) expected + 0f; // −0 becomes 0
        assertArrayEquals(new float[] {value, value}, numbers.value().toFloatArray());
    }

    // ---------------------------------------------------------------- what is computed

    /** x·w that counts how often it is asked for the gradient of each. */
    private record Counting(int[] asked) implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0].mul(inputs[1])};
        }

        @Override
        public Tensor gradient(int input, Call call, Tensor g) {
            asked[input]++;
            return g.mul(call.input(1 - input));
        }
    }

    private record CountingLayer(Parameter weight, int[] asked) implements Layer {
        static CountingLayer create() {
            var layer = new CountingLayer(Parameter.of(Initializer.constant(1), 1), new int[2]);
            layer.initialize(Random.seeded(0));
            return layer;
        }

        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return new Counting(asked).apply(x, weight.value())[0];
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("weight", weight);
        }
    }

    @Test
    void nothingIsComputedForTheWeightsOfTheOtherSide() {
        CountingLayer d = CountingLayer.create();
        CountingLayer g = CountingLayer.create();
        Tensor z = Tensor.ones(1, 1);
        var judging = Player.of(
                "discriminator",
                d,
                sgd(d),
                turn -> d.forward(turn.fixed(() -> g.forward(z, turn.mode())), turn.mode())
                        .sum());
        step(Adversarial.of(judging));
        assertArrayEquals(new int[] {0, 1}, d.asked(), "of its own weight alone: what it is shown is no variable");
        assertArrayEquals(new int[] {0, 0}, g.asked(), "the generator has no graph");

        var making = Player.of(
                "generator",
                g,
                sgd(g),
                turn -> d.forward(g.forward(z, turn.mode()), turn.mode()).sum());
        step(Adversarial.of(making));
        assertArrayEquals(new int[] {1, 1}, d.asked(), "through the discriminator, but not to its weight");
        assertArrayEquals(new int[] {0, 1}, g.asked());
    }

    @Test
    void whatIsFixedIsNotRecorded() {
        Numbers numbers = Numbers.of(1);
        Numbers other = Numbers.of(3);
        var sizes = new ArrayList<Integer>();
        step(Adversarial.of(Player.of("one", numbers, sgd(numbers), turn -> {
            Tensor fixed = turn.fixed(() -> other.value().square().exp());
            sizes.add(turn.tape().size());
            return numbers.value().mul(fixed).sum();
        })));
        assertEquals(List.of(0), sizes);
        assertAll(3, other);
        assertNotEquals(1, numbers.value().get(0));
    }

    // ---------------------------------------------------------------- who moves when

    @Test
    void onePlayerMovesMoreOftenThanTheOther() {
        Numbers critic = Numbers.of(0);
        Numbers generator = Numbers.of(0);
        var game = Adversarial.of(
                descending("critic", critic), descending("generator", generator).every(3));
        for (int i = 1; i <= 7; i++) {
            Map<String, Double> figures = step(game);
            assertEquals(i % 3 == 0, figures.containsKey("generator_loss"), "step " + i);
            assertAll(-.125 * i, critic);
            int moves = i / 3;
            assertAll(-.125 * moves, generator);
        }
    }

    @Test
    void aPlayerMovesSeveralTimesAStepAndReportsTheLast() {
        Numbers numbers = Numbers.of(0);
        Map<String, Double> figures =
                step(Adversarial.of(descending("one", numbers).times(3)));
        assertAll(-.375, numbers);
        assertEquals(-.5, figures.get("one_loss"));
        assertEquals(-.5, figures.get(Task.LOSS));
    }

    @Test
    void aLazyPenaltyComesRarelyAndCountsForAllItsSteps() {
        Numbers numbers = Numbers.of(0);
        var game = Adversarial.of(Player.of(
                        "one",
                        numbers,
                        sgd(numbers),
                        turn -> numbers.value().sum().mul(0))
                .every(2)
                .regularize(4, turn -> numbers.value().sum().add(5)));
        double moved = 0;
        for (int i = 1; i <= 18; i++) {
            Map<String, Double> figures = step(game);
            boolean due = i == 2 || i == 10 || i == 18;
            assertEquals(due, figures.containsKey("one_penalty"), "step " + i);
            if (due) {
                assertEquals(5 + 2 * moved, figures.get("one_penalty"), "before its own move, and not multiplied");
                moved -= .125 * 4;
            }
            assertAll(moved, numbers);
        }
    }

    @Test
    void weightsAreClippedAfterEachMove() {
        Numbers numbers = Numbers.of(.05);
        step(Adversarial.of(descending("one", numbers).clip(.0625)));
        assertAll(-.0625, numbers);
    }

    @Test
    void theAverageFollows() {
        Numbers numbers = Numbers.of(0);
        var average = WeightAverage.exponential(numbers.parameters(), .5);
        var game = Adversarial.of(descending("one", numbers).average(average));
        step(game);
        step(game);
        step(game);
        assertArrayEquals(
                new float[] {-.28125f, -.28125f}, // .5·(.5·(−.125) + .5·(−.25)) + .5·(−.375)
                average.averages().getFirst().toFloatArray());
        assertAll(-.375, numbers);
    }

    @Test
    void theFiguresAreThoseOfAllWhoMovedAndWhatTheyNoted() {
        Numbers first = Numbers.of(1);
        Numbers second = Numbers.of(2);
        Map<String, Double> figures = step(Adversarial.of(
                Player.of(
                        "first",
                        first,
                        sgd(first),
                        turn -> turn.note("seen", first.value().mul(3)).sum()),
                descending("second", second)));
        assertEquals(Map.of("seen", 3., "first_loss", 6., "second_loss", 4., Task.LOSS, 6.), figures);
    }

    @Test
    void aLossThatIsNotFiniteMovesNobodyFromThereOn() {
        Numbers first = Numbers.of(0);
        Numbers broken = Numbers.of(0);
        Numbers last = Numbers.of(0);
        var game = Adversarial.of(
                descending("first", first),
                Player.of(
                        "broken",
                        broken,
                        sgd(broken),
                        turn -> broken.value().log().sum()),
                descending("last", last));
        Map<String, Double> figures = step(game);
        assertEquals(Double.NEGATIVE_INFINITY, figures.get(Task.LOSS));
        assertEquals(0., figures.get("first_loss"));
        assertAll(-.125, first);
        assertAll(0, broken);
        assertAll(0, last);
        assertFalse(figures.containsKey("last_loss"));
    }

    @Test
    void whatIsWrongIsSaid() {
        Numbers numbers = Numbers.of(0);
        Player player = descending("one", numbers);
        assertEquals(
                "adversarial: players with different names are needed, not [one, one]",
                message(() -> Adversarial.of(player, descending("one", numbers))));
        assertEquals("adversarial: players with different names are needed, not []", message(Adversarial::of));
        assertEquals("player: every is at least 1, not 0", message(() -> player.every(0)));
        assertEquals("player: times is at least 1, not 0", message(() -> player.times(0)));
        assertEquals(
                "player: regularize is at least 1, not -1",
                message(() -> player.regularize(-1, turn -> numbers.value().sum())));
        assertEquals("player: weights are clipped to a positive bound, not 0.0", message(() -> player.clip(0)));
    }

    // ---------------------------------------------------------------- going on

    /** Everything of a small game with all that can be remembered. */
    private static final class Game {
        final Layer d = new Sequential(Linear.of(2, 16), Activation.LEAKY_RELU, Linear.of(16, 1));
        final Layer g =
                new Sequential(Linear.of(2, 16), BatchNorm.of(16), Activation.RELU, new Dropout(.1), Linear.of(16, 2));
        final WeightAverage average;
        final Adversarial task;
        private double running;

        Game() {
            Random random = Random.seeded(3);
            d.initialize(random.split());
            g.initialize(random.split());
            average = WeightAverage.exponential(g.parameters(), .9);
            var judging = Player.of("discriminator", d, Adam.of(d.parameters()), turn -> {
                        Tensor real = turn.batch().inputs();
                        Tensor fake = turn.fixed(() -> g.forward(noise(turn), turn.mode()));
                        Tensor penalty = GradientPenalty.wasserstein(
                                turn.tape(), x -> d.forward(x, turn.mode()), real, fake, turn.random());
                        return GanLoss.WASSERSTEIN
                                .discriminator(d.forward(real, turn.mode()), d.forward(fake, turn.mode()))
                                .add(penalty);
                    })
                    .clip(.5)
                    .regularize(
                            3,
                            turn -> GradientPenalty.r1(
                                    turn.tape(),
                                    d.forward(turn.batch().inputs(), turn.mode()),
                                    turn.batch().inputs()));
            var making = Player.of("generator", g, Adam.of(g.parameters()), turn -> {
                        Tensor loss = GanLoss.WASSERSTEIN.generator(
                                d.forward(g.forward(noise(turn), turn.mode()), turn.mode()));
                        running = .5 * running + Tape.untracked(loss::item);
                        return loss.mul(1 + 1e-3 * running);
                    })
                    .every(2)
                    .average(average);
            task = Adversarial.of(judging, making).remembering("running", new Stateful() {
                @Override
                public State state() {
                    return new State(Map.of(), Map.of("value", running));
                }

                @Override
                public void load(State state) {
                    running = state.numbers().getOrDefault("value", Double.NaN);
                }
            });
        }

        private static Tensor noise(Adversarial.Turn turn) {
            return Tensor.normal(turn.random(), 0, 1, turn.batch().size(), 2);
        }

        String train(Path folder, int breakAfter) throws IOException {
            Random random = Random.seeded(4);
            Trainer.of(task, Loader.of(ToyData.ring(random, 60)).batchSize(8).shuffle(random))
                    .epochs(3)
                    .random(random.split())
                    .checkpoints(Checkpoints.in(folder).every(3))
                    .callback(new Callback() {
                        @Override
                        public void stepDone(Progress progress) throws IOException {
                            if (progress.step() == breakAfter) {
                                throw new IOException("pulled the plug");
                            }
                        }
                    })
                    .resume()
                    .train();
            return ParameterHash.of(d)
                    + ParameterHash.of(g)
                    + average.averages().stream().map(each -> each.sum().item()).toList()
                    + running;
        }
    }

    @Test
    void aGameThatIsBrokenOffAnywhereEndsWithTheSameBits() throws IOException {
        String whole = new Game().train(folder.resolve("whole"), -1);
        assertEquals(whole, new Game().train(folder.resolve("again"), -1));
        for (int breakAfter : new int[] {2, 7, 13, 23}) {
            Path place = folder.resolve("broken" + breakAfter);
            assertThrows(IOException.class, () -> new Game().train(place, breakAfter));
            assertEquals(whole, new Game().train(place, -1), "broken off after step " + breakAfter);
        }
    }

    @Test
    void itNamesThePlayers() {
        var task = new Game().task;
        String text = task.toString();
        assertTrue(text.startsWith("discriminator of 65 parameters with Adam"), text);
        assertTrue(text.contains(" against generator of 114 parameters with Adam"), text);
        assertEquals(
                Set.of("discriminator", "discriminator's model", "generator", "generator's model"),
                task.signature().keySet());
    }
}
