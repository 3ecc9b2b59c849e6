package org.culebra.optim;

import static org.culebra.optim.Option.LEARNING_RATE;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * w ← w − tHg, where H is what the last changes of the gradient tell of the inverse Hessian: limited-memory BFGS (Nocedal and
 * Wright 2006, algorithm 7.5), with the defaults and the order of PyTorch's.
 *
 * <p>One step is up to {@link #maxIterations} iterations, and evaluates the loss several times: {@code optimizer.step(() ->
 * loss)}. The loss must be the same function each time: all of the data, or the same batch, and no dropout.
 */
public final class Lbfgs extends Optimizer {
    private static final double LEAST_CURVATURE = 1e-10;

    private static final Elementwise MOVE = Elementwise.withScalars(
            "lbfgsMove", 2, 1, (x, s) -> List.of(x.get(1).fma(s.get(0), x.get(0))));

    private int maxIterations = 20;
    private int maxEvaluations;
    private double gradientTolerance = 1e-7;
    private double changeTolerance = 1e-9;
    private int historySize = 100;
    private boolean lineSearch;

    private final DType dtype;
    private final long size;
    private long iterations;
    private double length;
    private @Nullable Pair last;
    private final ArrayDeque<Pair> history = new ArrayDeque<>();

    /** Two vectors that outlive the step: the change of the gradient and of w, or the gradient and the direction. */
    private record Pair(Tensor y, Tensor s) {
        double curvature() {
            return y.dot(s).item();
        }
    }

    /** The loss and all of its gradient, one vector. */
    private record Point(double loss, Tensor gradient) {}

    private Lbfgs(List<Tensor> parameters) {
        super("LBFGS", parameters, Map.of(LEARNING_RATE, 1.));
        if (parameters.stream().map(Tensor::dtype).distinct().count() != 1) {
            throw new IllegalArgumentException("LBFGS: the parameters must have one type, for they are one vector to it"
                    + "\n  given  " + parameters.stream().map(Tensor::describe).toList());
        }
        dtype = parameters.getFirst().dtype();
        size = parameters.stream().mapToLong(Tensor::size).sum();
    }

    /** With η = 1, 20 iterations in a step, 25 evaluations, a history of 100, tolerances 1e-7 and 1e-9, no line search. */
    public static Lbfgs of(List<Tensor> parameters) {
        return new Lbfgs(parameters);
    }

    @Override
    public Lbfgs learningRate(double rate) {
        super.learningRate(rate);
        return this;
    }

    /** Sets how many iterations a step has at most; a quarter more evaluations, unless {@link #maxEvaluations} says otherwise. */
    public Lbfgs maxIterations(int count) {
        maxIterations = positive("the number of iterations", count);
        return this;
    }

    /** Sets after how many evaluations of the loss a step ends. */
    public Lbfgs maxEvaluations(int count) {
        maxEvaluations = positive("the number of evaluations", count);
        return this;
    }

    /** Sets how many changes are remembered, each with two vectors as long as all parameters together. */
    public Lbfgs historySize(int count) {
        historySize = positive("the size of the history", count);
        return this;
    }

    /**
     * Sets when a step ends early.
     *
     * @param gradient if no component of the gradient is larger
     * @param change if no parameter changes more, or the loss does not
     */
    public Lbfgs tolerances(double gradient, double change) {
        if (!(gradient >= 0 && change >= 0)) {
            throw new IllegalArgumentException(
                    "LBFGS: tolerances must be 0 or more, not " + gradient + " and " + change);
        }
        gradientTolerance = gradient;
        changeTolerance = change;
        return this;
    }

    /** Searches the length of each step instead of taking η, by the strong Wolfe conditions: recommended. */
    public Lbfgs strongWolfe() {
        lineSearch = true;
        return this;
    }

    private static int positive(String what, int count) {
        if (count <= 0) {
            throw new IllegalArgumentException("LBFGS: " + what + " must be positive, not " + count);
        }
        return count;
    }

