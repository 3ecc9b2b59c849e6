package org.culebra.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.culebra.memory.Scope;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.Sequential;
import org.culebra.nn.Watcher;
import org.culebra.optim.Optimizer;
import org.culebra.optim.State;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A microscope for training: every n steps it looks at what each layer computes, at the gradients and at what the optimizer makes of
 * them, and says in plain words what is amiss. It changes no bit of the training, and costs nothing in the steps between.
 *
 * <pre>{@code
 * var probe = HealthProbe.of(model).every(100);
 * …
 * Tensor loss = lossOf(model.forward(x, probe.watch(mode)));
 * probe.step(tape.gradients(loss), optimizer);
 * …
 * System.out.println(probe.report());
 * }</pre>
 *
 * <p>A warning begins when its rule is met, in so many probes in a row as are given in brackets, and ends when the milder figure is no
 * longer met; "long" is five times n steps:
 *
 * <ul>
 *   <li>something is not finite [1]; the first layer, or else gradient, or else weight, is named
 *   <li>20 % (10 %) of the units of a ReLU have been 0 for every example of all probes for long [1]
 *   <li>50 % (30 %) of the outputs of a sigmoid, a tanh or a ReLU6 that is not the last layer are saturated [2]
 *   <li>a layer's output is the same for every example, to a millionth, although its input is not [2]
 *   <li>the outputs of at least four layers with weights in a row grow or shrink all the way, 100 (30) times in all [2]
 *   <li>gradients vanish or explode: √(Σg²/n) of the first layer with weights and of the last differ 10⁴ (10³) times [2]
 *   <li>the norm of all gradients is 1,000 (100) times its median over the last ten probes, of which there are three [1]
 *   <li>‖Δw‖/‖w‖ of a layer's matrices or kernels is above 0.1 (0.05) [2], or below 10⁻⁶ (10⁻⁵) [5]
 *   <li>a parameter has had no gradient, or nothing but zeros, for long [1]
 * </ul>
 *
 * <p>Dead ReLUs: Lu et al. 2019; saturation, and gradients that vanish: Glorot and Bengio 2010.
 */
public final class HealthProbe {
    /** Probes that are a long time. */
    static final int LONG = 5;

    private static final int NORMS = 10;

    private final Layer model;
    private final Watcher watcher = this::computed;
    private final HealthHistory history = new HealthHistory();
    private final HealthWarnings warnings = new HealthWarnings();

    /** Of each unit the step of the probe since which it is dead; 0 if it is not. */
    private final Map<String, long[]> deadSince = new LinkedHashMap<>();

    private final Map<String, Long> unusedSince = new LinkedHashMap<>();
    private final List<Double> norms = new ArrayList<>();
    private long every = 100;
    private @Nullable HealthFile file;
    private Consumer<String> listener = line -> {};
    private long steps;
    private long loaded;

    /** What is seen of this step; in the order in which the layers first computed. */
    private final Map<String, ActivationProbe> seen = new LinkedHashMap<>();

    private final List<WeightProbe> weights = new ArrayList<>();
    private String lastLeaf = "";
    private boolean channelsFirst;

    private HealthProbe(Layer model) {
        this.model = model;
    }

    /** Of this model, every 100 steps. */
    public static HealthProbe of(Layer model) {
        return new HealthProbe(model);
    }

    /**
     * Looks at steps n, 2n, 3n, …
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public HealthProbe every(long n) {
        if (n < 1) {
            throw new IllegalArgumentException("health probe: every how many steps must be positive, not " + n);
        }
        every = n;
        return this;
    }

    /**
     * Writes what it finds to a file of JSON lines. What is there is replaced; but after {@link #load} the lines up to the saved step
     * are kept.
     */
    public HealthProbe to(Path jsonLines) {
        file = new HealthFile(jsonLines);
        return this;
    }

    /** Tells somebody each warning when it begins and, after "no longer: ", when it ends. */
    public HealthProbe telling(Consumer<String> other) {
        listener = other;
        return this;
    }

    /** True if the step that is being made is looked at. */
    public boolean isProbing() {
        return (steps + 1) % every == 0;
    }

    // ---------------------------------------------------------------- a step

    /** The mode to compute with: the same object unless this step is looked at. Those who watch already go on watching. */
    public Mode watch(Mode mode) {
        if (!isProbing()) {
            return mode;
        }
        channelsFirst = false;
        return mode.watchedBy(watcher);
    }

