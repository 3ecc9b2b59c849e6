package org.culebra.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is amiss in one probe: the rules that {@link HealthProbe} lists. */
final class HealthRules {
    /**
     * A rule that something comes near.
     *
     * @param key of the rule and of what it is about
     * @param begins true if a warning is due
     * @param holds true if one that has begun stays
     * @param patience how many probes in a row it has to be due before it begins
     */
    record Finding(String key, boolean begins, boolean holds, int patience, String text) {
        static Finding above(String key, double value, double begin, double end, int patience, String text) {
            return new Finding(key, value >= begin, value >= end, patience, text);
        }
    }

    /**
     * A layer in the order in which they compute.
     *
     * @param deadForLong share of the units that have been dead for {@code longSteps}
     * @param matrixGradient √(Σg²/n) over its matrices and kernels; NaN if it has none that is trained
     * @param updateRatio ‖Δw‖/‖w‖ over them
     */
    record Layer(
            String label,
            ActivationProbe activation,
            boolean last,
            double deadForLong,
            double matrixGradient,
            double updateRatio) {}

    private final List<Layer> layers;
    private final long longSteps;
    private final double learningRate;
    private final List<Finding> findings = new ArrayList<>();

    HealthRules(List<Layer> layers, long longSteps, double learningRate) {
        this.layers = layers;
        this.longSteps = longSteps;
        this.learningRate = learningRate;
    }

    List<Finding> findings() {
        for (Layer layer : layers) {
            activationOf(layer);
        }
        layers.stream()
                .filter(layer -> layer.activation.isConstant())
                .findFirst()
                .ifPresent(layer -> findings.add(new Finding(
                        "constant", true, true, 2, layer.label + ": its output is the same for every example")));
        trend();
        List<Layer> trained = layers.stream()
                .filter(layer -> Double.isFinite(layer.matrixGradient))
                .toList();
        if (trained.size() > 1) {
            flow(trained.getFirst(), trained.getLast());
        }
        updates(layers.stream()
                .filter(layer -> layer.updateRatio > 0 && Double.isFinite(layer.updateRatio))
                .toList());
        return findings;
    }

    private void activationOf(Layer layer) {
        ActivationProbe seen = layer.activation;
        if (seen.kind().canDie()) {
            findings.add(Finding.above(
                    "dead." + layer.label,
                    layer.deadForLong,
                    .2,
                    .1,
                    1,
                    layer.label + ": " + percent(layer.deadForLong) + " of its units have been dead for " + longSteps
                            + " steps"));
        }
        if (seen.kind().suffersFromSaturation() && !layer.last) {
            findings.add(Finding.above(
                    "saturated." + layer.label,
                    seen.saturated(),
                    .5,
                    .3,
                    2,
                    layer.label + ": " + percent(seen.saturated())
                            + " of its outputs are saturated, and hardly any gradient passes there"));
        }
    }

    /** The longest row of weighted layers in which the outputs grow, or shrink, all the way. */
    private void trend() {
        List<Layer> weighted = layers.stream()
                .filter(layer -> Double.isFinite(layer.matrixGradient) && layer.activation.deviation() > 0)
                .toList();
        trend(weighted, "grow", layer -> layer.activation.deviation());
        trend(weighted, "shrink", layer -> 1 / layer.activation.deviation());
    }

    private void trend(List<Layer> weighted, String verb, ToDoubleFunction<Layer> size) {
        int start = 0;
        int from = 0;
        int to = 0;
        for (int i = 1; i < weighted.size(); i++) {
            start = size.applyAsDouble(weighted.get(i)) > size.applyAsDouble(weighted.get(i - 1)) ? start : i;
            if (i - start > to - from) {
                from = start;
                to = i;
            }
        }
        if (to - from >= 3) {
            Layer first = weighted.get(from);
            Layer last = weighted.get(to);
            double ratio = size.applyAsDouble(last) / size.applyAsDouble(first);
            findings.add(Finding.above(
                    verb,
                    ratio,
                    100,
                    30,
                    2,
                    "activations " + verb + " layer by layer: their deviation is "
                            + number(first.activation.deviation()) + " in " + first.label + " and "
                            + number(last.activation.deviation()) + " in " + last.label));
        }
    }

    private void flow(Layer first, Layer last) {
        double ratio = first.matrixGradient / last.matrixGradient;
        if (last.matrixGradient > 0 && ratio > 0) {
            findings.add(Finding.above(
                    "vanishing",
                    1 / ratio,
                    1e4,
                    1e3,
                    2,
                    "gradients vanish: per weight, that of " + first.label + " is " + number(ratio) + " times that of "
                            + last.label));
            findings.add(Finding.above(
                    "exploding",
                    ratio,
                    1e4,
                    1e3,
                    2,
                    "gradients explode on their way back: per weight, that of " + first.label + " is " + number(ratio)
                            + " times that of " + last.label));
        }
    }

    private void updates(List<Layer> changed) {
        if (changed.isEmpty()) {
            return;
        }
        Comparator<Layer> byRatio = Comparator.comparingDouble(Layer::updateRatio);
        Layer most = changed.stream().max(byRatio).orElseThrow();
        Layer least = changed.stream().min(byRatio).orElseThrow();
        findings.add(Finding.above(
                "leaping",
                most.updateRatio,
                .1,
                .05,
                2,
                most.label + ": a step changes its weights by " + percent(most.updateRatio) + " of their size; "
                        + rate(most.updateRatio)));
        findings.add(Finding.above(
                "creeping",
                1 / least.updateRatio,
                1e6,
                1e5,
                HealthProbe.LONG,
                least.label + ": a step changes its weights by " + number(least.updateRatio) + " of their size; "
                        + (most.updateRatio < 1e-5 ? rate(most.updateRatio) : "other layers change far more")));
    }

    /** A thousandth is about right (Karpathy's rule of thumb). */
    private String rate(double ratio) {
        double factor = ratio / 1e-3;
        if (Double.isFinite(learningRate)) {
            return "try a learning rate near " + String.format(Locale.ROOT, "%.0e", learningRate / factor);
        }
        return "try a learning rate " + number(Math.max(factor, 1 / factor)) + " times "
                + (factor > 1 ? "smaller" : "larger");
    }

    static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value >= 1e4 || value < 1e-2 ? "%.1e" : value < 10 ? "%.2g" : "%.0f", value);
    }
}
