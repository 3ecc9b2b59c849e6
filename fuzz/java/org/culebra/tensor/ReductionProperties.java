package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;

/** Every method of {@link Reductions} against its definition, f32 against f64, gradients against differences. */
class ReductionProperties {
    /** What a method does to the axes from {@code axis} on: all others stay as they are. */
    @FunctionalInterface
    private interface Use {
        Tensor apply(Tensor x, boolean keepDims, int axis);
    }

    /**
     * A method and its definition.
     *
     * @param isSmooth whether it has gradients
     */
    private record Case(Use use, ToDoubleFunction<double[]> definition, boolean isSmooth) {}

    private static final Map<String, Case> CASES = new TreeMap<>();

    private static void smooth(String name, Use use, ToDoubleFunction<double[]> definition) {
        CASES.put(name, new Case(use, definition, true));
    }

    private static void stepwise(String name, Use use, ToDoubleFunction<double[]> definition) {
        CASES.put(name, new Case(use, definition, false));
    }

    static {
        smooth(
                "sum",
                (x, keep, axis) -> x.sum(keep, axis),
                v -> Arrays.stream(v).sum());
        smooth("mean", (x, keep, axis) -> x.mean(keep, axis), ReductionProperties::mean);
        smooth(
                "product",
                (x, keep, axis) -> x.product(keep, axis),
                v -> Arrays.stream(v).reduce(1, (a, b) -> a * b));
        smooth(
                "min",
                (x, keep, axis) -> x.min(keep, axis),
                v -> Arrays.stream(v).min().orElseThrow());
        smooth(
                "max",
                (x, keep, axis) -> x.max(keep, axis),
                v -> Arrays.stream(v).max().orElseThrow());
        smooth("variance", (x, keep, axis) -> x.variance(0, keep, axis), v -> spread(v, 0));
        smooth(
                "standardDeviation",
                (x, keep, axis) -> x.standardDeviation(.5, keep, axis),
                v -> Math.sqrt(spread(v, .5)));
        smooth(
                "norm",
                (x, keep, axis) -> x.norm(3, keep, axis),
                v -> Math.cbrt(Arrays.stream(v).map(e -> Math.abs(e * e * e)).sum()));
        smooth(
                "norm of order 0",
                (x, keep, axis) -> x.norm(0, keep, axis),
                v -> Arrays.stream(v).filter(e -> e != 0).count());
        smooth(
                "norm of order 1",
                (x, keep, axis) -> x.norm(1, keep, axis),
                v -> Arrays.stream(v).map(Math::abs).sum());
        smooth(
                "norm of order 2",
                (x, keep, axis) -> x.norm(2, keep, axis),
                v -> Math.sqrt(Arrays.stream(v).map(e -> e * e).sum()));
        smooth(
                "norm of order infinity",
                (x, keep, axis) -> x.norm(Double.POSITIVE_INFINITY, keep, axis),
                v -> Arrays.stream(v).map(Math::abs).max().orElseThrow());
        smooth("logSumExp", (x, keep, axis) -> x.logSumExp(keep, axis), ReductionProperties::logSumExp);
        // Of results as long as their input one element is compared.
        smooth("softmax", (x, keep, axis) -> first(x.softmax(axis), keep, axis), v -> Math.exp(v[0] - logSumExp(v)));
        smooth("logSoftmax", (x, keep, axis) -> first(x.logSoftmax(axis), keep, axis), v -> v[0] - logSumExp(v));
        smooth(
                "cumulativeSum",
                (x, keep, axis) -> first(x.cumulativeSum(axis).flip(axis), keep, axis),
                v -> Arrays.stream(v).sum());
        stepwise("argMin", (x, keep, axis) -> x.argMin(axis, keep), v -> best(v, -1));
        stepwise("argMax", (x, keep, axis) -> x.argMax(axis, keep), v -> best(v, 1));
        stepwise(
                "any",
                (x, keep, axis) -> kept(x.gt(1).any(axis), keep, axis),
                v -> Arrays.stream(v).anyMatch(e -> e > 1) ? 1 : 0);
        stepwise(
                "all",
                (x, keep, axis) -> kept(x.gt(-1).all(axis), keep, axis),
                v -> Arrays.stream(v).allMatch(e -> e > -1) ? 1 : 0);
    }

    private static double mean(double[] v) {
        return Arrays.stream(v).sum() / v.length;
    }