    private void computed(String path, Layer layer, Tensor x, Tensor y) {
        if (!isProbing() || layer instanceof Sequential || !y.dtype().isFloating() || y.size() == 0) {
            return; // of a Sequential: it is what its last layer computes
        }
        if (layer.children().isEmpty()) {
            lastLeaf = path;
        }
        String type = history.seen(path, layer);
        if (!layer.ownParameters().isEmpty()) {
            channelsFirst = type.startsWith("Conv") || type.startsWith("BatchNorm") || type.startsWith("GroupNorm");
        }
        boolean channels = channelsFirst;
        try (Scope _ = Scope.open("health probe")) {
            Tape.untracked(() ->
                    seen.computeIfAbsent(path, name -> new ActivationProbe()).add(layer, x, y, channels));
        }
    }

    /** Looks at the gradients and remembers the weights. */
    public void before(Gradients gradients) {
        if (isProbing()) {
            weights.clear();
            collect("", model, gradients, new IdentityHashMap<>());
        }
    }

    private void collect(String path, Model part, Gradients gradients, IdentityHashMap<Parameter, Boolean> known) {
        String prefix = path.isEmpty() ? "" : path + ".";
        part.ownParameters().forEach((name, parameter) -> {
            if (!parameter.isFrozen() && known.put(parameter, true) == null) {
                history.seen(path, part);
                weights.add(new WeightProbe(prefix + name, path, parameter, gradients));
            }
        });
        part.children().forEach((name, child) -> collect(prefix + name, child, gradients, known));
    }

    /** Looks at what became of the weights, and counts the step. */
    public void after() {
        after(Double.NaN);
    }

    /** {@code before(gradients); optimizer.step(gradients); after()}, and warnings can name a better learning rate. */
    public void step(Gradients gradients, Optimizer optimizer) {
        before(gradients);
        double rate = optimizer.learningRate();
        optimizer.step(gradients);
        after(rate);
    }

    private void after(double learningRate) {
        boolean probing = isProbing();
        steps++;
        if (!probing) {
            return;
        }
        weights.forEach(WeightProbe::after);
        trackDead();
        List<HealthRules.Finding> findings = new ArrayList<>(notFinite());
        findings.addAll(new HealthRules(layers(), LONG * every, learningRate).findings());
        findings.addAll(unused());
        findings.addAll(jump());
        List<String> news = warnings.update(findings);
        history.add(steps, seen, this::deadShare, weights);
        var lines = new ArrayList<>(history.lines());
        news.forEach(text -> lines.add(HealthFile.line(steps, text)));
        if (file != null) {
            file.write(loaded, lines);
        }
        seen.clear();
        weights.clear();
        news.forEach(listener);
    }

    // ---------------------------------------------------------------- what the rules need

    private void trackDead() {
        seen.forEach((path, probe) -> {
            boolean[] alive = probe.alive();
            if (alive != null) {
                long[] before = deadSince.get(path);
                long[] since = before == null || before.length != alive.length ? new long[alive.length] : before;
                for (int i = 0; i < alive.length; i++) {
                    since[i] = alive[i] ? 0 : since[i] == 0 ? steps : since[i];
                }
                deadSince.put(path, since);
            }
        });
    }

    private double deadShare(String path) {
        return deadShare(path, 0);
    }

    /** Share of the units that have been dead for so many steps. */
    private double deadShare(String path, long longEnough) {
        long[] since = deadSince.get(path);
        if (since == null || since.length == 0) {
            return Double.NaN;
        }
        long dead = Arrays.stream(since)
                .filter(step -> step > 0 && steps - step >= longEnough)
                .count();
        return (double) dead / since.length;
    }

    private List<HealthRules.Layer> layers() {
        var layers = new ArrayList<HealthRules.Layer>();
        seen.forEach((path, probe) -> {
            double squares = 0;
            double count = 0;
            for (WeightProbe weight : weights) {
                if (weight.isMatrix() && weight.layer().equals(path)) {
                    squares += weight.gradientNorm() * weight.gradientNorm();
                    count += weight.size();
                }
            }
            layers.add(new HealthRules.Layer(
                    history.label(path),
                    probe,
                    path.equals(lastLeaf),
                    deadShare(path, LONG * every),
                    Math.sqrt(squares / count),
                    HealthHistory.updateRatio(weights, path)));
        });
        return layers;
    }

