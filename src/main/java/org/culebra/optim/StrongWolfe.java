package org.culebra.optim;

import java.util.function.DoubleFunction;
import org.culebra.tensor.Tensor;

/**
 * A step length t with f(t) ≤ f(0) + c₁tf′(0) and |f′(t)| ≤ c₂|f′(0)|, found by bracketing and cubic interpolation (Nocedal and
 * Wright 2006, algorithms 3.5 and 3.6), with the choices of PyTorch's L-BFGS.
 */
final class StrongWolfe {
    private static final double C1 = 1e-4;
    private static final double C2 = .9;
    private static final int MOST = 25;

    private final DoubleFunction<Point> line;
    private final Point start;
    private final double size;
    private final double tolerance;

    /** The ends of the interval that holds the wanted length; which of them is lower. */
    private final Point[] bracket = new Point[2];

    private int low;
    private boolean done;
    private int tries;
    private int evaluations;

    /**
     * The function along the direction.
     *
     * @param slope f′(t)
     * @param gradient in all directions
     */
    record Point(double t, double loss, Tensor gradient, double slope) {}

    /**
     * A search.
     *
     * @param line evaluates the function
     * @param start at t = 0
     * @param size the largest component of the direction
     * @param tolerance of changes of the parameters
     */
    StrongWolfe(DoubleFunction<Point> line, Point start, double size, double tolerance) {
        this.line = line;
        this.start = start;
        this.size = size;
        this.tolerance = tolerance;
        bracket[0] = start;
        bracket[1] = start;
    }

    /** How often the function was evaluated. */
    int evaluations() {
        return evaluations;
    }

    /** The best point found. */
    Point search(double first) {
        bracket(first);
        low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
        boolean slow = false;
        while (!done && tries < MOST && Math.abs(bracket[1].t - bracket[0].t) * size >= tolerance) {
            double t = interpolate(bracket[0], bracket[1], smaller(), larger());
            double margin = .1 * (larger() - smaller());
            if (Math.min(larger() - t, t - smaller()) < margin) {
                // Close to an end: allowed once, then moved inwards.
                if (slow || t >= larger() || t <= smaller()) {
                    t = Math.abs(t - larger()) < Math.abs(t - smaller()) ? larger() - margin : smaller() + margin;
                    slow = false;
                } else {
                    slow = true;
                }
            } else {
                slow = false;
            }
            narrow(evaluate(t));
        }
        return bracket[low];
    }

    private void bracket(double first) {
        Point before = start;
        Point now = line.apply(first);
        evaluations++;
        while (tries < MOST) {
            if (tooHigh(now) || (tries > 1 && now.loss >= before.loss)) {
                set(before, now);
                return;
            }
            if (flat(now)) {
                set(now, now);
                done = true;
                return;
            }
            if (now.slope >= 0) {
                set(before, now);
                return;
            }
            double t = interpolate(before, now, now.t + .01 * (now.t - before.t), 10 * now.t);
            before = now;
            now = evaluate(t);
        }
        set(start, now);
    }

    private void narrow(Point found) {
        int high = 1 - low;
        if (tooHigh(found) || found.loss >= bracket[low].loss) {
            bracket[high] = found;
            low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
            return;
        }
        if (flat(found)) {
            done = true;
        } else if (found.slope * (bracket[high].t - bracket[low].t) >= 0) {
            bracket[high] = bracket[low];
        }
        bracket[low] = found;
    }

    private Point evaluate(double t) {
        tries++;
        evaluations++;
        return line.apply(t);
    }

    private boolean tooHigh(Point point) {
        return point.loss > start.loss + C1 * point.t * start.slope;
    }

    private boolean flat(Point point) {
        return Math.abs(point.slope) <= -C2 * start.slope;
    }

    private void set(Point first, Point second) {
        bracket[0] = first;
        bracket[1] = second;
    }

    private double smaller() {
        return Math.min(bracket[0].t, bracket[1].t);
    }

    private double larger() {
        return Math.max(bracket[0].t, bracket[1].t);
    }

    /** Where the cubic through two points with their slopes is least, within bounds (Nocedal and Wright, equation 3.59). */
    private static double interpolate(Point a, Point b, double least, double most) {
        double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t);
        double square = d1 * d1 - a.slope * b.slope;
        if (!(square >= 0)) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        Point left = a.t <= b.t ? a : b;
        Point right = a.t <= b.t ? b : a;
        double t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
        return Math.min(Math.max(t, least), most);
    }
}
