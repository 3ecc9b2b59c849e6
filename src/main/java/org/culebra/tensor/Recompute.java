package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a computation whose intermediates are not stored but computed again when gradients ask for them (Chen et al. 2016,
 * "Training deep nets with sublinear memory cost"). Its inputs are the arguments and, after them, the tensors from outside that
 * the piece reads on its own: its parameters, for instance.
 *
 * @param piece but for what it draws at random, a pure function: run twice it must do the same
 * @param arity number of its arguments
 * @param draws what it drew, to be drawn again
 */
record Recompute(Function<List<Tensor>, List<Tensor>> piece, int arity, Draws draws) implements Op {

    static List<Tensor> run(Function<List<Tensor>, List<Tensor>> piece, List<Tensor> arguments) {
        Tape outer = Tape.recording();
        if (outer == null) {
            return piece.apply(arguments);
        }
        var op = new Recompute(piece, arguments.size(), new Draws());
        List<Tensor> inputs = new ArrayList<>(arguments);
        Tensor[] outputs;
        Set<Tensor> read;
        try (var tape = Tape.open()) {
            List<Tensor> leaves = leaves(arguments);
            List<Tensor> results = op.draws.record(() -> piece.apply(leaves));
            read = read(tape, leaves);
            outputs = results.stream().map(tape::keep).toArray(Tensor[]::new);
        }
        // What the piece made for itself, constants for instance, went with the tape.
        read.stream().filter(Tensor::isOpen).forEach(inputs::add);
        outer.record(op, inputs.toArray(new Tensor[0]), outputs);
        return List.of(outputs);
    }

    /** Tensors of their own, where the walk ends: an argument may depend on another one, or be the same. */
    private static List<Tensor> leaves(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::detach).toList();
    }

    /** What was read on a tape but neither made on it nor among its arguments. */
    private static Set<Tensor> read(Tape tape, List<Tensor> arguments) {
        Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.addAll(arguments);
        Set<Tensor> read = new LinkedHashSet<>();
        for (Call call : tape.calls()) {
            for (Tensor input : call.inputs()) {
                if (input.dtype().isFloating() && !known.contains(input)) {
                    read.add(input);
                }
            }
            known.addAll(Arrays.asList(call.outputs()));
        }
        return read;
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        List<Tensor> arguments = List.of(inputs).subList(0, arity);
        return draws.record(() -> piece.apply(arguments)).toArray(new Tensor[0]);
    }

    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        boolean[] flowing = new boolean[cotangents.length];
        List<Tensor> given = new ArrayList<>();
        for (int i = 0; i < arity; i++) {
            given.add(call.input(i));
        }
        for (int i = 0; i < cotangents.length; i++) {
            Tensor cotangent = cotangents[i];
            if (cotangent != null) {
                flowing[i] = true;
                given.add(cotangent);
            }
        }
        if (Tape.recording() != null) {
            // The gradient is a piece itself, which the next order computes again.
            List<Tensor> found = run(
                    leaves -> {
                        List<Tensor> wanted = wanted(call, leaves, needed);
                        Gradients gradients = pull(leaves, flowing, wanted, Order.DIFFERENTIABLE);
                        return wanted.stream().map(gradients::orZero).toList();
                    },
                    given);
            return spread(found, needed);
        }
        try (var tape = Tape.open()) {
            List<Tensor> leaves = leaves(given);
            List<Tensor> wanted = wanted(call, leaves, needed);
            Gradients gradients = pull(leaves, flowing, wanted, Order.FIRST);
            List<@Nullable Tensor> found = new ArrayList<>();
            for (Tensor each : wanted) {
                Tensor gradient = gradients.find(each);
                found.add(gradient == null ? null : tape.keep(gradient));
            }
            return spread(found, needed);
        }
    }

    /** The inputs whose gradients are needed: arguments as leaves, others as they are. */
    private List<Tensor> wanted(Call call, List<Tensor> leaves, boolean[] needed) {
        List<Tensor> wanted = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            if (needed[i]) {
                wanted.add(i < arity ? leaves.get(i) : call.input(i));
            }
        }
        return wanted;
    }

    /** Computes the piece again and differentiates it, on the innermost tape; the leaves are the arguments, then cotangents. */
    private Gradients pull(List<Tensor> leaves, boolean[] flowing, List<Tensor> wanted, Order order) {
        Tape tape = Objects.requireNonNull(Tape.recording());
        List<Tensor> results = draws.replay(() -> piece.apply(leaves.subList(0, arity)));
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < flowing.length; i++) {
            if (flowing[i]) {
                outputs.add(results.get(i));
            }
        }
        return tape.gradients(outputs, leaves.subList(arity, leaves.size()), wanted, order);
    }

    private static @Nullable Tensor[] spread(List<? extends @Nullable Tensor> found, boolean[] needed) {
        @Nullable Tensor[] gradients = new Tensor[needed.length];
        int next = 0;
        for (int i = 0; i < needed.length; i++) {
            gradients[i] = needed[i] ? found.get(next++) : null;
        }
        return gradients;
    }

    @Override
    public String toString() {
        return name();
    }
}
