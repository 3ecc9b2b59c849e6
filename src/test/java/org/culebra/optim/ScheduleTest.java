package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Against values of PyTorch's formulas, worked by hand. */
class ScheduleTest {
    private static final double EXACT = 1e-15;

    private static Sgd sgd(double rate) {
        return Sgd.of(List.of(Tensor.of(new double[] {1}).asParameter())).learningRate(rate);
    }

    private static void assertFactors(Schedule schedule, double... expected) {
        for (int t = 0; t < expected.length; t++) {
            assertEquals(expected[t], schedule.factor(t), EXACT, "t = " + t);
        }
    }

    @Test
    void steps() {
        assertFactors(Schedule.step(2, .1), 1, 1, .1, .1, .01, .01);
        assertFactors(Schedule.multiStep(.5, 2, 3, 3), 1, 1, .5, .125, .125);
        assertFactors(Schedule.multiStep(.5), 1, 1);
        assertFactors(Schedule.constant(.25), .25, .25);
    }

    @Test
    void smoothFalls() {
        assertFactors(Schedule.exponential(.9), 1, .9, .81, .729);
        // .1 + .9·(1 + cos(πt/4))/2
        double half = Math.sqrt(.5);
        assertFactors(Schedule.cosine(4, .1), 1, .1 + .45 * (1 + half), .55, .1 + .45 * (1 - half), .1, .1);
        assertFactors(Schedule.linear(.5, 1, 4), .5, .625, .75, .875, 1, 1);
        assertFactors(Schedule.linear(1, 0, 2), 1, .5, 0, 0);
        assertFactors(Schedule.polynomial(4, 1), 1, .75, .5, .25, 0, 0);
        assertFactors(Schedule.polynomial(4, 2), 1, .5625, .25, .0625, 0, 0);
        assertFactors(Schedule.warmUp(3), .25, .5, .75, 1, 1);
    }

    @Test
    void warmRestartsBeginAgain() {
        assertFactors(Schedule.warmRestarts(2, 1, 0), 1, .5, 1, .5, 1, .5);
        double half = Math.sqrt(.5);
        // two steps, then four, then eight
        assertFactors(Schedule.warmRestarts(2, 2, 0), 1, .5, 1, (1 + half) / 2, .5, (1 - half) / 2, 1);
        assertEquals(.5, Schedule.warmRestarts(2, 2, 0).factor(10), EXACT);
        assertEquals(1, Schedule.warmRestarts(2, 2, 0).factor(14), EXACT);
    }

    @Test
    void chained() {
        assertFactors(Schedule.warmUp(1).times(Schedule.step(2, .1)), .5, 1, .1, .1);
        assertFactors(Schedule.warmUp(1).then(2, Schedule.exponential(.5)), .5, 1, 1, .5, .25);
    }

    /** Ten steps: up over t = 0 … 2, for .3·10 − 1 = 2; down to t = 9. */
    @Test
    void oneCycle() {
        OneCycle cycle = Schedule.oneCycle(10);
        assertEquals(.04, cycle.factor(0), EXACT);
        assertEquals(.52, cycle.factor(1), EXACT); // halfway along a cosine
        assertEquals(1, cycle.factor(2), EXACT);
        double end = .04e-4;
        assertEquals(end + (1 - end) / 2 * (1 + Math.cos(Math.PI * 3 / 7)), cycle.factor(5), EXACT);
        assertEquals(end, cycle.factor(9), EXACT);
        assertEquals(end, cycle.factor(1000), EXACT);

        OneCycle straight = cycle.straight().divisors(4, 10);
        assertFactors(straight, .25, .625, 1, 1 - .975 / 7);
        assertEquals(.025, straight.factor(9), EXACT);

        // Up over 0 … 3, down over 3 … 6, further down over 6 … 9.
        OneCycle three = cycle.rise(.4).divisors(4, 10).straight().inThreePhases();
        assertFactors(three, .25, .5, .75, 1, .75, .5, .25, .25 - .075, .25 - .15, .025);

        Schedule momentum = straight.momentum(.5);
        assertFactors(momentum, 1, .75, .5, .5 + .5 / 7);
        assertEquals(1, momentum.factor(9), EXACT);
    }

    @Test
    void aSchedulerScalesTheRatesOfAllGroups() {
        Sgd sgd = sgd(.5).momentum(.8)
                .group(List.of(Tensor.of(new double[] {1}).asParameter()), group -> group.learningRate(.1));
        Scheduler scheduler = Scheduler.of(sgd, Schedule.linear(.5, 1, 2)).and(Option.MOMENTUM, t -> t == 0 ? 1 : .5);
        assertEquals(.25, sgd.learningRate());
        assertEquals(.05, sgd.groups().get(1).get(Option.LEARNING_RATE));
        assertEquals(.8, sgd.groups().get(1).get(Option.MOMENTUM));
        scheduler.step();
        assertEquals(.375, sgd.learningRate());
        assertEquals(.4, sgd.groups().get(1).get(Option.MOMENTUM));
        scheduler.step();
        scheduler.step();
        assertEquals(3, scheduler.steps());
        assertEquals(.5, sgd.learningRate());
        assertEquals(.1, sgd.groups().get(1).get(Option.LEARNING_RATE));
    }

    @Test
    void aSchedulerGoesOnFromItsState() {
        Sgd sgd = sgd(.3);
        Scheduler scheduler = Scheduler.of(sgd, Schedule.exponential(.7));
        for (int i = 0; i < 5; i++) {
            scheduler.step();
        }
        Sgd other = sgd(1);
        Scheduler restored = Scheduler.of(other, Schedule.exponential(.7));
        restored.load(scheduler.state());
        assertEquals(sgd.learningRate(), other.learningRate());
        scheduler.step();
        restored.step();
        assertEquals(sgd.learningRate(), other.learningRate());
        assertEquals(
                "scheduler: the state does not belong to it\n  missing group.0.learning_rate\n  unknown best\n"
                        + "  hint: load it into one made and configured as the saved one was",
                message(() -> restored.load(State.of(Map.of("steps", 1., "best", 2.)))));
        assertEquals(6, restored.steps());
    }