    @Override
    public boolean needsClosure() {
        return true;
    }

    @Override
    public void step(Gradients gradients) {
        throw new UnsupportedOperationException(
                "LBFGS: one step needs the loss at several points\n" + "  hint: optimizer.step(() -> loss)");
    }

    @Override
    public double step(Supplier<Tensor> loss) {
        try (var _ = Scope.open("LBFGS")) {
            return Tape.untracked(() -> minimize(loss));
        }
    }

    private double minimize(Supplier<Tensor> loss) {
        Point at = evaluate(loss);
        double first = at.loss;
        int evaluations = 1;
        int most = maxEvaluations > 0 ? maxEvaluations : maxIterations * 5 / 4;
        boolean flat = largest(at.gradient) <= gradientTolerance;
        for (int n = 1; !flat; n++) {
            Tensor direction = direction(at.gradient);
            length =
                    iterations == 1 ? Math.min(1, 1 / at.gradient.norm(1, false).item()) : 1;
            length *= learningRate();
            double slope = at.gradient.dot(direction).item();
            if (slope > -changeTolerance) {
                break;
            }
            double before = at.loss;
            if (lineSearch) {
                var search = search(loss, at, direction, slope);
                StrongWolfe.Point found = search.search(length);
                at = new Point(found.loss(), found.gradient());
                length = found.t();
                evaluations += search.evaluations();
            }
            move(direction, length);
            if (!lineSearch && n < maxIterations) {
                at = evaluate(loss);
                evaluations++;
            }
            flat = n == maxIterations
                    || evaluations >= most
                    || largest(at.gradient) <= gradientTolerance
                    || largest(direction) * length <= changeTolerance
                    || Math.abs(at.loss - before) < changeTolerance;
        }
        return first;
    }

    // ---------------------------------------------------------------- the direction

    /** −Hg; remembers both for the next iteration. */
    private Tensor direction(Tensor gradient) {
        iterations++;
        Pair previous = last;
        if (previous != null) {
            remember(gradient.sub(previous.y), previous.s.mul(length));
        }
        Pair now = previous != null ? previous : new Pair(persistent(gradient), persistent(gradient));
        now.y.assign(gradient);
        now.s.assign(history.isEmpty() ? gradient.neg() : twoLoops(gradient));
        last = now;
        return now.s;
    }

    private void remember(Tensor y, Tensor s) {
        if (!(y.dot(s).item() > LEAST_CURVATURE)) {
            return;
        }
        // The oldest vectors serve again.
        Pair slot = history.size() < historySize ? new Pair(persistent(y), persistent(s)) : history.removeFirst();
        slot.y.assign(y);
        slot.s.assign(s);
        history.addLast(slot);
    }

    private Tensor twoLoops(Tensor gradient) {
        var newestFirst = new ArrayList<Pair>();
        history.descendingIterator().forEachRemaining(newestFirst::add);
        double[] alphas = new double[newestFirst.size()];
        Tensor q = gradient.neg();
        for (int i = 0; i < alphas.length; i++) {
            Pair pair = newestFirst.get(i);
            alphas[i] = pair.s.dot(q).item() / pair.curvature();
            q = MOVE.apply(new double[] {-alphas[i]}, q, pair.y);
        }
        Pair newest = newestFirst.getFirst();
        Tensor r = q.mul(newest.curvature() / newest.y.dot(newest.y).item());
        for (int i = alphas.length - 1; i >= 0; i--) {
            Pair pair = newestFirst.get(i);
            double beta = pair.y.dot(r).item() / pair.curvature();
            r = MOVE.apply(new double[] {alphas[i] - beta}, r, pair.s);
        }
        return r;
    }

    // ---------------------------------------------------------------- the loss

