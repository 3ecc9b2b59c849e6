package org.culebra.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.optim.State;

/** The means of figures over the examples of an epoch. */
final class FigureMeans implements Stateful {
    private static final String SUM = ".sum";
    private static final String WEIGHT = ".weight";

    private final Map<String, Mean> means = new LinkedHashMap<>();

    void add(Map<String, Double> figures, long examples) {
        figures.forEach(
                (name, value) -> means.computeIfAbsent(name, _ -> new Mean()).add(value, examples));
    }

    Map<String, Double> values() {
        var values = new LinkedHashMap<String, Double>();
        means.forEach((name, mean) -> values.put(name, mean.value()));
        return values;
    }

    void clear() {
        means.clear();
    }

    @Override
    public State state() {
        var state = new State(Map.of(), Map.of());
        means.forEach((name, mean) -> {
            state.numbers().put(name + SUM, mean.sum());
            state.numbers().put(name + WEIGHT, (double) mean.weight());
        });
        return state;
    }

    @Override
    public void load(State state) {
        means.clear();
        state.numbers().forEach((key, sum) -> {
            if (key.endsWith(SUM)) {
                String name = key.substring(0, key.length() - SUM.length());
                double weight = state.numbers().getOrDefault(name + WEIGHT, 0.);
                means.put(name, new Mean(sum, (long) weight));
            }
        });
    }
}
