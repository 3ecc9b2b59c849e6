package org.culebra.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * hₜ = f(xₜ, hₜ₋₁), step by step: a simple recurrent network, an LSTM or a GRU, of one or more layers, in one direction or both.
 *
 * <p>x: [B, T, I] → [B, T, H·D], where D is 1, or 2 in both directions; PyTorch's with {@code batch_first=True}, and with its names:
 * {@code weight_ih_l0}, {@code weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}, …, {@code weight_ih_l0_reverse}. All are first
 * U(±1/√H), as in PyTorch.
 */
public final class Recurrent implements Layer {
    private final Cell cell;
    private final Options options;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Dropout dropout;

    private record Options(long inputs, long hidden, int layers, boolean both, boolean biased, double dropout) {
        int directions() {
            return both ? 2 : 1;
        }
    }

    /**
     * What goes from one step to the next, of all layers and directions.
     *
     * @param hidden h: [layers·D, B, H]
     * @param cell c of an LSTM, of the same shape
     */
    public record State(Tensor hidden, @Nullable Tensor cell) {}

    /**
     * Outputs and the state after the last step.
     *
     * @param outputs [B, T, H·D]
     * @param state h, and c of an LSTM, after the last step of each direction
     */
    public record Result(Tensor outputs, State state) {}

    private Recurrent(Cell cell, Options options) {
        this.cell = cell;
        this.options = options;
        dropout = new Dropout(options.dropout);
        Initializer uniform = Initializer.uniform(1 / Math.sqrt((double) options.hidden));
        long rows = cell.gates() * options.hidden;
        for (int layer = 0; layer < options.layers; layer++) {
            long inputs = layer == 0 ? options.inputs : options.hidden * options.directions();
            for (int direction = 0; direction < options.directions(); direction++) {
                String suffix = suffix(layer, direction);
                parameters.put("weight_ih" + suffix, Parameter.of(uniform, rows, inputs));
                parameters.put("weight_hh" + suffix, Parameter.of(uniform, rows, options.hidden));
                if (options.biased) {
                    parameters.put("bias_ih" + suffix, Parameter.of(uniform, rows));
                    parameters.put("bias_hh" + suffix, Parameter.of(uniform, rows));
                }
            }
        }
    }

    private static String suffix(int layer, int direction) {
        return "_l" + layer + (direction == 0 ? "" : "_reverse");
    }

    private static Recurrent of(Cell cell, long inputs, long hidden) {
        Checks.positive(cell.label(), "inputs", inputs);
        Checks.positive(cell.label(), "hidden units", hidden);
        return new Recurrent(cell, new Options(inputs, hidden, 1, false, true, 0));
    }

    /**
     * h ← tanh(W·x + b + W′·h + b′) (Elman 1990): I inputs, H units.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Recurrent rnn(long inputs, long hidden) {
        return of(Cell.RNN, inputs, hidden);
    }

    /**
     * c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c), where i, f, g and o are linear in x and h (Hochreiter and Schmidhuber 1997; Gers et
     * al. 2000).
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Recurrent lstm(long inputs, long hidden) {
        return of(Cell.LSTM, inputs, hidden);
    }

    /**
     * h ← (1 − z)·n + z·h, with z = σ(…), r = σ(…) and n = tanh(W·x + b + r·(W′·h + b′)) (Cho et al. 2014, as in PyTorch).
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Recurrent gru(long inputs, long hidden) {
        return of(Cell.GRU, inputs, hidden);
    }

    /** The same with as many layers, each on the outputs of the one before. */
    public Recurrent layers(int count) {
        Checks.positive(cell.label(), "layers", count);
        var o = options;
        return new Recurrent(cell, new Options(o.inputs, o.hidden, count, o.both, o.biased, o.dropout));
    }

    /** The same in both directions: the outputs of the second, from the end to the beginning, go behind those of the first. */
    public Recurrent bidirectional() {
        var o = options;
        return new Recurrent(cell, new Options(o.inputs, o.hidden, o.layers, true, o.biased, o.dropout));
    }

    /** The same without biases. */
    public Recurrent withoutBias() {
        var o = options;
        return new Recurrent(cell, new Options(o.inputs, o.hidden, o.layers, o.both, false, o.dropout));
    }

    /** The same with dropout of what goes from layer to layer. */
    public Recurrent dropout(double p) {
        var o = options;
        return new Recurrent(cell, new Options(o.inputs, o.hidden, o.layers, o.both, o.biased, p));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return run(x, null, mode).outputs;
    }

