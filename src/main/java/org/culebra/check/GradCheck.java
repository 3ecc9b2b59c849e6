package org.culebra.check;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.culebra.memory.DType;
import org.culebra.tensor.Order;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Holds derived gradients to central differences: ⟨v, vjp(w)⟩ against (⟨w, f(x + hv)⟩ − ⟨w, f(x − hv)⟩) / 2h along random
 * directions v and cotangents w, in f64.
 *
 * <pre>{@code
 * GradCheck.of(x -> x.get(0).matmul(x.get(1)).tanh()).order(2).check(a, b).orThrow();
 * }</pre>
 *
 * <p>Order 2 checks the gradient of the gradient in the same way. Where a direction disagrees, every element is tried alone, so
 * that the report can name the input, the index and both numbers.
 *
 * @param function of the tape and f64 tensors, smooth where it is checked
 * @param order 1, or 2 for both
 * @param step h; the error of a central difference is of order h² plus rounding of order 1e-16/h
 * @param tolerance how far both numbers may be apart, relative to the larger of 1 and their magnitudes
 * @param directions how many random ones
 * @param seed of the directions
 */
public record GradCheck(Recorded function, int order, double step, double tolerance, int directions, long seed) {

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is out of its range, for then a check would say nothing
     */
    public GradCheck {
        require(order == 1 || order == 2, "order", "1 or 2", order);
        require(step > 0 && Double.isFinite(step), "step", "a positive number", step);
        require(tolerance > 0 && Double.isFinite(tolerance), "tolerance", "a positive number", tolerance);
        require(directions >= 1, "directions", "at least 1", directions);
    }

    private static void require(boolean condition, String name, String range, Number value) {
        if (!condition) {
            throw new IllegalArgumentException("GradCheck: " + name + ": " + range + ", not " + value);
        }
    }

    /** A function that may use the tape on which it is recorded. */
    @FunctionalInterface
    public interface Recorded {
        /** Results of the inputs. */
        List<Tensor> apply(Tape tape, List<Tensor> x);
    }

    /**
     * One disagreement.
     *
     * @param order of the derivative
     * @param input which input; −1 if all elements agree one by one and only the sum over a random direction does not
     * @param index row-major position in it; −1 likewise
     * @param derived by the engine
     * @param difference by central differences
     */
    public record Mismatch(int order, int input, long index, double derived, double difference) {
        @Override
        public String toString() {
            String where = input < 0 ? "along a random direction" : "input " + input + ", element " + index;
            return "order " + order + ", " + where + ": derived " + derived + ", difference " + difference;
        }
    }

    /**
     * The result of a check.
     *
     * @param mismatches empty if all agree
     * @param largestError over all directions, in units of the tolerance's scale
     */
    public record Report(List<Mismatch> mismatches, double largestError) {
        /** True if all agree. */
        public boolean agrees() {
            return mismatches.isEmpty();
        }

        /**
         * Does nothing if all agree.
         *
         * @throws AssertionError that lists what does not
         */
        public void orThrow() {
            if (!agrees()) {
                throw new AssertionError(toString());
            }
        }

        @Override
        public String toString() {
            var text = new StringBuilder(
                    agrees()
                            ? "gradients agree, largest error " + largestError
                            : "gradients disagree with differences");
            for (Mismatch mismatch : mismatches) {
                text.append("\n  ").append(mismatch);
            }
            return text.toString();
        }
    }

    /** The check of a function with one result: order 1, h = 1e-5, tolerance 1e-6, 3 directions. */
    public static GradCheck of(Function<List<Tensor>, Tensor> function) {
        return ofAll(inputs -> List.of(function.apply(inputs)));
    }

    /** The check of a function with several results. */
    public static GradCheck ofAll(Function<List<Tensor>, List<Tensor>> function) {
        return ofRecorded((tape, x) -> function.apply(x));
    }

    /** The check of a function that differentiates on its way, as a gradient penalty does. */
    public static GradCheck ofRecorded(Recorded function) {
        return new GradCheck(function, 1, 1e-5, 1e-6, 3, 0);
    }

    /** With this highest order. */
    public GradCheck order(int highest) {
        return new GradCheck(function, highest, step, tolerance, directions, seed);
    }

    /** With this h. */
    public GradCheck step(double h) {
        return new GradCheck(function, order, h, tolerance, directions, seed);
    }

