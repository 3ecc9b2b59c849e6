package org.culebra.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.culebra.data.Batch;
import org.culebra.data.Batches;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.GradientAccumulator;
import org.culebra.optim.GradientClip;
import org.culebra.optim.MaxNorm;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Penalty;
import org.culebra.optim.Schedule;
import org.culebra.optim.Scheduler;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * θ ← θ − η·∇ℓ(f(x), y): a model learns answers that are known.
 *
 * <pre>{@code
 * var task = Supervised.classifier(model, optimizer).schedule(Schedule.cosine(2_000, 0)).clipNorm(1);
 * Trainer.of(task, loader).epochs(10).train();
 * }</pre>
 *
 * <p>What is set is applied in this order at each step: loss, penalty, gradients, accumulation, clipping, optimizer, max-norm,
 * schedule, average.
 */
public final class Supervised implements Task {
    private final Layer model;
    private final BinaryOperator<Tensor> loss;
    private final Optimizer optimizer;
    private final String described;
    private final List<Metric> metrics = new ArrayList<>();
    private final GradientAccumulator accumulator = new GradientAccumulator();

    private @Nullable Scheduler perStep;
    private @Nullable Scheduler perEpoch;
    private UnaryOperator<Gradients> clip = UnaryOperator.identity();
    private @Nullable Penalty penalty;
    private List<Tensor> penalized = List.of();
    private @Nullable MaxNorm maxNorm;
    private @Nullable WeightAverage average;
    private @Nullable HealthProbe probe;
    private int batchesPerStep = 1;