    private List<HealthRules.Finding> notFinite() {
        String text = null;
        for (var entry : seen.entrySet()) {
            if (text == null && !entry.getValue().isFinite()) {
                text = history.label(entry.getKey())
                        + ": its output holds NaN or infinities; it is the first that does";
            }
        }
        for (WeightProbe weight : weights) {
            if (text == null && !Double.isFinite(weight.gradientNorm())) {
                text = "parameter " + weight.path() + ": its gradient holds NaN or infinities";
            }
        }
        for (WeightProbe weight : weights) {
            if (text == null && !weight.isFinite()) {
                text = "parameter " + weight.path() + ": the step made it NaN or infinite";
            }
        }
        return text == null ? List.of() : List.of(new HealthRules.Finding("not-finite", true, true, 1, text));
    }

    private List<HealthRules.Finding> unused() {
        var findings = new ArrayList<HealthRules.Finding>();
        for (WeightProbe weight : weights) {
            if (weight.gradientNorm() != 0) {
                unusedSince.remove(weight.path());
            } else {
                long unused = steps - unusedSince.computeIfAbsent(weight.path(), path -> steps);
                findings.add(new HealthRules.Finding(
                        "unused." + weight.path(),
                        unused >= LONG * every,
                        true,
                        1,
                        "parameter " + weight.path() + ": it has had no gradient for " + unused + " steps"));
            }
        }
        return findings;
    }

    private List<HealthRules.Finding> jump() {
        double norm = Math.sqrt(weights.stream()
                .mapToDouble(weight -> weight.gradientNorm() * weight.gradientNorm())
                .sum());
        double[] sorted =
                norms.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (Double.isFinite(norm)) {
            norms.add(norm);
            if (norms.size() > NORMS) {
                norms.removeFirst();
            }
        }
        if (sorted.length < 3 || !(sorted[sorted.length / 2] > 0)) {
            return List.of();
        }
        double ratio = norm / sorted[sorted.length / 2];
        String text = "gradients explode: their norm is " + HealthRules.number(norm) + ", " + HealthRules.number(ratio)
                + " times what it was";
        return List.of(HealthRules.Finding.above("jump", ratio, 1000, 100, 1, text));
    }

    // ---------------------------------------------------------------- what was found

    /** What was found since this object was made: of very long runs fewer and fewer of the old probes are kept. */
    public HealthReport report() {
        return new HealthReport(steps, history.layers(), warnings.standing());
    }

    /**
     * What a resumed run needs in order to warn as one that was not interrupted. The readings themselves are not part of it: they are
     * in the file.
     */
    public State state() {
        return Scope.outside(() -> {
            var state = new State(Map.of(), Map.of());
            state.numbers().put("steps", (double) steps);
            unusedSince.forEach((path, step) -> state.numbers().put("unused." + path, (double) step));
            for (int i = 0; i < norms.size(); i++) {
                state.numbers().put("norm." + i, norms.get(i));
            }
            deadSince.forEach((path, since) -> state.tensors().put("dead." + path, Tensor.of(since)));
            warnings.save(state);
            return state;
        });
    }

    /**
     * Goes on from a saved state.
     *
     * @throws IllegalArgumentException if it is not that of a probe; nothing is changed then
     */
    public void load(State state) {
        Double saved = state.numbers().get("steps");
        if (saved == null || !(saved >= 0)) {
            throw new IllegalArgumentException("health probe: the state does not belong to it\n  missing steps\n"
                    + "  hint: state() of a health probe, with the same prefix");
        }
        steps = saved.longValue();
        loaded = steps;
        deadSince.clear();
        unusedSince.clear();
        norms.clear();
        state.under("unused").numbers().forEach((path, step) -> unusedSince.put(path, step.longValue()));
        Map<String, Double> saveds = new HashMap<>(state.under("norm").numbers());
        for (int i = 0; i < saveds.size(); i++) {
            norms.add(saveds.getOrDefault(Integer.toString(i), 0.));
        }
        state.under("dead").tensors().forEach((path, since) -> deadSince.put(path, since.toLongArray()));
        warnings.load(state);
    }
}
