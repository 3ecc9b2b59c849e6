package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.function.Executable;

/** What tests of layers ask again and again. */
final class LayerCheck {
    private LayerCheck() {}

    static String message(Executable action) {
        return String.valueOf(assertThrows(RuntimeException.class, action).getMessage());
    }

    static <M extends Model> M ready(M model) {
        model.initialize(Random.seeded(1));
        return model;
    }

    /** One tensor of the state. */
    static Tensor at(Model model, String path) {
        return StateCheck.get(model.state(), path);
    }

    static Mode training() {
        return Mode.training(Random.seeded(7));
    }

    static Mode evaluation() {
        return Mode.EVALUATION;
    }

    static Tensor normal(long seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
    }

    /** The model with random f64 numbers in every parameter. */
    static <M extends Model> M inDoubles(Supplier<M> make) {
        M model = make.get();
        var state = new LinkedHashMap<String, Tensor>();
        Random random = Random.seeded(11);
        Map<String, Parameter> parameters = model.parametersByPath();
        // Parameters and buffers take the type of the first numbers that they get.
        ready(make.get()).state().forEach((path, value) -> {
            boolean drawn = parameters.containsKey(path);
            state.put(
                    path,
                    drawn
                            ? Tensor.normal(
                                    random, DType.F64, 0, .7, value.shape().dims())
                            : f64(value));
        });
        model.load(state);
        return model;
    }

    private static Tensor f64(Tensor value) {
        return value.dtype().isFloating() ? value.to(DType.F64) : value;
    }

    /** Gradients with respect to the input and to all parameters against differences. */
    static void gradients(int order, Layer layer, Supplier<Mode> mode, Tensor x) {
        gradients(order, layer, inputs -> layer.forward(inputs.getFirst(), mode.get()), x);
    }

    static void gradients(int order, Model model, Function<List<Tensor>, Tensor> forward, Tensor... inputs) {
        List<String> paths = List.copyOf(model.parametersByPath().keySet());
        List<Tensor> all = new ArrayList<>(List.of(inputs));
        paths.forEach(path -> all.add(f64(at(model, path))));
        GradCheck.of(x -> {
                    var values = new LinkedHashMap<String, Tensor>();
                    for (int i = 0; i < paths.size(); i++) {
                        values.put(paths.get(i), x.get(inputs.length + i));
                    }
                    return model.substituting(values, () -> forward.apply(x.subList(0, inputs.length)));
                })
                .order(order)
                .check(all.toArray(Tensor[]::new))
                .orThrow();
    }

    /** A fresh model that loads the state of the other computes the same, and the state has these paths. */
    static void roundTrip(Supplier<? extends Layer> make, Tensor x, String... paths) {
        Layer first = ready(make.get());
        first.forward(x, training());
        Layer second = make.get();
        second.load(first.state());
        assertEquals(List.of(paths), List.copyOf(first.state().keySet()));
        assertArrayEquals(first.forward(x).toDoubleArray(), second.forward(x).toDoubleArray());
    }

    static void assertClose(double[] expected, Tensor actual, double tolerance) {
        assertArrayEquals(expected, actual.toDoubleArray(), tolerance);
    }
}