    private Supervised(Layer model, BinaryOperator<Tensor> loss, Optimizer optimizer) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.described = optimizer.toString();
    }

    /**
     * A model, what it is to make small, and by what means.
     *
     * @param loss of outputs and targets, a mean over the batch: {@code Losses::mse}
     */
    public static Supervised of(Layer model, BinaryOperator<Tensor> loss, Optimizer optimizer) {
        return new Supervised(model, loss, optimizer);
    }

    /** Cross-entropy and the accuracy: [B, …] → logits [B, K]. */
    public static Supervised classifier(Layer model, Optimizer optimizer) {
        return of(model, Losses::crossEntropy, optimizer).measuring(Metrics.accuracy());
    }

    /** Adds figures beside the loss, for training and evaluation. */
    public Supervised measuring(Metric... more) {
        metrics.addAll(List.of(more));
        return this;
    }

    /** Keeps the learning rate on a schedule that counts steps. */
    public Supervised schedule(Schedule schedule) {
        return schedule(Scheduler.of(optimizer, schedule));
    }

    /** Keeps options of the optimizer on schedules that count steps. */
    public Supervised schedule(Scheduler scheduler) {
        perStep = scheduler;
        return this;
    }

    /** Keeps the learning rate on a schedule that counts epochs. */
    public Supervised schedulePerEpoch(Schedule schedule) {
        perEpoch = Scheduler.of(optimizer, schedule);
        return this;
    }

    /**
     * Bounds the norm of all gradients together: {@link GradientClip#byNorm}.
     *
     * @throws IllegalStateException if the optimizer takes its gradients itself
     */
    public Supervised clipNorm(double largest) {
        requireGradients("clipNorm");
        clip = gradients -> GradientClip.byNorm(gradients, largest);
        return this;
    }

    /**
     * Bounds each number of the gradients: {@link GradientClip#byValue}.
     *
     * @throws IllegalStateException if the optimizer takes its gradients itself
     */
    public Supervised clipValue(double largest) {
        requireGradients("clipValue");
        clip = gradients -> GradientClip.byValue(gradients, largest);
        return this;
    }

    /** Adds a penalty on the weights, which are all parameters of two axes or more, to the loss of each batch. */
    public Supervised penalty(Penalty added) {
        penalty = added;
        penalized = optimizer.parameters().stream().filter(w -> w.rank() > 1).toList();
        return this;
    }

    /** Bounds the norm of what leads to each unit. */
    public Supervised maxNorm(double largest) {
        maxNorm = new MaxNorm(largest);
        return this;
    }

    /** Averages the weights; the average is what {@link #evaluate} uses. */
    public Supervised average(WeightAverage weights) {
        average = weights;
        return this;
    }

    /**
     * Looks at the health of the layers; changes no bit of what is learned.
     *
     * @throws IllegalStateException if the optimizer takes its gradients itself
     */
    public Supervised probe(HealthProbe health) {
        requireGradients("probe");
        probe = health;
        return this;
    }

    /**
     * Takes the mean gradient of several batches for each step.
     *
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if the optimizer takes its gradients itself
     */
    public Supervised accumulate(int batches) {
        requireGradients("accumulate");
        if (batches < 1) {
            throw new IllegalArgumentException("accumulate: at least 1 batch per step, not " + batches);
        }
        batchesPerStep = batches;
        return this;
    }

    /** What looks at gradients on their way to the optimizer never sees those that it takes itself, and would do nothing. */
    private void requireGradients(String option) {
        if (optimizer.needsClosure()) {
            throw new IllegalStateException("supervised: " + option + " does nothing with " + optimizer
                    + ", which takes its gradients itself; leave it out, or choose another optimizer");
        }
    }

    /** What learns. */
    public Layer model() {
        return model;
    }

    /** What changes it. */
    public Optimizer optimizer() {
        return optimizer;
    }

    // ---------------------------------------------------------------- one step

    @Override
    public Map<String, Double> step(Batch batch, Mode mode) {
        var figures = new LinkedHashMap<String, Double>();
        if (optimizer.needsClosure()) {
            figures.put(
                    LOSS,
                    optimizer.step(() -> total(loss.apply(model.forward(batch.inputs(), mode), batch.targets()))));
            stepped();
        } else {
            try (var tape = Tape.open()) {
                Tensor output = model.forward(batch.inputs(), watched(mode));
                Tensor batchLoss = loss.apply(output, batch.targets());
                double value = batchLoss.item();
                figures.put(LOSS, value);
                if (Double.isFinite(value)) {
                    learn(tape.gradients(total(batchLoss)), batch.size());
                    Tape.untracked(() -> measure(output, batch.targets(), figures));
                }
            }
        }
        figures.put("learning_rate", optimizer.learningRate());
        return figures;
    }

    /** Of several batches that are one step the last is looked at. */
    private Mode watched(Mode mode) {
        return probe == null || accumulator.count() + 1 < batchesPerStep ? mode : probe.watch(mode);
    }

    private Tensor total(Tensor batchLoss) {
        return penalty == null ? batchLoss : batchLoss.add(penalty.of(penalized));
    }

    private void learn(Gradients gradients, long examples) {
        if (batchesPerStep == 1) {
            update(gradients);
            return;
        }
        accumulator.add(gradients, (double) examples);
        if (accumulator.count() == batchesPerStep) {
            update(accumulator.take());
        }
    }

    private void update(Gradients gradients) {
        Gradients clipped = clip.apply(gradients);
        if (probe == null) {
            optimizer.step(clipped);
        } else {
            probe.step(clipped, optimizer);
        }
        stepped();
    }

    private void stepped() {
        if (maxNorm != null) {
            maxNorm.apply(optimizer.parameters());
        }
        if (perStep != null) {
            perStep.step();
        }
        if (average != null) {
            average.update();
        }
    }

    private void measure(Tensor output, Tensor target, Map<String, Double> figures) {
        for (Metric metric : metrics) {
            metric.reset();
            metric.add(output, target);
            figures.put(metric.name(), metric.value());
        }
    }

    /** What is left of an accumulation is a step of its own. */
    @Override
    public void epochDone() {
        if (accumulator.count() > 0) {
            update(accumulator.take());
        }
        if (perEpoch != null) {
            perEpoch.step();
        }
    }

    @Override
    public boolean isWhole() {
        return accumulator.count() == 0;
    }

    // ---------------------------------------------------------------- evaluation

    @Override
    public Map<String, Double> evaluate(Loader data) {
        if (average == null || average.updates() == 0) {
            return evaluation(data);
        }
        try (var _ = average.applied()) {
            return evaluation(data);
        }
    }

    private Map<String, Double> evaluation(Loader data) {
        var mean = new Mean();
        metrics.forEach(Metric::reset);
        try (Batches batches = data.iterator()) {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                Tensor output = Tape.scoped(() -> model.forward(batch.inputs()));
                mean.add(Tape.scoped(() -> loss.apply(output, batch.targets())).item(), batch.size());
                metrics.forEach(metric -> metric.add(output, batch.targets()));
                output.release();
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put(LOSS, mean.value());
        metrics.forEach(metric -> figures.put(metric.name(), metric.value()));
        return figures;
    }

    // ---------------------------------------------------------------- state

    @Override
    public State state() {
        State state = new State(model.state(), Map.of())
                .prefixed("model")
                .and(optimizer.state().prefixed("optimizer"));
        if (perStep != null) {
            state = state.and(perStep.state().prefixed("scheduler"));
        }
        if (perEpoch != null) {
            state = state.and(perEpoch.state().prefixed("epoch_scheduler"));
        }
        if (average != null) {
            state = state.and(average.state().prefixed("average"));
        }
        if (probe != null) {
            state = state.and(probe.state().prefixed("health"));
        }
        return state;
    }

    @Override
    public void load(State state) {
        model.load(state.under("model").tensors());
        if (perStep != null) {
            perStep.load(state.under("scheduler"));
        }
        if (perEpoch != null) {
            perEpoch.load(state.under("epoch_scheduler"));
        }
        if (average != null) {
            average.load(state.under("average"));
        }
        if (probe != null) {
            probe.load(state.under("health"));
        }
        // After the schedulers: these set rates, and what counts is what the rates were.
        optimizer.load(state.under("optimizer"));
    }

    @Override
    public Map<String, String> signature() {
        var all = new LinkedHashMap<String, String>(); // in this order in every process
        all.put("model", model.describe());
        all.put("optimizer", described);
        all.put("batches per update", String.valueOf(batchesPerStep));
        return all;
    }
}
