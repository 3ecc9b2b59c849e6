package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.memory.Scope;

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

    /** What an operation makes on the way goes at once, on a tape and off it. */
    private static Tensor[] run(Op op, Tensor[] inputs) {
        Scope scope = Scope.current();
        if (scope == null) {
            return runOutside(op, inputs);
        }
        long mark = scope.mark();
        Tensor[] outputs = compute(op, inputs);
        long end = scope.mark();
        for (Tensor output : outputs) {
            scope.keepSince(mark, output.buffer());
        }
        scope.release(mark, end);
        return outputs;
    }

    private static Tensor[] runOutside(Op op, Tensor[] inputs) {
        try (Scope scope = Scope.open(label(op))) {
            Tensor[] outputs = compute(op, inputs);
            for (Tensor output : outputs) {
                scope.keep(output.buffer());
            }
            return outputs;
        }
    }

    private static Tensor[] compute(Op op, Tensor[] inputs) {
        return Debug.ENABLED ? Debug.observe(op, inputs) : op.forward(inputs);
    }

    /** The operation's class in words, without making a string per call. */
    static String label(Op op) {
        return LABELS.get(op.getClass());
    }

    private static final ClassValue<String> LABELS = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String simple = type.getSimpleName();
            return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
        }
    };
}
