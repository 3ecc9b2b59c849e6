package org.culebra.train;

import java.util.List;

/**
 * How a layer has fared, probe by probe. What a layer does not have is NaN: only what saturates has a share of saturated outputs, only
 * what can die one of dead units, only what has parameters gradients and updates.
 *
 * @param path the names that lead to it, joined by dots; empty for the model itself
 * @param type what it is, such as {@code Conv2d} or {@code ReLU}
 * @param readings in the order of the steps
 * @param parameters of its own, those of layers inside it not among them
 */
public record LayerHealth(String path, String type, List<Reading> readings, List<ParameterHealth> parameters) {
    /**
     * One probe.
     *
     * @param step updates made, this one included
     * @param mean of all outputs
     * @param deviation of all outputs: √(Σ (y − mean)²/n)
     * @param saturated share of the outputs within 0.01 of a bound of the function; of a softmax, of the sums whose largest share is
     * @param dead share of the units (or channels) that are 0 for every example of the probed batches
     * @param gradientNorm √Σg² over its parameters
     * @param weightNorm √Σw² over its parameters, after the step
     * @param updateRatio ‖Δw‖/‖w‖ over its matrices and kernels, or over all its parameters if it has none
     */
    public record Reading(
            long step,
            double mean,
            double deviation,
            double saturated,
            double dead,
            double gradientNorm,
            double weightNorm,
            double updateRatio) {}

    /**
     * A parameter, probe by probe.
     *
     * @param path the names that lead to it, joined by dots
     */
    public record ParameterHealth(String path, List<ParameterReading> readings) {
        /** Copies. */
        public ParameterHealth {
            readings = List.copyOf(readings);
        }
    }

    /**
     * One probe of a parameter.
     *
     * @param step updates made, this one included
     * @param gradientNorm √Σg²; 0 if it has no gradient
     * @param weightNorm √Σw² after the step
     * @param updateRatio ‖Δw‖/‖w‖, w before the step; NaN of a parameter that was 0
     */
    public record ParameterReading(long step, double gradientNorm, double weightNorm, double updateRatio) {}

    /** Copies. */
    public LayerHealth {
        readings = List.copyOf(readings);
        parameters = List.copyOf(parameters);
    }

    /** For example {@code layer 3 (ReLU)}. */
    public String label() {
        return label(path, type);
    }

    static String label(String path, String type) {
        return (path.isEmpty() ? "the model" : "layer " + path) + " (" + type + ")";
    }
}
