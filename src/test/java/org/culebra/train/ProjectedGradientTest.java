package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.function.BinaryOperator;
import org.culebra.data.Batch;
import org.culebra.memory.DType;
import org.culebra.models.DigitsCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Sgd;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ProjectedGradientTest {
    private static final Random RANDOM = Random.seeded(0);

    /** w·x: the worst input within ε is at the corner that the signs of w point to. */
    private static Tensor linear(Tensor x, Tensor w) {
        return x.mul(w).sum();
    }

    private static Tensor of(double... values) {
        return Tensor.of(values, 1, values.length);
    }

    @Test
    void oneStepOfTheSignIsEpsilonAlongEveryAxisWithinTheRange() {
        Tensor attacked = ProjectedGradient.fastGradientSign(.25)
                .ascend(ProjectedGradientTest::linear, of(.5, .5, .9, .1, .5), of(2, -3, 1, -1, 0), RANDOM);
        assertArrayEquals(new double[] {.75, .25, 1, 0, .5}, attacked.toDoubleArray(), 1e-15);
    }

    @Test
    void manyStepsEndInTheCornerFromAnywhere() {
        Tensor x = of(.5, .5, .9, .1);
        Tensor w = of(2, -3, 1, -1);
        for (int seed = 0; seed < 5; seed++) {
            Tensor attacked =
                    ProjectedGradient.of(.25, 10).ascend(ProjectedGradientTest::linear, x, w, Random.seeded(seed));
            assertArrayEquals(new double[] {.75, .25, 1, 0}, attacked.toDoubleArray(), 1e-15);
        }
    }

    @Test
    void stepsTurnBackWhereTheSlopeDoes() {
        BinaryOperator<Tensor> peak = (x, top) -> x.sub(top).square().sum().neg();
        Tensor attacked = ProjectedGradient.of(.4, 100)
                .step(.01)
                .withoutRandomStart()
                .ascend(peak, of(.5, .5), of(.6, .305), RANDOM);
        assertArrayEquals(new double[] {.6, .305}, attacked.toDoubleArray(), .0101);
    }

    @Test
    void aRandomStartIsWithinEpsilonAndDependsOnTheSeed() {
        Tensor x = Tensor.full(DType.F64, .05, 1, 1000);
        BinaryOperator<Tensor> flat = (a, b) -> a.mul(0).sum();
        Tensor start = ProjectedGradient.of(.1, 1).ascend(flat, x, x, Random.seeded(1));
        assertTrue(
                start.min().item() == 0
                        && start.max().item() > .13
                        && start.max().item() <= .15,
                start::toString);
        assertArrayEquals(
                start.toDoubleArray(),
                ProjectedGradient.of(.1, 1).ascend(flat, x, x, Random.seeded(1)).toDoubleArray());
        Tensor other = ProjectedGradient.of(.1, 1).ascend(flat, x, x, Random.seeded(2));
        assertTrue(other.ne(start).any().toBooleanArray()[0]);
    }

    @Test
    void aClassifierBecomesLessSureAndNothingIsRecorded() {
        Layer net = DigitsCnn.create();
        net.initialize(Random.seeded(1));
        Tensor x = Tensor.uniform(Random.seeded(2), 0, 1, 8, 1, 8, 8);
        Tensor labels = net.forward(x).argMax(1);
        double before = Losses.crossEntropy(net.forward(x), labels).item();
        try (var tape = Tape.open()) {
            Tensor one = ProjectedGradient.fastGradientSign(.1).attack(net, x, labels, RANDOM);
            Tensor many = ProjectedGradient.of(.1, 10).attack(net, x, labels, RANDOM);
            assertEquals(0, tape.size());
            double afterOne = Losses.crossEntropy(net.forward(one), labels).item();
            double afterMany = Losses.crossEntropy(net.forward(many), labels).item();
            assertTrue(before < afterOne, () -> before + " < " + afterOne);
            assertTrue(afterOne <= afterMany + 1e-3, () -> afterOne + " <= " + afterMany);
            assertTrue(many.sub(x).abs().max().item() <= .1 + 1e-6);
        }
    }

    @Test
    void otherRangesAreKept() {
        Tensor attacked = ProjectedGradient.fastGradientSign(1)
                .within(-1, 2)
                .ascend(ProjectedGradientTest::linear, of(1.5, -.5, 0), of(1, -1, 1), RANDOM);
        assertArrayEquals(new double[] {2, -1, 1}, attacked.toDoubleArray());
    }

    @Test
    void badNumbersAreExplained() {
        says(
                "projected gradient: needs an epsilon and a step of at least 0 and at least 1 step, not -0.1, -0.1 and 1",
                () -> ProjectedGradient.fastGradientSign(-.1));
        says(
                "projected gradient: needs an epsilon and a step of at least 0 and at least 1 step, not 0.1, Infinity and 0",
                () -> ProjectedGradient.of(.1, 0));
        says(
                "projected gradient: inputs are between low and high, not 1.0 and 1.0",
                () -> ProjectedGradient.fastGradientSign(.1).within(1, 1));
    }

    private static void says(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }

    /** A step of the task is a step on what the attack makes, with or without the batch itself. */
    @Test
    void aClassifierLearnsFromWhatMisleadsIt() {
        Batch batch = new Batch(Tensor.uniform(Random.seeded(3), 0, 1, 6, 4), Tensor.of(new long[] {0, 1, 2, 0, 1, 2}));
        var attack = ProjectedGradient.fastGradientSign(.2);
        for (boolean mixed : new boolean[] {false, true}) {
            Layer hardened = initialized();
            var task = AdversarialTraining.of(
                    Supervised.classifier(
                            hardened, Sgd.of(hardened.parameters()).learningRate(.5)),
                    attack);
            (mixed ? task.mixed() : task).step(batch, Mode.training(Random.seeded(1)));

            Layer byHand = initialized();
            Tensor attacked = attack.attack(byHand, batch.inputs(), batch.targets(), RANDOM);
            Tensor seen = mixed ? Tensor.concat(0, batch.inputs(), attacked) : attacked;
            Tensor labels = mixed ? Tensor.concat(0, batch.targets(), batch.targets()) : batch.targets();
            Supervised.classifier(byHand, Sgd.of(byHand.parameters()).learningRate(.5))
                    .step(new Batch(seen, labels), Mode.training(Random.seeded(1)));
            assertEquals(ParameterHash.of(byHand), ParameterHash.of(hardened));
            assertFalse(ParameterHash.of(initialized()).equals(ParameterHash.of(hardened)));
        }
    }

    private static Layer initialized() {
        Layer net = Linear.of(4, 3);
        net.initialize(Random.seeded(4));
        return net;
    }

    @Test
    void theSignatureNamesTheAttack() {
        Layer net = initialized();
        var inner = Supervised.classifier(net, Sgd.of(net.parameters()));
        Map<String, String> signature = AdversarialTraining.of(inner, ProjectedGradient.fastGradientSign(.5))
                .mixed()
                .signature();
        assertEquals(
                "ProjectedGradient[epsilon=0.5, step=0.5, steps=1, randomStart=false, low=0.0, high=1.0] and without",
                signature.get("attack"));
        assertTrue(signature.keySet().containsAll(inner.signature().keySet()));
    }
}
