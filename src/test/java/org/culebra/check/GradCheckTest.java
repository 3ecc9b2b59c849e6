package org.culebra.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Call;
import org.culebra.tensor.CustomOp;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The judge is judged: right rules pass, wrong ones are named. */
class GradCheckTest {
    private final Tensor x = Tensor.of(new double[] {.5, -1, 2}, 3);
    private final Tensor y = Tensor.of(new double[] {3, .25}, 2, 1);

    /** x² whose rule says 2x·factor, and that hides its dependence on x from the second order if {@code constant}. */
    private record Square(double factor, boolean constant) implements CustomOp {
        @Override
        public Tensor[] forward(Tensor[] inputs) {
            return new Tensor[] {inputs[0].square()};
        }

        @Override
        public Tensor gradient(int input, Call call, Tensor g) {
            Tensor x = constant ? call.input(0).detach() : call.input(0);
            return g.mul(x.mul(2 * factor));
        }
    }

    private static Tensor square(Tensor x, double factor, boolean constant) {
        return new Square(factor, constant).apply(x)[0];
    }

    @Test
    void rightRulesAgreeInBothOrders() {
        var report = GradCheck.of(in -> square(in.get(0), 1, false).mul(in.get(1)))
                .order(2)
                .check(x, y);
        report.orThrow();
        assertTrue(report.agrees());
        assertTrue(report.largestError() > 0 && report.largestError() < 1e-6, report::toString);
        assertTrue(report.toString().startsWith("gradients agree, largest error "), report::toString);
    }

    @Test
    void aWrongRuleIsNamedByInputIndexAndBothNumbers() {
        var check = GradCheck.of(in -> in.get(0).sin().sum().add(square(in.get(1), 1.001, false)))
                .directions(1);
        var report = check.check(x, y);
        assertFalse(report.agrees());
        assertEquals(
                List.of(0L, 1L),
                report.mismatches().stream().map(GradCheck.Mismatch::index).toList());
        for (var mismatch : report.mismatches()) {
            assertEquals(1, mismatch.order());
            assertEquals(1, mismatch.input());
            assertEquals(1.001, mismatch.derived() / mismatch.difference(), 1e-6);
        }
        var first = report.mismatches().getFirst();
        assertEquals(
                "order 1, input 1, element 0: derived " + first.derived() + ", difference " + first.difference(),
                first.toString());
        var error = assertThrows(AssertionError.class, report::orThrow);
        assertTrue(String.valueOf(error.getMessage())
                .startsWith("gradients disagree with differences\n  order 1, input 1"));
    }

    @Test
    void aRuleThatIsWrongInItsDerivativeOnlyNeedsOrderTwo() {
        var check = GradCheck.of(in -> square(in.get(0), 1, true));
        assertTrue(check.check(x).agrees());
        var report = check.order(2).check(x);
        assertFalse(report.agrees());
        assertTrue(report.mismatches().stream().allMatch(each -> each.order() == 2 && each.derived() == 0));
    }

    @Test
    void notANumberDoesNotAgree() {
        assertFalse(GradCheck.of(in -> in.get(0).log()).check(x).agrees());
    }

    @Test
    void severalResultsAreCheckedTogether() {
        assertTrue(GradCheck.ofAll(in -> List.of(in.get(0).exp(), in.get(0).mul(in.get(1))))
                .order(2)
                .check(x, y)
                .agrees());
        assertFalse(GradCheck.ofAll(in -> List.of(in.get(0).exp(), square(in.get(0), 2, false)))
                .check(x)
                .agrees());
    }

    @Test
    void whatOnlyADirectionShowsIsSaidSo() {
        assertEquals(
                "order 1, along a random direction: derived 1.0, difference 2.0",
                new GradCheck.Mismatch(1, -1, -1, 1, 2).toString());
    }

    @Test
    void settingsThatCheckNothingAreRefused() {
        GradCheck check = GradCheck.of(in -> in.get(0));
        assertMessage("GradCheck: order: 1 or 2, not 3", () -> check.order(3));
        assertMessage("GradCheck: step: a positive number, not 0.0", () -> check.step(0));
        assertMessage(
                "GradCheck: tolerance: a positive number, not Infinity",
                () -> check.tolerance(Double.POSITIVE_INFINITY));
        assertMessage("GradCheck: directions: at least 1, not 0", () -> check.directions(0));
        assertMessage(
                "GradCheck: needs f64 inputs, was given f32[3]; hint: to(DType.F64)",
                () -> check.check(x.to(DType.F32)));
    }

    private static void assertMessage(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
