package org.culebra.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.culebra.nn.Model;

/** The readings of all layers. */
final class HealthHistory {
    /** Then every second one goes. */
    private static final int MOST = 1024;

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, List<LayerHealth.Reading>> readings = new LinkedHashMap<>();
    private final Map<String, Map<String, List<LayerHealth.ParameterReading>>> parameters = new LinkedHashMap<>();
    private List<String> lines = List.of();

    /** Takes note of a layer, in the order in which they compute; returns its type. */
    String seen(String path, Model layer) {
        return types.computeIfAbsent(path, known -> type(layer));
    }

    String label(String path) {
        return LayerHealth.label(path, types.getOrDefault(path, "?"));
    }

    /** What a layer without others inside prints, up to its options; else its class. */
    private static String type(Model layer) {
        Class<?> type = layer.getClass();
        if (type.isHidden() || type.isSynthetic()) {
            return "function";
        }
        String printed = layer.toString().replaceFirst("(?s)[(\\[\\n].*", "").strip();
        boolean silent = !layer.children().isEmpty() || printed.isEmpty() || printed.contains("@");
        return silent ? type.getSimpleName() : printed;
    }

    void add(
            long step,
            Map<String, ActivationProbe> seen,
            ToDoubleFunction<String> deadShare,
            List<WeightProbe> weights) {
        var added = new ArrayList<String>();
        types.forEach((path, type) -> {
            ActivationProbe probe = seen.get(path);
            boolean canDie = probe != null && probe.alive() != null;
            var reading = new LayerHealth.Reading(
                    step,
                    probe == null ? Double.NaN : probe.mean(),
                    probe == null ? Double.NaN : probe.deviation(),
                    probe == null ? Double.NaN : probe.saturated(),
                    canDie ? deadShare.applyAsDouble(path) : Double.NaN,
                    norm(weights, path, WeightProbe::gradientNorm),
                    norm(weights, path, WeightProbe::weightNorm),
                    updateRatio(weights, path));
            keep(readings.computeIfAbsent(path, name -> new ArrayList<>()), reading);
            added.add(HealthFile.line(new LayerHealth(path, type, List.of(), List.of()), reading));
        });
        for (WeightProbe weight : weights) {
            keep(
                    parameters
                            .computeIfAbsent(weight.layer(), name -> new LinkedHashMap<>())
                            .computeIfAbsent(weight.path(), name -> new ArrayList<>()),
                    weight.reading(step));
        }
        lines = List.copyOf(added);
    }

    private static <T> void keep(List<T> all, T newest) {
        if (all.size() == MOST) {
            for (int i = 0; i < MOST / 2; i++) {
                all.set(i, all.get(2 * i + 1));
            }
            all.subList(MOST / 2, MOST).clear();
        }
        all.add(newest);
    }

    /** √Σ over a layer's parameters; NaN if it has none. */
    private static double norm(List<WeightProbe> weights, String path, ToDoubleFunction<WeightProbe> figure) {
        double squares = Double.NaN;
        for (WeightProbe weight : weights) {
            if (weight.layer().equals(path)) {
                double value = figure.applyAsDouble(weight);
                squares = (Double.isNaN(squares) ? 0 : squares) + value * value;
            }
        }
        return Math.sqrt(squares);
    }

    static double updateRatio(List<WeightProbe> weights, String path) {
        List<WeightProbe> own =
                weights.stream().filter(weight -> weight.layer().equals(path)).toList();
        List<WeightProbe> matrices = own.stream().filter(WeightProbe::isMatrix).toList();
        List<WeightProbe> counted = matrices.isEmpty() ? own : matrices;
        double before = norm(counted, path, WeightProbe::beforeNorm);
        return before > 0 ? norm(counted, path, WeightProbe::change) / before : Double.NaN;
    }

    /** Those of the last probe. */
    List<String> lines() {
        return lines;
    }

    List<LayerHealth> layers() {
        var layers = new ArrayList<LayerHealth>();
        readings.forEach((path, series) -> {
            var own = new ArrayList<LayerHealth.ParameterHealth>();
            parameters
                    .getOrDefault(path, Map.of())
                    .forEach((name, each) -> own.add(new LayerHealth.ParameterHealth(name, each)));
            layers.add(new LayerHealth(path, types.getOrDefault(path, "?"), series, own));
        });
        return layers;
    }
}
