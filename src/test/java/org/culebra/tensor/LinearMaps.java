package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;

/** What tests of spatial operations have in common. */
final class LinearMaps {
    private LinearMaps() {}

    /** f64 numbers in a random layout: permuted, flipped, embedded, stepped, repeated. */
    static Tensor any(SplittableRandom random, long... dims) {
        return Layout.random(random, -2, 2, dims);
    }

    static double dot(Tensor a, Tensor b) {
        return a.mul(b).sum().item();
    }

    /** ⟨A·v, u⟩ = ⟨v, Aᵀ·u⟩, and the adjoint's adjoint is A again. */
    static void assertAdjoint(UnaryOperator<Tensor> map, Tensor v, SplittableRandom random) {
        Tensor image = map.apply(v);
        Tensor u = Layout.compact(random, -1, 1, image.shape().dims());
        try (var tape = Tape.open()) {
            Tensor x = v.copy();
            Tensor adjoint = tape.gradient(map.apply(x), x, u, Order.FIRST);
            double expected = dot(image, u);
            assertEquals(expected, dot(v, adjoint), 1e-9 * Math.max(1, Math.abs(expected)));
        }
        try (var tape = Tape.open()) {
            Tensor x = v.copy();
            Tensor cotangent = u.copy();
            Tensor adjoint = tape.gradient(map.apply(x), x, cotangent, Order.DIFFERENTIABLE);
            Tensor again = tape.gradient(adjoint, cotangent, v.copy(), Order.FIRST);
            assertClose(image, again, 1e-9);
        }
    }

    /** Gradients of both orders against differences. */
    static void assertGradients(
            java.util.function.Function<java.util.List<Tensor>, Tensor> function, Tensor... inputs) {
        // The square makes the second order see something of linear operations.
        var report = GradCheck.of(x -> function.apply(x).square())
                .order(2)
                .directions(1)
                .step(1e-4)
                .tolerance(1e-5)
                .check(inputs);
        assertTrue(report.agrees(), report::toString);
    }

    static void assertClose(Tensor expected, Tensor found, double tolerance) {
        assertEquals(expected.shape(), found.shape());
        double[] e = expected.toDoubleArray();
        double[] f = found.toDoubleArray();
        for (int i = 0; i < e.length; i++) {
            int at = i;
            assertEquals(e[i], f[i], tolerance * Math.max(1, Math.abs(e[i])), () -> "element " + at);
        }
    }

    /** f32 gives the f64 numbers, rounded. */
    static void assertSingles(UnaryOperator<Tensor> function, Tensor x) {
        Tensor single = x.to(DType.F32);
        Tensor y = function.apply(single);
        assertEquals(DType.F32, y.dtype());
        assertClose(function.apply(single.to(DType.F64)), y, 1e-5);
    }
}
