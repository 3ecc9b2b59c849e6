package org.culebra.tensor;

import java.util.IdentityHashMap;
import java.util.List;
import org.culebra.memory.Buffer;
import org.culebra.memory.Scope;
import org.jspecify.annotations.Nullable;

/** The backward walk over a tape: reverse-mode differentiation. */
final class Backward {
    private final Tape tape;
    private final Order order;
    private final @Nullable Tensor[] @Nullable [] cotangents;
    private final boolean[] reached;
    private final IdentityHashMap<Tensor, Integer> targets = new IdentityHashMap<>();
    private final @Nullable Tensor[] found;
    private final Pending pending = new Pending();

    private Backward(Tape tape, List<Tensor> inputs, Order order) {
        this.tape = tape;
        this.order = order;
        this.cotangents = new Tensor[tape.size()][];
        this.reached = new boolean[tape.size()];
        this.found = new Tensor[inputs.size()];
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            if (!input.dtype().isFloating()) {
                throw Errors.noGradientOfIntegers("gradient", input);
            }
            input.strided();
            targets.put(input, i);
        }
    }

    /** The cotangent of each input, null where the outputs do not depend on it. */
    static @Nullable Tensor[] run(
            Tape tape, List<Tensor> outputs, List<Tensor> seeds, List<Tensor> inputs, Order order) {
        var walk = new Backward(tape, inputs, order);
        walk.markDependents();
        if (order == Order.DIFFERENTIABLE) {
            walk.walk(outputs, seeds);
        } else {
            Tape.untracked(() -> walk.walk(outputs, seeds));
        }
        return walk.found;
    }

    static void checkOutput(Tensor output) {
        if (!output.dtype().isFloating()) {
            throw Errors.noGradientOfIntegers("gradient", output);
        }
        output.strided();
    }

    static void checkCotangent(Tensor of, Tensor cotangent) {
        checkOutput(of);
        if (!of.shape().equals(cotangent.shape()) || of.dtype() != cotangent.dtype()) {
            throw Errors.cotangentMismatch(of, cotangent);
        }
    }

    /** Marks the steps that depend on a target: no other branch is ever computed. */
    private void markDependents() {
        for (Call call : tape.calls()) {
            for (Tensor input : call.inputs()) {
                reached[call.index()] |= isReached(input);
            }
        }
    }

    private boolean isReached(Tensor tensor) {
        Call call = tensor.call();
        return targets.containsKey(tensor) || (call != null && call.tape() == tape && reached[call.index()]);
    }

    private void walk(List<Tensor> outputs, List<Tensor> seeds) {
        for (int i = 0; i < outputs.size(); i++) {
            if (isReached(outputs.get(i))) {
                accumulate(outputs.get(i), seeds.get(i));
            }
        }
        // A recorded walk appends to the tape: the length is that of the marking.
        for (int index = reached.length - 1; index >= 0; index--) {
            @Nullable Tensor[] cotangent = cotangents[index];
            if (cotangent != null) {
                step(tape.calls().get(index), cotangent);
                cotangents[index] = null;
            }
        }
    }

    private void step(Call call, @Nullable Tensor[] cotangent) {
        for (int i = 0; i < cotangent.length; i++) {
            if (cotangent[i] != null) {
                call.output(i); // throws if it was changed: the gradient belongs to what it was
            }
        }
        Tensor[] inputs = call.inputs();
        boolean[] needed = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            needed[i] = inputs[i].dtype().isFloating() && isReached(inputs[i]);
        }
        if (order == Order.DIFFERENTIABLE) {
            deliver(inputs, fitted(call, cotangent, needed));
            return;
        }
        @Nullable Tensor[] gradients = fittedFrugally(call, cotangent, needed);
        for (Tensor gradient : gradients) {
            pending.hold(gradient); // one tensor may be the gradient of several inputs
        }
        deliver(inputs, gradients);
        for (Tensor gradient : gradients) {
            pending.done(gradient);
        }
        for (Tensor used : cotangent) {
            pending.done(used);
        }
    }

    /** {@link #fitted}; what a rule makes on the way goes at once. */
    private @Nullable Tensor[] fittedFrugally(Call call, @Nullable Tensor[] cotangent, boolean[] needed) {
        Scope scope = Scope.current();
        if (scope == null) { // another thread than the tape's: the collector takes care
            return fitted(call, cotangent, needed);
        }
        long mark = scope.mark();
        @Nullable Tensor[] gradients = fitted(call, cotangent, needed);
        long end = scope.mark();
        for (Tensor gradient : gradients) {
            if (gradient != null && scope.keepSince(mark, gradient.buffer())) {
                pending.own(gradient);
            }
        }
        scope.release(mark, end);
        return gradients;
    }

    /** The rule's results in the shapes and types of the inputs: broadcasting and promotion are undone here, for all rules. */
    private static @Nullable Tensor[] fitted(Call call, @Nullable Tensor[] cotangent, boolean[] needed) {
        Tensor[] inputs = call.inputs();
        @Nullable Tensor[] gradients = call.op().gradients(call, cotangent, needed);
        for (int i = 0; i < inputs.length; i++) {
            Tensor gradient = gradients[i];
            if (gradient != null && needed[i] && !inputs[i].shape().expandsTo(gradient.shape())) {
                throw Errors.gradientShape(call.op(), i, gradient, inputs[i]);
            }
            if (gradient != null) {
                gradients[i] = needed[i] ? gradient.sumTo(inputs[i].shape()).to(inputs[i].dtype()) : null;
            }
        }
        return gradients;
    }

    private void deliver(Tensor[] inputs, @Nullable Tensor[] gradients) {
        for (int i = 0; i < inputs.length; i++) {
            Tensor gradient = gradients[i];
            if (gradient != null) {
                accumulate(inputs[i], gradient);
            }
        }
    }

    private void accumulate(Tensor tensor, Tensor gradient) {
        Integer target = targets.get(tensor);
        if (target != null) {
            Tensor before = found[target];
            Tensor sum = sum(before, gradient);
            pending.hold(sum);
            found[target] = sum;
            pending.done(before);
        }
        Call call = tensor.call();
        if (call != null && call.tape() == tape && reached[call.index()]) {
            @Nullable Tensor[] slots = slots(call);
            Tensor before = slots[tensor.result()];
            Tensor sum = sum(before, gradient);
            pending.hold(sum);
            slots[tensor.result()] = sum;
            pending.done(before);
        }
    }

    private @Nullable Tensor[] slots(Call call) {
        @Nullable Tensor[] slots = cotangents[call.index()];
        if (slots == null) {
            slots = new Tensor[call.outputs().length];
            cotangents[call.index()] = slots;
        }
        return slots;
    }

    private Tensor sum(@Nullable Tensor before, Tensor gradient) {
        if (before == null) {
            return gradient;
        }
        Tensor sum = before.add(gradient);
        if (order == Order.FIRST) {
            pending.own(sum);
        }
        return sum;
    }

    /**
     * Counts who still waits for a cotangent's memory, so that an unrecorded walk gives it back as soon as nobody does. Only
     * memory that the walk itself took is counted: a rule may hand on a tensor of the forward pass or of the caller.
     */
    private static final class Pending {
        private final IdentityHashMap<Buffer, Integer> holders = new IdentityHashMap<>();

        void own(Tensor tensor) {
            holders.putIfAbsent(tensor.buffer(), 0);
        }

        void hold(@Nullable Tensor tensor) {
            if (tensor != null) {
                holders.computeIfPresent(tensor.buffer(), (buffer, count) -> count + 1);
            }
        }

        void done(@Nullable Tensor tensor) {
            if (tensor == null) {
                return;
            }
            Integer left = holders.computeIfPresent(tensor.buffer(), (buffer, count) -> count - 1);
            if (left != null && left <= 0) {
                holders.remove(tensor.buffer());
                tensor.buffer().release();
            }
        }
    }
}