    @Test
    void aPlateauLowersTheRate() {
        Sgd sgd = sgd(1);
        Plateau plateau =
                Plateau.of(sgd).factor(.5).patience(1).threshold(.1).cooldown(1).least(.2);
        assertFalse(plateau.step(1));
        assertFalse(plateau.step(.89)); // better by more than a tenth
        assertFalse(plateau.step(.85)); // not better enough: the first
        assertTrue(plateau.step(Double.NaN)); // the second, beyond the patience
        assertEquals(.5, sgd.learningRate());
        assertFalse(plateau.step(.9)); // cools down
        assertFalse(plateau.step(.9));
        assertTrue(plateau.step(.9));
        assertEquals(.25, sgd.learningRate());
        plateau.step(.9);
        plateau.step(.9);
        assertTrue(plateau.step(.9));
        assertEquals(.2, sgd.learningRate());
        plateau.step(.9);
        plateau.step(.9);
        assertFalse(plateau.step(.9), "it is the least already");
        assertEquals(.89, plateau.best());
    }

    @Test
    void aPlateauOfSomethingThatIsToRise() {
        Sgd sgd = sgd(1);
        Plateau plateau = Plateau.of(sgd).rising().patience(0).absoluteThreshold(.01);
        assertFalse(plateau.step(.5));
        assertFalse(plateau.step(.52));
        assertTrue(plateau.step(.525));
        assertEquals(.1, sgd.learningRate(), EXACT);
        Plateau relative = Plateau.of(sgd).rising().patience(0).threshold(.1);
        assertFalse(relative.step(.5));
        assertTrue(relative.step(.54));
        assertFalse(relative.step(.56));
    }

    @Test
    void aPlateauGoesOnFromItsState() {
        Sgd sgd = sgd(1);
        Plateau plateau = Plateau.of(sgd).patience(2);
        plateau.step(1);
        plateau.step(1);
        Plateau restored = Plateau.of(sgd).patience(2);
        restored.load(plateau.state());
        assertFalse(restored.step(1));
        assertTrue(restored.step(1));
        assertEquals(
                "plateau: the state does not belong to it\n  missing best, bad, cooling\n"
                        + "  hint: load it into one made and configured as the saved one was",
                message(() -> restored.load(State.EMPTY)));
    }

    @Test
    void badNumbersAreRefused() {
        assertMessage("schedule step: the size of a step must be positive, not 0", () -> Schedule.step(0, .1));
        assertMessage("schedule step: γ must be 0 or more, not NaN", () -> Schedule.step(1, Double.NaN));
        assertMessage("schedule multi-step: milestones must rise, not [3, 2]", () -> Schedule.multiStep(.1, 3, 2));
        assertMessage("schedule exponential: γ must be 0 or more, not -1.0", () -> Schedule.exponential(-1));
        assertMessage("schedule cosine: the number of steps must be positive, not 0", () -> Schedule.cosine(0, 0));
        assertMessage("schedule cosine: the end must be 0 or more, not -0.5", () -> Schedule.cosine(1, -.5));
        assertMessage(
                "schedule warm restarts: the multiplier must be positive, not 0", () -> Schedule.warmRestarts(1, 0, 0));
        assertMessage("schedule linear: the start must be 0 or more, not -1.0", () -> Schedule.linear(-1, 1, 1));
        assertMessage("schedule polynomial: the power must be 0 or more, not -1.0", () -> Schedule.polynomial(1, -1));
        assertMessage("schedule warm-up: the number of steps must be positive, not -2", () -> Schedule.warmUp(-2));
        assertMessage("schedule constant: the factor must be 0 or more, not -1.0", () -> Schedule.constant(-1));
        assertMessage(
                "schedule then: the step must be positive, not 0",
                () -> Schedule.constant(1).then(0, Schedule.constant(1)));
        assertMessage("schedule one-cycle: there must be more than 1 step, not 1", () -> Schedule.oneCycle(1));
        assertMessage(
                "schedule one-cycle: the rise must be more than 0 and less than 1, not 1.0",
                () -> Schedule.oneCycle(9).rise(1));
        assertMessage(
                "schedule one-cycle: the rise must be more than 0 and less than half, not 0.5",
                () -> Schedule.oneCycle(9).rise(.5).inThreePhases());
        assertMessage(
                "schedule one-cycle: divisors must be positive, not 0.0 and 1.0",
                () -> Schedule.oneCycle(9).divisors(0, 1));
        assertMessage(
                "schedule one-cycle: the lowest momentum must be in (0, 1], not 0.0",
                () -> Schedule.oneCycle(9).momentum(0));
        assertMessage("SGD: the learning rate must be 0 or more, not NaN", () -> Scheduler.of(sgd(1), t -> Double.NaN));
        Plateau plateau = Plateau.of(sgd(1));
        assertMessage("plateau: the factor must be more than 0 and less than 1, not 1.0", () -> plateau.factor(1));
        assertMessage("plateau: the patience must be 0 or more, not -1.0", () -> plateau.patience(-1));
        assertMessage("plateau: the threshold must be 0 or more, not NaN", () -> plateau.threshold(Double.NaN));
        assertMessage("plateau: the cooldown must be 0 or more, not -1.0", () -> plateau.cooldown(-1));
        assertMessage("plateau: the least rate must be 0 or more, not -1.0", () -> plateau.least(-1));
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(expected, message(action));
    }

    private static String message(Executable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