    private static double spread(double[] v, double correction) {
        double mean = mean(v);
        return Arrays.stream(v).map(e -> (e - mean) * (e - mean)).sum() / (v.length - correction);
    }

    private static double logSumExp(double[] v) {
        return Math.log(Arrays.stream(v).map(Math::exp).sum());
    }

    private static double best(double[] v, int sign) {
        int best = 0;
        for (int i = 1; i < v.length; i++) {
            best = sign * v[i] > sign * v[best] ? i : best;
        }
        return best;
    }

    private static Tensor first(Tensor y, boolean keepDims, int axis) {
        Tensor first = y.narrow(axis, 0, 1);
        return keepDims ? first : first.squeeze(axis);
    }

    private static Tensor kept(Tensor y, boolean keepDims, int axis) {
        return keepDims ? y.unsqueeze(axis) : y;
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(CASES.keySet());
    }

    @Example
    void noMethodIsForgotten() {
        Set<String> methods = new TreeSet<>();
        for (Method method : Reductions.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                methods.add(method.getName());
            }
        }
        assertTrue(methods.size() > 10, methods::toString);
        methods.removeAll(CASES.keySet());
        assertEquals(Set.of(), methods);
    }

    /** Elements along any axis from 2 to 20 apart from each other and from 0 by more than a step, in any layout. */
    private static Tensor draw(SplittableRandom random) {
        long[] dims = new long[1 + random.nextInt(3)];
        Arrays.setAll(dims, k -> 1 + random.nextLong(4));
        dims[random.nextInt(dims.length)] = 2L + random.nextInt(19);
        double[] values = new double[(int) Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            int at = random.nextInt(i + 1);
            values[i] = values[at];
            values[at] = (i % 2 == 0 ? .1 : -.1) * (1 + i * .17 % 15);
        }
        return Layout.faithful(Tensor.of(values, values.length).reshape(dims), random);
    }

    private static int longAxis(Tensor x, SplittableRandom random) {
        int axis = random.nextInt(x.rank());
        while (x.dim(axis) < 2) {
            axis = random.nextInt(x.rank());
        }
        return axis;
    }

    private static double[] expected(Case reduction, Tensor x, int axis) {
        // (…, axis, …) -> (…, axis)
        double[] values = x.unsqueeze(-1).transpose(axis, -1).copy().toDoubleArray();
        int length = (int) x.dim(axis);
        double[] expected = new double[values.length / length];
        Arrays.setAll(
                expected,
                i -> reduction.definition.applyAsDouble(Arrays.copyOfRange(values, i * length, (i + 1) * length)));
        return expected;
    }

    private static void each(String name, BiConsumer<Case, SplittableRandom> assertion) {
        Case reduction = Objects.requireNonNull(CASES.get(name));
        Tries.share(CASES.size(), random -> assertion.accept(reduction, random));
    }

    private static void assertClose(double[] expected, Tensor y, double tolerance) {
        double[] found = y.toDoubleArray();
        assertEquals(expected.length, found.length);
        for (int e = 0; e < found.length; e++) {
            assertEquals(expected[e], found[e], tolerance * Math.max(1, Math.abs(expected[e])));
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valueIsThatOfTheDefinition(@ForAll("names") String name) {
        each(name, (reduction, random) -> {
            Tensor x = draw(random);
            int axis = longAxis(x, random);
            double[] expected = expected(reduction, x, axis);
            Tensor y = reduction.use.apply(x, false, axis);
            assertEquals(x.shape().without(axis), y.shape());
            assertClose(expected, y, 1e-12);
            assertEquals(
                    x.shape().with(axis, 1),
                    reduction.use.apply(x, true, axis - x.rank()).shape());
            assertClose(expected, reduction.use.apply(Layout.cast(x, DType.F32, random), true, axis), 1e-5);
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfBothOrdersAreThoseOfDifferences(@ForAll("names") String name) {
        each(name, (reduction, random) -> {
            Tensor x = draw(random);
            int axis = longAxis(x, random);
            if (reduction.isSmooth) {
                var report = GradCheck.of(in ->
                                reduction.use.apply(in.get(0), false, axis).square())
                        .order(2)
                        .directions(1)
                        .step(1e-4)
                        .tolerance(2e-5)
                        .check(x);
                assertTrue(report.agrees(), report::toString);
            }
        });
    }
}
