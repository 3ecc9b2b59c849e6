package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** A piece computed again has the gradients that it has when it is stored, whatever its arguments are to each other. */
class RecomputeTest {
    private final Tensor x = Tensor.scalar(3).to(DType.F64);
    private final Tensor w = Tensor.scalar(3).to(DType.F64).asParameter();

    private static Tensor again(Function<List<Tensor>, Tensor> piece, Tensor... arguments) {
        return Tape.recompute(in -> List.of(piece.apply(in)), arguments).get(0);
    }

    /** First and second derivative, the first one by both orders of the walk. */
    private static void assertDerivatives(double first, double second, Function<Tensor, Tensor> function, Tensor x) {
        try (var tape = Tape.open()) {
            Tensor y = function.apply(x);
            assertEquals(first, tape.gradient(y, x).item(), 1e-12);
            Tensor slope = tape.gradient(y, x, Order.DIFFERENTIABLE);
            assertEquals(first, slope.item(), 1e-12);
            assertEquals(second, tape.gradient(slope, x).item(), 1e-12);
        }
    }

    @Test
    void aParameterMayBeAnArgument() {
        assertDerivatives(6, 2, p -> again(in -> in.get(0).square(), p), w);
    }

    @Test
    void aParameterMayBeAnArgumentAndBeReadToo() {
        assertDerivatives(27, 18, p -> again(in -> in.get(0).square().mul(p), p), w);
    }

    @Test
    void anArgumentMayComeTwice() {
        assertDerivatives(6, 2, p -> again(in -> in.get(0).mul(in.get(1)), p, p), x);
        assertDerivatives(6, 2, p -> again(in -> in.get(0).mul(in.get(1)), p, p), w);
    }

    @Test
    void anArgumentMayDependOnAnother() {
        assertDerivatives(27, 18, p -> again(in -> in.get(0).mul(in.get(1)), p, p.square()), x);
    }

    @Test
    void aParameterMayBeReadBeforeAndInside() {
        assertDerivatives(27, 18, p -> again(in -> in.get(0).mul(p), p.square()), w);
    }

    @Test
    void whatThePieceReadsFromOutsideGetsItsGradient() {
        assertDerivatives(27, 18, p -> again(in -> in.get(0).square().mul(p), p), x);
        assertDerivatives(
                27,
                18,
                p -> {
                    Tensor h = p.square();
                    return again(in -> in.get(0).mul(h), p);
                },
                x);
    }

    @Test
    void constantsOfThePieceAreItsOwnAffair() {
        assertDerivatives(12, 4, p -> again(in -> in.get(0).square().mul(Tensor.full(DType.F64, 2)), p), x);
    }

    @Test
    void piecesMayBeNested() {
        assertDerivatives(
                108,
                108,
                p -> again(in -> again(deep -> deep.get(0).square(), in.get(0).square()), p),
                x);
    }

    @Test
    void thirdOrder() {
        try (var tape = Tape.open()) {
            Tensor first = tape.gradient(again(in -> in.get(0).pow(4), x), x, Order.DIFFERENTIABLE);
            Tensor second = tape.gradient(first, x, Order.DIFFERENTIABLE);
            assertEquals(72, tape.gradient(second, x).item(), 1e-9);
        }
    }

    @Test
    void whatIsDrawnInsideIsDrawnAgain() {
        var random = Random.seeded(5);
        Tensor ones = Tensor.ones(DType.F64, 100);
        try (var tape = Tape.open()) {
            Tensor y = again(
                    in -> in.get(0)
                            .mul(Tensor.uniform(random, DType.F64, 0, 1, 100))
                            .square(),
                    ones);
            long draws = random.draws();
            Tensor slope = tape.gradient(y.sum(), ones, Order.DIFFERENTIABLE);
            assertArrayEquals(y.mul(2).toDoubleArray(), slope.toDoubleArray(), 1e-12);
            assertArrayEquals(
                    y.mul(2).toDoubleArray(), tape.gradient(slope.sum(), ones).toDoubleArray(), 1e-12);
            assertEquals(draws, random.draws());
        }
    }

    @Test
    void anUnusedInputIsReportedAsSuch() {
        Tensor v = Tensor.scalar(1).asParameter();
        try (var tape = Tape.open()) {
            List<Tensor> y =
                    Tape.recompute(in -> List.of(in.get(0).square(), in.get(0).mul(v)), w);
            assertEquals(List.of(v), tape.gradients(y.get(0)).unused());
        }
    }

    @Test
    void theGraphNamesItInAWord() {
        try (var tape = Tape.open()) {
            again(in -> in.get(0).square(), x);
            assertTrue(tape.toDot().contains("label=\"recompute\\nf64[]\""), tape::toDot);
        }
    }
}
