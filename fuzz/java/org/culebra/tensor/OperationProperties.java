package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;

/** Every record that {@link Op} permits: value against a loop, f32 against f64, gradients against differences. */
class OperationProperties {

    @Provide
    Arbitrary<Class<? extends Op>> operations() {
        List<Class<? extends Op>> sampled = new ArrayList<>(Samples.all().keySet());
        sampled.sort(Comparator.comparing(Class::getName));
        return Arbitraries.of(sampled);
    }

    /** Every operation has the same share of the tries. */
    private static void each(Class<? extends Op> operation, BiConsumer<Sample, SplittableRandom> assertion) {
        Sample.Sampler sampler = Objects.requireNonNull(Samples.all().get(operation));
        Tries.share(Samples.all().size(), random -> assertion.accept(sampler.draw(random), random));
    }

    @Example
    void noOperationIsForgotten() {
        for (Class<?> permitted : Op.class.getPermittedSubclasses()) {
            if (permitted != CustomOp.class) {
                assertTrue(Samples.all().containsKey(permitted), () -> permitted + " has no sampler in Samples");
            }
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valueIsThatOfALoop(@ForAll("operations") Class<? extends Op> operation) {
        each(operation, (sample, random) -> {
            Tensor y = sample.apply(sample.inputs());
            assertEquals(sample.shape(), y.shape(), () -> sample.op().toString());
            assertClose(sample.expected(), y, 1e-12, sample);
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void singleIsDoubleRounded(@ForAll("operations") Class<? extends Op> operation) {
        each(operation, (sample, random) -> {
            List<Tensor> singles = sample.inputs().stream()
                    .map(x -> Layout.cast(x, DType.F32, random))
                    .toList();
            List<Tensor> doubles = singles.stream().map(x -> x.to(DType.F64)).toList();
            Tensor found = sample.apply(singles);
            assertEquals(sample.op() instanceof Cast cast ? cast.dtype() : DType.F32, found.dtype());
            assertClose(sample.apply(doubles).toDoubleArray(), found, 2e-5, sample);
            try (var tape = Tape.open()) {
                Gradients expected = tape.gradients(squares(sample, doubles), null, doubles, Order.FIRST);
                Gradients derived = tape.gradients(squares(sample, singles), null, singles, Order.FIRST);
                for (int i = 0; i < singles.size(); i++) {
                    double[] exact = expected.orZero(doubles.get(i)).toDoubleArray();
                    assertClose(exact, derived.orZero(singles.get(i)), 2e-4, sample);
                }
            }
        });
    }

    private static Tensor squares(Sample sample, List<Tensor> inputs) {
        return sample.apply(inputs).square().sum();
    }

    private static void assertClose(double[] expected, Tensor y, double tolerance, Sample sample) {
        double[] found = y.toDoubleArray();
        assertEquals(expected.length, found.length, () -> sample.op().toString());
        for (int e = 0; e < found.length; e++) {
            double scale = Math.max(1, Math.abs(expected[e]));
            assertEquals(
                    expected[e], found[e], tolerance * scale, () -> sample.op().toString());
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfBothOrdersAreThoseOfDifferences(@ForAll("operations") Class<? extends Op> operation) {
        each(operation, (sample, random) -> {
            if (sample.op().equals(new Cast(DType.F32))) {
                return; // Differences of rounded numbers tell nothing: see below.
            }
            // The square makes the second order see something of linear operations.
            var report = GradCheck.of(x -> sample.apply(x).square())
                    .order(2)
                    .directions(1)
                    .step(1e-4)
                    .tolerance(2e-5)
                    .check(sample.inputs().toArray(new Tensor[0]));
            assertTrue(report.agrees(), () -> sample.op() + ": " + report);
        });
    }

    /** y = Σ (w·x)²: the slope is 2w²·x, and that of the slopes' squares 8w⁴·x, each in the type of x. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfCastsKeepTheTypeOfTheInput(@ForAll boolean fromSingle, @ForAll boolean toSingle) {
        DType from = fromSingle ? DType.F32 : DType.F64;
        DType to = toSingle ? DType.F32 : DType.F64;
        Tries.share(4, random -> {
            long[] dims = Samples.dims(random, 0);
            Tensor x = Layout.cast(Samples.tensor(random, dims), from, random);
            Tensor w = Layout.cast(Samples.tensor(random, dims), to, random);
            try (var tape = Tape.open()) {
                Tensor y = new Cast(to).one(x);
                assertEquals(to, y.dtype());
                Tensor slope = tape.gradient(y.mul(w).square().sum(), x, Order.DIFFERENTIABLE);
                Tensor second = tape.gradient(slope.square().sum(), x);
                double[] number = x.toDoubleArray();
                double[] weight = w.toDoubleArray();
                double tolerance = fromSingle || toSingle ? 2e-6 : 1e-14;
                assertEquals(List.of(from, from), List.of(slope.dtype(), second.dtype()));
                for (int e = 0; e < number.length; e++) {
                    double square = weight[e] * weight[e];
                    assertEquals(2 * square * number[e], slope.toDoubleArray()[e], 16 * tolerance);
                    assertEquals(8 * square * square * number[e], second.toDoubleArray()[e], 256 * tolerance);
                }
            }
        });
    }

    @Property(seed = "20261123")
    void randomGraphsOfTenOperations(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        Tensor a = Layout.compact(random, -1, 1, 3, 4);
        Tensor b = Layout.compact(random, -1, 1, 3, 4);
        long choices = random.nextLong();
        var report = GradCheck.of(x -> randomGraph(x, new SplittableRandom(choices)))
                .order(2)
                .directions(1)
                .tolerance(2e-5)
                .check(a, b);
        assertTrue(report.agrees(), report::toString);
    }

    /** Ten operations on a growing list of [3, 4] tensors; what is bounded keeps the numbers of order 1. */
    private static Tensor randomGraph(List<Tensor> inputs, SplittableRandom random) {
        List<Tensor> pool = new ArrayList<>(inputs);
        for (int step = 0; step < 10; step++) {
            Tensor x = pool.get(random.nextInt(pool.size()));
            Tensor y = pool.get(random.nextInt(pool.size()));
            pool.add(
                    switch (random.nextInt(12)) {
                        case 0 -> x.tanh();
                        case 1 -> x.mul(y);
                        case 2 -> x.sub(y).sin();
                        case 3 -> x.matmul(y.transpose()).matmul(x).mul(.2).tanh();
                        case 4 -> x.softmax(random.nextInt(2));
                        case 5 -> x.sub(y.mean(true, 0)).mul(.7);
                        case 6 -> x.flip(1).add(y.narrow(1, 1, 1)).mul(.5);
                        case 7 -> x.reshape(4, 3).transpose().cos();
                        case 8 -> x.sigmoid().mul(y.logSumExp(true, 1)).mul(.4);
                        case 9 -> x.cumulativeSum(random.nextInt(2)).tanh();
                        case 10 -> x.gelu();
                        default -> x.square().sum(true, 1).add(1).sqrt().rdiv(1).mul(y);
                    });
        }
        return pool.getLast().add(pool.get(pool.size() - 2));
    }
}