    /** With this tolerance. */
    public GradCheck tolerance(double relative) {
        return new GradCheck(function, order, step, relative, directions, seed);
    }

    /** With this many random directions. */
    public GradCheck directions(int count) {
        return new GradCheck(function, order, step, tolerance, count, seed);
    }

    /** With directions drawn from this seed. */
    public GradCheck seed(long of) {
        return new GradCheck(function, order, step, tolerance, directions, of);
    }

    /**
     * Checks at a point.
     *
     * @throws IllegalArgumentException if an input is not f64: differences in f32 have no digits to compare
     */
    public Report check(Tensor... inputs) {
        for (Tensor input : inputs) {
            if (input.dtype() != DType.F64) {
                throw new IllegalArgumentException(
                        "GradCheck: needs f64 inputs, was given " + input.describe() + "; hint: to(DType.F64)");
            }
        }
        List<Tensor> point = new ArrayList<>();
        for (Tensor input : inputs) {
            point.add(input.detach());
        }
        var random = new SplittableRandom(seed);
        var run = new Run(tolerance, step);
        for (int k = 0; k < directions; k++) {
            run.compare(1, function, point, random);
            if (order == 2) {
                List<Tensor> cotangents = Directions.like(outputs(function, point), random);
                Recorded gradient = (tape, x) -> {
                    var gradients = tape.gradients(function.apply(tape, x), cotangents, x, Order.DIFFERENTIABLE);
                    return x.stream().map(gradients::orZero).toList();
                };
                run.compare(2, gradient, point, random);
            }
        }
        return new Report(List.copyOf(run.mismatches), run.largestError);
    }

    private static List<Tensor> outputs(Recorded function, List<Tensor> point) {
        try (var tape = Tape.open()) {
            return function.apply(tape, point).stream().map(tape::keep).toList();
        }
    }

    private static final class Run {
        private static final int MOST_MISMATCHES = 20;

        private final List<Mismatch> mismatches = new ArrayList<>();
        private final double tolerance;
        private final double step;
        private double largestError;

        Run(double tolerance, double step) {
            this.tolerance = tolerance;
            this.step = step;
        }

        void compare(int order, Recorded function, List<Tensor> point, SplittableRandom random) {
            List<Tensor> cotangents = Directions.like(outputs(function, point), random);
            List<Tensor> gradients = gradients(function, point, cotangents);
            List<Tensor> direction = Directions.like(point, random);
            double derived = Directions.dot(gradients, direction);
            double difference = difference(function, point, direction, cotangents);
            if (!agree(derived, difference) && !blame(order, function, point, cotangents, gradients)) {
                mismatches.add(new Mismatch(order, -1, -1, derived, difference));
            }
        }

        private static List<Tensor> gradients(Recorded function, List<Tensor> point, List<Tensor> cotangents) {
            try (var tape = Tape.open()) {
                var gradients = tape.gradients(function.apply(tape, point), cotangents, point, Order.FIRST);
                return point.stream().map(x -> tape.keep(gradients.orZero(x))).toList();
            }
        }

        private double difference(
                Recorded function, List<Tensor> point, List<Tensor> direction, List<Tensor> cotangents) {
            double above = Directions.dot(outputs(function, Directions.shifted(point, direction, step)), cotangents);
            double below = Directions.dot(outputs(function, Directions.shifted(point, direction, -step)), cotangents);
            return (above - below) / (2 * step);
        }

        private boolean agree(double derived, double difference) {
            double scale = Math.max(1, Math.max(Math.abs(derived), Math.abs(difference)));
            double error = Math.abs(derived - difference) / scale;
            largestError = Math.max(largestError, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
            return error <= tolerance;
        }

        /** Tries every element alone; false if each agrees. */
        private boolean blame(
                int order, Recorded function, List<Tensor> point, List<Tensor> cotangents, List<Tensor> gradients) {
            int before = mismatches.size();
            for (int input = 0; input < point.size(); input++) {
                double[] derived = gradients.get(input).toDoubleArray();
                for (int i = 0; i < derived.length && mismatches.size() < MOST_MISMATCHES; i++) {
                    List<Tensor> unit = Directions.unit(point, input, i);
                    double difference = difference(function, point, unit, cotangents);
                    if (!agree(derived[i], difference)) {
                        mismatches.add(new Mismatch(order, input, i, derived[i], difference));
                    }
                }
            }
            return mismatches.size() > before || before >= MOST_MISMATCHES;
        }
    }
}
