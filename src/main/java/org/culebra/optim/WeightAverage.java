package org.culebra.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.culebra.memory.Scope;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * a ← a + rₙ(w − a): an average of the weights over training, often better than the last ones. The first update copies them.
 *
 * <pre>{@code
 * var average = WeightAverage.exponential(model.parameters(), .999);
 * …
 * optimizer.step(tape.gradients(loss));
 * average.update();
 * …
 * try (var _ = average.applied()) {   // the model has the average's weights here, and its own again afterwards
 *     evaluate(model);
 * }
 * }</pre>
 *
 * <p>Statistics that layers keep, batch normalization's for instance, are not those of the averaged weights: run the model over
 * the training data once in training mode before it is used with them.
 */
public final class WeightAverage {
    private static final Elementwise TOWARDS = Elementwise.withScalars(
            "weightAverage", 2, 1, (x, s) -> List.of(x.get(1).sub(x.get(0)).fma(s.get(0), x.get(0))));

    private static final Elementwise SWAP =
            Elementwise.withScalars("swap", 2, 0, (x, s) -> List.of(x.get(1), x.get(0)));

    private final List<Tensor> parameters;
    private final List<Tensor> averages = new ArrayList<>();
    private final Rate rate;
    private long updates;
    private boolean applied;

    /** rₙ. */
    @FunctionalInterface
    private interface Rate {
        /** Given n, the number of updates before this one. */
        double after(long updates);
    }

    /** Where the model has the average's weights. */
    public interface Applied extends AutoCloseable {
        @Override
        void close();
    }

    private WeightAverage(List<Tensor> parameters, Rate rate) {
        this.parameters = List.copyOf(parameters);
        this.rate = rate;
        for (Tensor w : parameters) {
            // Whatever tape is open: it outlives that.
            averages.add(Scope.outside(
                    () -> Tensor.zeros(w.dtype(), w.shape().dims()).assign(w)));
        }
    }

    /**
     * a ← βa + (1 − β)w: an exponential moving average (Polyak and Juditsky 1992).
     *
     * @throws IllegalArgumentException if β is not in [0, 1)
     */
    public static WeightAverage exponential(List<Tensor> parameters, double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new IllegalArgumentException("weight average: β must be in [0, 1), not " + beta);
        }
        return new WeightAverage(parameters, n -> 1 - beta);
    }

    /**
     * An exponential moving average in which weights count half after so many updates: β = ½^(1/updates).
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public static WeightAverage halfLife(List<Tensor> parameters, double updates) {
        if (!(updates > 0)) {
            throw new IllegalArgumentException("weight average: the half-life must be positive, not " + updates);
        }
        // Not 1 − β, which would lose its last digits.
        double share = -Math.expm1(Math.log(.5) / updates);
        return new WeightAverage(parameters, n -> share);
    }

    /** a ← (na + w)/(n + 1): the mean of all, for stochastic weight averaging (Izmailov et al. 2018). */
    public static WeightAverage equal(List<Tensor> parameters) {
        return new WeightAverage(parameters, n -> 1 / (n + 1.));
    }

    /** How often it was updated. */
    public long updates() {
        return updates;
    }

    /**
     * The averages, in the order of the parameters.
     *
     * @throws IllegalStateException while they are applied
     */
    public List<Tensor> averages() {
        requireApart("averages");
        return List.copyOf(averages);
    }

    /**
     * Takes the weights as they are now into the average: after each step, or for stochastic weight averaging after each epoch.
     *
     * @throws IllegalStateException while the average is applied
     */
    public void update() {
        requireApart("update");
        double share = updates == 0 ? 1 : rate.after(updates);
        for (int i = 0; i < averages.size(); i++) {
            Tensor a = averages.get(i);
            if (share == 1) {
                a.assign(parameters.get(i));
            } else {
                TOWARDS.update(List.of(a), new double[] {share}, a, parameters.get(i));
            }
        }
        updates++;
    }

    /**
     * Gives the model the average's weights until what is returned is closed; the model's own come back then, bit by bit.
     *
     * @throws IllegalStateException if they are applied already
     */
    public Applied applied() {
        requireApart("applied");
        swap();
        applied = true;
        return () -> {
            if (applied) {
                swap();
                applied = false;
            }
        };
    }

    private void swap() {
        for (int i = 0; i < averages.size(); i++) {
            Tensor w = parameters.get(i);
            Tensor a = averages.get(i);
            SWAP.update(List.of(w, a), new double[0], w, a);
        }
    }

    private void requireApart(String operation) {
        if (applied) {
            throw new IllegalStateException("weight average: " + operation + " is not possible while the model has the"
                    + " average's weights\n  hint: close what applied() returned");
        }
    }

    // ---------------------------------------------------------------- state

    /** The averages by the number of their parameter, and how many updates there were; the tensors are the live ones. */
    public State state() {
        requireApart("state");
        var tensors = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < averages.size(); i++) {
            tensors.put(Integer.toString(i), averages.get(i));
        }
        var numbers = new LinkedHashMap<String, Double>();
        numbers.put("updates", (double) updates);
        return new State(tensors, numbers);
    }

    /**
     * Goes on from a saved state: copies it.
     *
     * @throws IllegalArgumentException if it is that of other parameters; nothing is changed then
     */
    public void load(State state) {
        requireApart("load");
        var reader = new StateReader("weight average", state);
        var saved = new ArrayList<Tensor>();
        for (int i = 0; i < averages.size(); i++) {
            saved.add(reader.tensor(Integer.toString(i), averages.get(i)));
        }
        long savedUpdates = reader.count("updates");
        reader.requireFit();
        for (int i = 0; i < averages.size(); i++) {
            averages.get(i).assign(saved.get(i));
        }
        updates = savedUpdates;
    }
}
