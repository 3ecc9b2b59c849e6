package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.culebra.check.GradCheck;
import org.culebra.kernel.expression.Interpreter;
import org.culebra.memory.DType;

/** Every elementwise function of the registry: value against the scalar oracle, f32 against f64, gradients against differences. */
class ElementwiseProperties {
    private record Domain(double low, double high) {}

    private static final Domain USUAL = new Domain(-2, 2);

    /** Where a function is defined and smooth enough for differences. */
    private static final Map<String, Domain> DOMAINS = Map.of(
            "log", new Domain(.3, 3),
            "sqrt", new Domain(.3, 3),
            "rsqrt", new Domain(.3, 3),
            "pow", new Domain(.3, 2),
            "rpow", new Domain(.3, 2),
            "div", new Domain(.5, 2),
            "rdiv", new Domain(.5, 2),
            "reciprocal", new Domain(.5, 2),
            "log1p", new Domain(-.6, 3),
            "tan", new Domain(-1.2, 1.2));

    @Provide
    Arbitrary<Elementwise> functions() {
        return Arbitraries.of(Functions.all());
    }

    /** Every function has the same share of the tries. */
    private static void each(Consumer<SplittableRandom> assertion) {
        Tries.share(Functions.all().size(), assertion);
    }

    private static Domain domain(Elementwise function) {
        return DOMAINS.getOrDefault(function.name(), USUAL);
    }

    private static double[] scalars(Elementwise function) {
        return switch (function.scalars()) {
            case 0 -> new double[0];
            case 1 -> new double[] {.75};
            default -> new double[] {-.5, 1.25};
        };
    }

    private static Tensor[] inputs(Elementwise function, SplittableRandom random, int mostAxes) {
        long[] dims = Layout.dims(random, mostAxes);
        Tensor[] inputs = new Tensor[function.arity()];
        Domain domain = domain(function);
        for (int i = 0; i < inputs.length; i++) {
            long[] part = i == 0 ? dims : Layout.broadcastable(random, dims);
            Tensor any = Layout.compact(random, domain.low, domain.high, part);
            inputs[i] = Layout.any(offKinks(any, i), random);
        }
        return inputs;
    }

    /**
     * Numbers on a grid that keeps clear of the places where functions have kinks or jumps (quarters, and one input equal to
     * another): differences across them say nothing about gradients.
     */
    private static Tensor offKinks(Tensor x, int input) {
        double[] values = x.toDoubleArray();
        Arrays.setAll(values, k -> Math.floor(values[k] * 512) / 512 + 3e-4 * (input + 1));
        return Tensor.of(values, values.length).reshape(x.shape().dims());
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valueIsTheOracles(@ForAll("functions") Elementwise function) {
        each(random -> {
            Tensor[] inputs = inputs(function, random, 4);
            Tensor y = function.apply(scalars(function), inputs);
            double[][] x = new double[inputs.length][];
            for (int i = 0; i < x.length; i++) {
                x[i] = inputs[i].expand(y.shape()).toDoubleArray();
            }
            double[] found = y.toDoubleArray();
            double[] point = new double[x.length];
            for (int e = 0; e < found.length; e++) {
                for (int i = 0; i < x.length; i++) {
                    point[i] = x[i][e];
                }
                double expected = Interpreter.evaluate(function.outputs(), point, scalars(function), new double[0])[0];
                assertEquals(expected, found[e], 1e-13 * Math.max(1, Math.abs(expected)), function::name);
            }
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void singleIsDoubleRounded(@ForAll("functions") Elementwise function) {
        each(random -> {
            Tensor[] singles = inputs(function, random, 3);
            Tensor[] doubles = new Tensor[singles.length];
            for (int i = 0; i < singles.length; i++) {
                singles[i] = Layout.cast(singles[i], DType.F32, random);
                doubles[i] = singles[i].to(DType.F64);
            }
            double[] found = function.apply(scalars(function), singles).toDoubleArray();
            double[] expected = function.apply(scalars(function), doubles).toDoubleArray();
            for (int e = 0; e < found.length; e++) {
                assertEquals(expected[e], found[e], 4e-6 * Math.max(1, Math.abs(expected[e])), function::name);
            }
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfBothOrdersAreThoseOfDifferences(@ForAll("functions") Elementwise function) {
        each(random -> {
            if (function.isPredicate()) {
                return;
            }
            Tensor[] inputs = inputs(function, random, 2);
            var report = GradCheck.of(x -> function.apply(scalars(function), x.toArray(new Tensor[0])))
                    .order(2)
                    .directions(1)
                    .step(1e-5)
                    .tolerance(2e-5)
                    .check(inputs);
            assertTrue(report.agrees(), () -> function.name() + ": " + report);
        });
    }
}
