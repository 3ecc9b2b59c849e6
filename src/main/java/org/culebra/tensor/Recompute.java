package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a computation whose intermediates are not stored but computed again when gradients ask for them (Chen et al. 2016,
 * "Training deep nets with sublinear memory cost").
 *
 * @param piece a pure function: run twice it must do the same
 * @param arity number of its arguments; the inputs after them are parameters that it uses
 */
record Recompute(Function<List<Tensor>, List<Tensor>> piece, int arity) implements Op {

    static List<Tensor> run(Function<List<Tensor>, List<Tensor>> piece, List<Tensor> arguments) {
        Tape outer = Tape.recording();
        if (outer == null) {
            return piece.apply(arguments);
        }
        List<Tensor> inputs = new ArrayList<>(arguments);
        Tensor[] outputs;
        try (var tape = Tape.open()) {
            outputs = keep(tape, piece.apply(arguments));
            inputs.addAll(tape.parameters());
        }
        outer.record(new Recompute(piece, arguments.size()), inputs.toArray(new Tensor[0]), outputs);
        return List.of(outputs);
    }

    private static Tensor[] keep(Tape tape, List<Tensor> results) {
        return results.stream().map(tape::keep).toArray(Tensor[]::new);
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        return piece.apply(List.of(inputs).subList(0, arity)).toArray(new Tensor[0]);
    }

    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            inputs.add(call.input(i));
        }
        Tape recording = Tape.recording();
        if (recording != null) {
            return pull(recording, inputs, cotangents, needed, Order.DIFFERENTIABLE);
        }
        try (var tape = Tape.open()) {
            // Leaves of their own: the walk is to end here.
            inputs.replaceAll(input -> input.isParameter() ? input : input.detach());
            @Nullable Tensor[] gradients = pull(tape, inputs, cotangents, needed, Order.FIRST);
            for (int i = 0; i < gradients.length; i++) {
                Tensor gradient = gradients[i];
                gradients[i] = gradient == null ? null : tape.keep(gradient);
            }
            return gradients;
        }
    }

    private @Nullable Tensor[] pull(
            Tape tape, List<Tensor> inputs, @Nullable Tensor[] cotangents, boolean[] needed, Order order) {
        List<Tensor> results = piece.apply(inputs.subList(0, arity));
        List<Tensor> outputs = new ArrayList<>();
        List<Tensor> given = new ArrayList<>();
        for (int i = 0; i < cotangents.length; i++) {
            Tensor cotangent = cotangents[i];
            if (cotangent != null) {
                outputs.add(results.get(i));
                given.add(cotangent);
            }
        }
        List<Tensor> wanted = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            if (needed[i]) {
                wanted.add(inputs.get(i));
            }
        }
        Gradients found = tape.gradients(outputs, given, wanted, order);
        @Nullable Tensor[] gradients = new Tensor[needed.length];
        Arrays.setAll(gradients, i -> needed[i] ? found.find(inputs.get(i)) : null);
        return gradients;
    }
}
