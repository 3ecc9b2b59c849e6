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
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;

/** Every method of {@link Views}, {@link Indexing} and {@link Spatial} against its definition, gradients against differences. */
class MethodProperties {
    private static final Map<String, Use.Drawn> USES = new TreeMap<>();

    static {
        ViewUses.addTo(USES);
        IndexUses.addTo(USES);
        SpatialUses.addTo(USES);
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of(USES.keySet());
    }

    private static void each(String method, BiConsumer<Use, SplittableRandom> assertion) {
        Use.Drawn drawn = Objects.requireNonNull(USES.get(method));
        Tries.share(USES.size(), random -> assertion.accept(drawn.draw(random), random));
    }

    @Example
    void noMethodIsForgotten() {
        Set<String> methods = new TreeSet<>();
        for (Class<?> face : new Class<?>[] {Views.class, Indexing.class, Spatial.class}) {
            for (Method method : face.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                    methods.add(Arrays.stream(method.getParameterTypes())
                            .map(Class::getSimpleName)
                            .collect(Collectors.joining(", ", method.getName() + "(", ")")));
                }
            }
        }
        assertEquals(methods, USES.keySet());
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valueIsThatOfTheDefinition(@ForAll("methods") String method) {
        each(method, (use, random) -> {
            Tensor y = use.call().apply(use.inputs());
            assertEquals(use.shape(), y.shape());
            assertClose(Sample.elements(use.shape(), use.oracle()), y, 1e-12);
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void singlesGiveWhatDoublesGive(@ForAll("methods") String method) {
        each(method, (use, random) -> {
            var singles = use.inputs().stream()
                    .map(x -> Layout.cast(x, DType.F32, random))
                    .toList();
            var doubles = singles.stream().map(x -> x.to(DType.F64)).toList();
            double[] expected = use.call().apply(doubles).toDoubleArray();
            assertClose(expected, use.call().apply(singles), 2e-5);
        });
    }

    private static void assertClose(double[] expected, Tensor y, double tolerance) {
        double[] found = y.toDoubleArray();
        assertEquals(expected.length, found.length);
        for (int e = 0; e < found.length; e++) {
            assertEquals(expected[e], found[e], tolerance * Math.max(1, Math.abs(expected[e])));
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfBothOrdersAreThoseOfDifferences(@ForAll("methods") String method) {
        each(method, (use, random) -> {
            if (use.isSmooth()) {
                var report = GradCheck.of(x -> use.call().apply(x).square())
                        .order(2)
                        .directions(1)
                        .step(1e-4)
                        .tolerance(2e-5)
                        .check(use.inputs().toArray(new Tensor[0]));
                assertTrue(report.agrees(), report::toString);
            }
        });
    }
}