    private StrongWolfe search(Supplier<Tensor> loss, Point at, Tensor direction, double slope) {
        List<Tensor> places = parameters().stream()
                .map(w -> Tensor.zeros(w.dtype(), w.shape().dims()).assign(w))
                .toList();
        var start = new StrongWolfe.Point(0, at.loss, at.gradient, slope);
        return new StrongWolfe(
                t -> {
                    try {
                        move(direction, t);
                        Point there = evaluate(loss);
                        double slopeThere = there.gradient.dot(direction).item();
                        return new StrongWolfe.Point(t, there.loss, there.gradient, slopeThere);
                    } finally {
                        for (int i = 0; i < places.size(); i++) {
                            parameters().get(i).assign(places.get(i));
                        }
                    }
                },
                start,
                largest(direction),
                changeTolerance);
    }

    private Point evaluate(Supplier<Tensor> loss) {
        try (var tape = Tape.open()) {
            Tensor value = loss.get();
            Gradients gradients = tape.gradients(value);
            if (parameters().stream().allMatch(w -> gradients.find(w) == null)) {
                throw nothingToDo();
            }
            return tape.withoutRecording(() -> new Point(value.item(), tape.keep(flat(gradients))));
        }
    }

    private Tensor flat(Gradients gradients) {
        Tensor flat = Tensor.zeros(dtype, size);
        long from = 0;
        for (Tensor w : parameters()) {
            Tensor gradient = gradients.find(w);
            if (gradient != null) {
                part(flat, from, w).assign(gradient);
            }
            from += w.size();
        }
        return flat;
    }

    /** The view of a flat vector that belongs to w. */
    private static Tensor part(Tensor flat, long from, Tensor w) {
        return flat.narrow(0, from, w.size()).reshape(w.shape().dims());
    }

    /** w ← w + t·direction. */
    private void move(Tensor direction, double t) {
        long from = 0;
        for (Tensor w : parameters()) {
            MOVE.update(List.of(w), new double[] {t}, w, part(direction, from, w));
            from += w.size();
        }
    }

    private static double largest(Tensor vector) {
        return vector.norm(Double.POSITIVE_INFINITY, false).item();
    }

    private static Tensor persistent(Tensor like) {
        return Scope.outside(() -> Tensor.zeros(like.dtype(), like.shape().dims()));
    }

    // ---------------------------------------------------------------- state

    @Override
    void save(State into) {
        into.numbers().put("iterations", (double) iterations);
        into.numbers().put("length", length);
        into.numbers().put("history", (double) history.size());
        Pair now = last;
        if (now != null) {
            into.tensors().put("gradient", now.y);
            into.tensors().put("direction", now.s);
        }
        int i = 0;
        for (Pair pair : history) {
            into.tensors().put("history." + i + ".gradient_change", pair.y);
            into.tensors().put("history." + i + ".step", pair.s);
            i++;
        }
    }

    @Override
    Runnable read(State from, StateReader reader, List<Group> saved) {
        long savedIterations = reader.count("iterations");
        double savedLength = reader.number("length");
        long count = reader.count("history");
        Tensor like = Tensor.zeros(dtype, size);
        Pair savedLast = savedIterations == 0 ? null : read(reader, "gradient", "direction", like);
        var pairs = new ArrayList<Pair>();
        for (long i = 0; i < Math.min(count, from.tensors().size()); i++) {
            pairs.add(read(reader, "history." + i + ".gradient_change", "history." + i + ".step", like));
        }
        return () -> {
            iterations = savedIterations;
            length = savedLength;
            last = savedLast == null ? null : copy(savedLast);
            history.clear();
            pairs.forEach(pair -> history.addLast(copy(pair)));
        };
    }

    private static Pair read(StateReader reader, String y, String s, Tensor like) {
        return new Pair(reader.tensor(y, like), reader.tensor(s, like));
    }

    private static Pair copy(Pair pair) {
        return new Pair(persistent(pair.y).assign(pair.y), persistent(pair.s).assign(pair.s));
    }
}
