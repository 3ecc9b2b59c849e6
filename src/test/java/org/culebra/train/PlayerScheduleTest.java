package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Mode;
import org.culebra.optim.Schedule;
import org.culebra.optim.Sgd;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Learning rates of players, and what a game is measured by. */
class PlayerScheduleTest {
    private static final Batch BATCH = new Batch(Tensor.ones(2, 1), Tensor.zeros(2));

    /** A player whose weight falls by the learning rate at each move. */
    private static Player player(Layer net, int every) {
        return Player.of(
                        "p" + every,
                        net,
                        Sgd.of(net.parameters()).learningRate(1),
                        turn -> net.forward(turn.batch().inputs(), turn.mode()).mean())
                .every(every)
                .schedule(Schedule.linear(1, 0, 4));
    }

    private static Layer net() {
        Layer net = Linear.of(1, 1).withoutBias();
        net.initialize(Random.seeded(1));
        net.parameters().getFirst().fill(0);
        return net;
    }

    private static double weight(Layer net) {
        return net.parameters().getFirst().sum().item();
    }

    @Test
    void theRateFollowsTheMovesOfItsPlayer() {
        Layer often = net();
        Layer seldom = net();
        Adversarial game = Adversarial.of(player(often, 1), player(seldom, 2));
        Mode mode = Mode.training(Random.seeded(1));
        double sum = 0;
        for (double rate : List.of(1., .75, .5, .25, 0., 0.)) {
            game.step(BATCH, mode);
            sum += rate;
            assertEquals(-sum, weight(often), 1e-6);
        }
        assertEquals(-(1 + .75 + .5), weight(seldom), 1e-6);
    }

    @Test
    void aGameThatIsResumedGoesOnWithItsRates() {
        Layer net = net();
        Adversarial game = Adversarial.of(player(net, 1));
        Mode mode = Mode.training(Random.seeded(1));
        game.step(BATCH, mode);
        game.step(BATCH, mode);
        Layer other = net();
        Adversarial resumed = Adversarial.of(player(other, 1));
        Map<String, String> before = resumed.signature();
        assertEquals(before, game.signature(), "a rate that has moved is no other training");
        resumed.load(game.state());
        resumed.step(BATCH, mode);
        assertEquals(-(1 + .75 + .5), weight(other), 1e-6);
    }

    @Test
    void itIsMeasuredByWhatItIsTold() {
        Adversarial game = Adversarial.of(player(net(), 1));
        Loader data = Loader.of(Dataset.unlabelled("ones", Tensor.ones(3, 1)));
        assertEquals(Map.of(), game.evaluate(data));
        game.evaluating(loader -> Map.of("size", (double) loader.dataset().size()));
        assertEquals(Map.of("size", 3.), game.evaluate(data));
    }
}
