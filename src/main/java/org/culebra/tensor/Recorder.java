package org.culebra.tensor;

import java.lang.ref.Reference;

/** Runs operations: the one place that every {@link Op} passes through. */
final class Recorder {
    private Recorder() {}

    static Tensor[] apply(Op op, Tensor[] inputs) {
        Tape tape = Tape.recording();
        try {
            return tape == null ? run(op, inputs) : runRecorded(op, inputs, tape);
        } finally {
            // A tensor outside any scope is the garbage collector's: it must not go while a kernel still reads it.
            Reference.reachabilityFence(inputs);
        }
    }

    private static Tensor[] runRecorded(Op op, Tensor[] inputs, Tape tape) {
        Tensor[] outputs;
        // What an operation does inside is its own affair: the rule stands for the whole.
        tape.pause();
        try {
            outputs = run(op, inputs);
        } finally {
            tape.resume();
        }
        if (isDifferentiable(inputs)) {
            tape.record(op, inputs, outputs);
        }
        return outputs;
    }

    private static boolean isDifferentiable(Tensor[] inputs) {
        for (Tensor input : inputs) {
            if (input.dtype().isFloating()) {
                return true;
            }
        }
        return false;
    }

    private static Tensor[] run(Op op, Tensor[] inputs) {
        if (!Debug.ENABLED) {
            return op.forward(inputs);
        }
        return Debug.observe(op, inputs);
    }
}