    /**
     * Outputs and the last state, from a first state or from zeros.
     *
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Result run(Tensor x, @Nullable State first, Mode mode) {
        check(x, first);
        List<Tensor> hidden = new ArrayList<>();
        List<Tensor> cells = new ArrayList<>();
        Tensor y = x;
        for (int layer = 0; layer < options.layers; layer++) {
            List<Tensor> outputs = new ArrayList<>();
            for (int direction = 0; direction < options.directions(); direction++) {
                Cell.Step start = start(x, first, layer * options.directions() + direction);
                Pass pass = pass(y, start, layer, direction);
                outputs.add(pass.outputs);
                hidden.add(pass.last.hidden());
                cells.add(pass.last.cell());
            }
            y = outputs.size() == 1 ? outputs.getFirst() : Tensor.concat(2, outputs);
            y = layer + 1 < options.layers ? dropout.forward(y, mode) : y;
        }
        Tensor memory = cell == Cell.LSTM ? Tensor.stack(0, cells) : null;
        return new Result(y, new State(Tensor.stack(0, hidden), memory));
    }

    private record Pass(Tensor outputs, Cell.Step last) {}

    /** One layer in one direction. */
    private Pass pass(Tensor x, Cell.Step start, int layer, int direction) {
        String suffix = suffix(layer, direction);
        Tensor bias = options.biased ? value("bias_ih" + suffix) : null;
        Tensor hiddenBias = options.biased ? value("bias_hh" + suffix) : null;
        if (bias != null && hiddenBias != null && !cell.separatesBiases()) {
            bias = bias.add(hiddenBias);
            hiddenBias = null;
        }
        Tensor projected = x.matmul(value("weight_ih" + suffix).transpose()); // [B, T, G·H]
        projected = bias == null ? projected : projected.add(bias);
        Tensor recurrent = value("weight_hh" + suffix).transpose(); // [H, G·H]
        List<Tensor> steps = new ArrayList<>(Unstack.of(projected, 1)); // T of [B, G·H]
        if (direction == 1) {
            Collections.reverse(steps);
        }
        List<Tensor> outputs = new ArrayList<>();
        Cell.Step state = start;
        for (Tensor step : steps) {
            Tensor fed = state.hidden().matmul(recurrent);
            fed = hiddenBias == null ? fed : fed.add(hiddenBias);
            state = cell.next(gates(step), gates(fed), state);
            outputs.add(state.hidden());
        }
        if (direction == 1) {
            Collections.reverse(outputs);
        }
        return new Pass(Tensor.stack(1, outputs), state);
    }

    /** [B, G·H] → G of [B, H]. */
    private List<Tensor> gates(Tensor all) {
        return Unstack.of(all.reshape(all.dim(0), cell.gates(), options.hidden), 1);
    }

    private Tensor value(String name) {
        return StateCheck.get(parameters, name).value();
    }

    private Cell.Step start(Tensor x, @Nullable State first, int index) {
        if (first == null) {
            Tensor zeros = Tensor.zeros(x.dtype(), x.dim(0), options.hidden);
            return new Cell.Step(zeros, zeros);
        }
        Tensor hidden = first.hidden.select(0, index);
        return new Cell.Step(hidden, first.cell == null ? hidden : first.cell.select(0, index));
    }

    private void check(Tensor x, @Nullable State first) {
        if (x.rank() != 3 || x.dim(2) != options.inputs || x.dim(1) == 0) {
            throw Checks.wrongInput(this, "[B, T, " + options.inputs + "]", x);
        }
        if (first == null) {
            return;
        }
        Shape needed = Shape.of((long) options.layers * options.directions(), x.dim(0), options.hidden);
        Tensor memory = first.cell;
        if (!first.hidden.shape().equals(needed)
                || (memory == null) == (cell == Cell.LSTM)
                || (memory != null && !memory.shape().equals(needed))) {
            throw new IllegalArgumentException(this + ": the state has the wrong shape\n  needed  "
                    + (cell == Cell.LSTM ? "h and c " : "h ") + needed + "\n  given   " + first.hidden.describe()
                    + (memory == null ? "" : " and " + memory.describe()));
        }
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return parameters;
    }

    @Override
    public long multiplyAdds(Shape input, Shape output) {
        return input.dim(0)
                * input.dim(1)
                * parameters.values().stream()
                        .filter(parameter -> parameter.shape().rank() == 2)
                        .mapToLong(parameter -> parameter.shape().size())
                        .sum();
    }

    @Override
    public String toString() {
        return cell + "(" + options.inputs + " → " + options.hidden
                + (options.layers == 1 ? "" : ", " + options.layers + " layers")
                + (options.both ? ", bidirectional" : "")
                + (options.biased ? "" : ", no bias")
                + (options.dropout == 0 ? ")" : ", dropout " + options.dropout + ")");
    }
}
