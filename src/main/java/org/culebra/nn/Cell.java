package org.culebra.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/** One step of a recurrent network: everything but the matrix products is one pass. */
enum Cell {
    /** h ← tanh(x + h). */
    RNN(1, 0, x -> List.of(x.get(0).add(x.get(1)).tanh())),

    /** Gates i, f, g, o of x, then of h, then c → h, c. */
    LSTM(4, 1, x -> {
        Expression kept = gate(x, 1, 4).sigmoid().mul(x.get(8));
        Expression memory = kept.add(gate(x, 0, 4).sigmoid().mul(gate(x, 2, 4).tanh()));
        return List.of(gate(x, 3, 4).sigmoid().mul(memory.tanh()), memory);
    }),

    /** Gates r, z, n of x, then of h, then h. */
    GRU(3, 1, x -> {
        Expression fresh = gate(x, 0, 3).sigmoid().mul(x.get(5)).add(x.get(2)).tanh();
        Expression share = gate(x, 1, 3).sigmoid();
        return List.of(x.get(6).sub(fresh).mul(share).add(fresh));
    });

    /** What goes from one step to the next; the cell is that of an LSTM, and anything for others. */
    record Step(Tensor hidden, Tensor cell) {}

    private interface Formula {
        List<Expression> of(List<Expression> x);
    }

    private final int gates;
    private final int states;
    private final Elementwise step;

    Cell(int gates, int states, Formula formula) {
        this.gates = gates;
        this.states = states;
        step = Elementwise.withScalars(label(), 2 * gates + states, 0, (x, none) -> formula.of(x));
    }

    private static Expression gate(List<Expression> x, int index, int gates) {
        return x.get(index).add(x.get(gates + index));
    }

    int gates() {
        return gates;
    }

    /** Whether the bias of h is multiplied by a gate and cannot be added to that of x. */
    boolean separatesBiases() {
        return this == GRU;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Step next(List<Tensor> ofInput, List<Tensor> ofHidden, Step before) {
        List<Tensor> inputs = new ArrayList<>(ofInput);
        inputs.addAll(ofHidden);
        if (states > 0) {
            inputs.add(this == LSTM ? before.cell : before.hidden);
        }
        Tensor[] results = step.applyAll(new double[0], inputs.toArray(Tensor[]::new));
        return new Step(results[0], results[results.length - 1]);
    }
}
