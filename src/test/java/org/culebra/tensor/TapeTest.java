package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.culebra.memory.DType;
import org.culebra.memory.Pool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TapeTest {
    private static Tensor vector(double... values) {
        return Tensor.of(values, values.length);
    }

    @Test
    void aGradientHasTheShapeOfItsTensorAndUsesAccumulate() {
        Tensor x = vector(1, 2, 3);
        try (var tape = Tape.open()) {
            Tensor y = x.square().add(x).sum();
            assertArrayEquals(new double[] {3, 5, 7}, tape.gradient(y, x).toDoubleArray());
        }
    }

    @Test
    void gradientsOfEveryOrderComeFromTheSameRules() {
        Tensor x = vector(2);
        try (var tape = Tape.open()) {
            Tensor y = x.square().square().sum();
            Tensor first = tape.gradient(y, x, Order.DIFFERENTIABLE);
            Tensor second = tape.gradient(first.sum(), x, Order.DIFFERENTIABLE);
            Tensor third = tape.gradient(second.sum(), x, Order.DIFFERENTIABLE);
            Tensor fourth = tape.gradient(third.sum(), x);
            assertEquals(32, first.item());
            assertEquals(48, second.item());
            assertEquals(48, third.item());
            assertEquals(24, fourth.item());
        }
    }

    @Test
    void broadcastingIsUndone() {
        Tensor row = vector(1, 2, 3);
        Tensor column = vector(10, 20).reshape(2, 1);
        try (var tape = Tape.open()) {
            Tensor y = row.mul(column).sum();
            var gradients = tape.gradients(y, null, List.of(row, column), Order.FIRST);
            assertArrayEquals(new double[] {30, 30, 30}, gradients.of(row).toDoubleArray());
            assertArrayEquals(new double[] {6, 6}, gradients.of(column).toDoubleArray());
            assertEquals(column.shape(), gradients.of(column).shape());
        }
    }

    @Test
    void parametersAreFoundByThemselvesAndUnusedOnesReported() {
        Tensor w = vector(3).asParameter();
        Tensor unused = vector(1).asParameter();
        try (var tape = Tape.open()) {
            Tensor ignored = unused.mul(2);
            var gradients = tape.gradients(w.mul(5).sum());
            assertEquals(5, gradients.of(w).item());
            assertEquals(List.of(unused), gradients.unused());
            assertEquals(0, gradients.orZero(unused).item());
            assertThrows(IllegalArgumentException.class, () -> gradients.of(unused));
            assertTrue(ignored.isOpen());
        }
    }

    @Test
    void detachAndPausingCutTheGraph() {
        Tensor x = vector(3);
        try (var tape = Tape.open()) {
            Tensor y = x.mul(x.detach());
            assertEquals(3, tape.gradient(y.sum(), x).item());
            Tensor constant = tape.withoutRecording(x::square);
            assertEquals(9, tape.gradient(x.mul(constant).sum(), x).item());
        }
    }

    @Test
    void branchesThatNeedNoGradientAreNeverComputed() {
        Tensor x = vector(1);
        Tensor other = vector(2);
        var counting = new Counting(new int[1]);
        try (var tape = Tape.open()) {
            Tensor y = x.mul(counting.apply(other)[0]).sum();
            tape.gradient(y, x);
            assertEquals(0, counting.calls()[0]);
            tape.gradient(y, other);
            assertEquals(1, counting.calls()[0]);
        }
    }

    private record Counting(int[] calls) implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0].mul(3)};
        }

        @Override
        public Tensor gradient(int input, Call call, Tensor g) {
            calls[0]++;
            return g.mul(3);
        }
    }

    @Test
    void severalOutputsWithTheirCotangents() {
        Tensor x = vector(1, 2);
        try (var tape = Tape.open()) {
            Tensor a = x.square();
            Tensor b = x.mul(3);
            var gradients = tape.gradients(List.of(a, b), List.of(vector(1, 1), vector(0, 1)), List.of(x), Order.FIRST);
            assertArrayEquals(new double[] {2, 7}, gradients.of(x).toDoubleArray());
        }
    }

    @Test
    void jvpIsTheDirectionalDerivative() {
        Tensor x = vector(1, 2, 3);
        try (var tape = Tape.open()) {
            Tensor y = x.square().mul(x);
            assertArrayEquals(
                    new double[] {3, 0, -27}, tape.jvp(y, x, vector(1, 0, -1)).toDoubleArray());
        }
    }

    @Test
    void whatIsKeptSurvivesAndTheRestGoes() {
        Tensor kept;
        Tensor lost;
        try (var tape = Tape.open()) {
            lost = vector(1, 2).mul(2);
            kept = tape.keep(lost.add(1));
        }
        assertArrayEquals(new double[] {3, 5}, kept.toDoubleArray());
        var error = assertThrows(IllegalStateException.class, () -> lost.add(1));
        assertTrue(String.valueOf(error.getMessage()).contains("f64[2]"), String.valueOf(error.getMessage()));
        assertTrue(String.valueOf(error.getMessage()).contains("'tape'"), String.valueOf(error.getMessage()));
    }

    @Test
    void aChangeInPlaceIsNoticedWhereTheRuleReadsIt() {
        Tensor x = vector(1, 2);
        try (var tape = Tape.open()) {
            Tensor y = x.square().sum();
            x.fill(0);
            var error = assertThrows(IllegalStateException.class, () -> tape.gradient(y, x));
            assertTrue(
                    String.valueOf(error.getMessage()).startsWith("gradient of square: input 0 was changed in place"));
        }
        try (var tape = Tape.open()) {
            Tensor y = x.add(1).sum();
            x.fill(0);
            assertArrayEquals(new double[] {1, 1}, tape.gradient(y, x).toDoubleArray());
        }
    }

    @Test
    void eachMisuseHasItsSentence() {
        Tensor x = vector(1, 2);
        Tensor labels = Tensor.of(new long[] {1, 2});
        try (var tape = Tape.open()) {
            Tensor y = x.mul(2);
            assertMessage("gradient: the output is no scalar", () -> tape.gradient(y, x));
            assertMessage("gradient: only f32 and f64 tensors have gradients", () -> tape.gradient(y.sum(), labels));
            assertMessage("asParameter: only f32 and f64", labels::asParameter);
            assertMessage(
                    "gradient: a cotangent (or tangent) must have", () -> tape.gradient(y, x, vector(1), Order.FIRST));
        }
        var closed = Tape.open();
        Tensor loss = x.sum();
        closed.close();
        var error = assertThrows(IllegalStateException.class, () -> closed.gradient(loss, x));
        assertTrue(
                String.valueOf(error.getMessage()).startsWith("tape: already closed"),
                String.valueOf(error.getMessage()));
    }

    private static void assertState(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
    }

    private static void assertMessage(String start, org.junit.jupiter.api.function.Executable call) {
        var error = assertThrows(IllegalArgumentException.class, call);
        assertTrue(String.valueOf(error.getMessage()).startsWith(start), String.valueOf(error.getMessage()));
    }

    @Test
    void aTypeMixedInIsUndone() {
        Tensor x = Tensor.of(new float[] {1, 2});
        try (var tape = Tape.open()) {
            Tensor y = x.mul(vector(3, 4)).sum();
            assertEquals(DType.F64, y.dtype());
            Tensor gradient = tape.gradient(y, x);
            assertEquals(DType.F32, gradient.dtype());
            assertArrayEquals(new float[] {3, 4}, gradient.toFloatArray());
        }
    }

    @Test
    void aMillionTapesLeaveNothingBehind() {
        Tensor x = vector(1, 2, 3);
        try (var tape = Tape.open()) {
            tape.gradient(x.square().sum(), x);
        }
        long used = Pool.report().usedBytes();
        for (int i = 0; i < 1_000_000; i++) {
            try (var _ = Tape.open()) {
                assertTrue(x.isOpen());
            }
        }
        for (int i = 0; i < 1_000; i++) {
            try (var tape = Tape.open()) {
                tape.gradient(x.square().sum(), x);
            }
        }
        assertTrue(Pool.report().usedBytes() <= used, "bytes in use");
    }

    @Test
    void twoThreadsHaveATapeEach() throws InterruptedException {
        var failures = new java.util.concurrent.ConcurrentLinkedQueue<Throwable>();
        Runnable work = () -> {
            try {
                for (int i = 1; i < 200; i++) {
                    Tensor x = vector(i);
                    try (var tape = Tape.open()) {
                        assertEquals(2.0 * i, tape.gradient(x.square().sum(), x).item());
                    }
                }
            } catch (Throwable failure) {
                failures.add(failure);
            }
        };
        var threads = List.of(new Thread(work), new Thread(work));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void recomputingGivesTheSameGradientsOfBothOrdersAndStoresNothing() {
        Tensor w = vector(.5, -1, 2).asParameter();
        Tensor x = vector(1, 2, 3);
        try (var tape = Tape.open()) {
            Tensor stored = tape.gradient(deep(x, w), x);
            Tensor storedW = tape.gradients(deep(x, w)).of(w);
            int before = tape.size();
            Tensor y = Tape.recompute(in -> List.of(deep(in.get(0), w)), x).get(0);
            assertEquals(before + 1, tape.size());
            assertArrayEquals(stored.toDoubleArray(), tape.gradient(y, x).toDoubleArray());
            assertArrayEquals(storedW.toDoubleArray(), tape.gradients(y).of(w).toDoubleArray());
            Tensor second =
                    tape.gradient(tape.gradient(y, x, Order.DIFFERENTIABLE).sum(), x);
            Tensor expected = tape.gradient(
                    tape.gradient(deep(x, w), x, Order.DIFFERENTIABLE).sum(), x);
            assertArrayEquals(expected.toDoubleArray(), second.toDoubleArray());
        }
    }

    private static Tensor deep(Tensor x, Tensor w) {
        Tensor y = x;
        for (int i = 0; i < 5; i++) {
            y = y.mul(w).tanh().add(x);
        }
        return y.square().sum();
    }

    /** What a rule hands on is a result of its own, or its gradient would be taken for the input's. */
    private record Reversal() implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0]};
        }

        @Override
        public Tensor gradient(int input, Call call, Tensor g) {
            return g.neg();
        }
    }

    @Test
    void aRuleMayHandItsInputOn() {
        Tensor x = vector(3);
        try (var tape = Tape.open()) {
            Tensor square = x.square();
            assertEquals(
                    -6, tape.gradient(new Reversal().apply(square)[0].sum(), x).item());
            assertEquals(6, tape.gradient(square.sum(), x).item());
            assertEquals(-1, tape.gradient(new Reversal().apply(x)[0].sum(), x).item());
        }
    }

    /** a·b, whose gradients are one and the same tensor where a = b. */
    private record Twin() implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0].mul(inputs[1])};
        }

        @Override
        public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
            Tensor both = Objects.requireNonNull(cotangents[0]).mul(call.input(1));
            return new Tensor[] {both, both};
        }
    }

    @Test
    void oneTensorMayBeTheGradientOfSeveralInputs() {
        Tensor x = vector(2);
        Tensor y = vector(2);
        try (var tape = Tape.open()) {
            Tensor h = x.mul(1);
            Tensor k = y.mul(1);
            Tensor loss = new Twin().apply(h, k)[0].sum().add(h.square().sum());
            var gradients = tape.gradients(loss, null, List.of(x, y), Order.FIRST);
            assertEquals(6, gradients.of(x).item());
            assertEquals(2, gradients.of(y).item());
        }
    }

    @Test
    void jvpWorksWhileNothingIsRecordedAndCanBeDifferentiated() {
        Tensor x = vector(3, 4);
        Tensor tangent = vector(1, 10);
        try (var tape = Tape.open()) {
            Tensor y = x.square();
            Tensor product = Tape.untracked(() -> tape.jvp(y, x, tangent));
            assertArrayEquals(new double[] {6, 80}, product.toDoubleArray());
            assertTrue(Tape.isRecording());
            Tensor again = tape.jvp(y, x, tangent, Order.DIFFERENTIABLE);
            assertArrayEquals(
                    new double[] {2, 20}, tape.gradient(again.sum(), x).toDoubleArray());
        }
    }

    @Test
    void aResultChangedInPlaceHasNoGradient() {
        Tensor x = vector(3, 4);
        try (var tape = Tape.open()) {
            Tensor y = x.mul(2);
            y.assign(vector(7, 7));
            Tensor loss = y.square().sum();
            assertState("""
                    gradient of mul: result 0 was changed in place since the forward pass
                      tensor  f64[2]
                      hint: take gradients before the optimizer's step, or copy() the tensor before changing it""", () -> tape.gradient(loss, x));
        }
    }

    @Test
    void theTapeThatIsAskedMustHaveRecordedTheOutput() {
        Tensor x = vector(3);
        try (var outer = Tape.open()) {
            Tensor y = x.square().sum();
            Tensor closed;
            try (var inner = Tape.open()) {
                assertState("""
                        gradient: the output was recorded on another tape
                          output  f64[]
                          hint: ask the tape that was the innermost open one when the output was computed""", () -> inner.gradient(y, x));
                assertEquals(1, inner.gradient(y, y).item(), "of itself");
                closed = x.square().sum();
                assertState("""
                        gradient: the output was recorded on another tape
                          output  f64[]
                          hint: ask the tape that was the innermost open one when the output was computed""", () -> outer.gradient(closed, x));
            }
        }
    }

    /** Its gradient has a shape of its own. */
    private record Misfit() implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0].square()};
        }

        @Override
        public Tensor gradient(int input, Call call, Tensor g) {
            return Tensor.ones(DType.F64, 7);
        }
    }

    @Test
    void aRuleWhoseGradientDoesNotFitIsNamed() {
        Tensor x = vector(3, 4);
        try (var tape = Tape.open()) {
            Tensor y = new Misfit().apply(x)[0].sum();
            assertMessage("""
                    gradient of misfit: the rule's result does not fit input 0
                      gradient  f64[7]
                      input     f64[2]""", () -> tape.gradient(y, x));
        }
    }

    @Test
    void theGraphCanBeDrawn() {
        Tensor x = vector(1, 2).asParameter();
        try (var tape = Tape.open()) {
            assertFalse(x.mul(2).sum().isParameter());
            String dot = tape.toDot();
            assertTrue(dot.startsWith("digraph tape {"), dot);
            assertTrue(dot.contains("parameter\\nf64[2]"), dot);
            assertTrue(dot.contains("op0 -> op1"), dot);
        }
    }
}
