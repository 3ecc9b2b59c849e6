package org.culebra.tensor;

/** One recorded step: an operation, what it was given and what it made. Gradient rules read both through it. */
public final class Call {
    private final Op op;
    private final Tape tape;
    private final int index;
    private final Tensor[] inputs;
    private final Tensor[] outputs;
    private final int[] versions;

    Call(Op op, Tape tape, int index, Tensor[] inputs, Tensor[] outputs) {
        this.op = op;
        this.tape = tape;
        this.index = index;
        this.inputs = inputs;
        this.outputs = outputs;
        this.versions = new int[inputs.length + outputs.length];
        for (int i = 0; i < versions.length; i++) {
            versions[i] = operand(i).buffer().version();
        }
    }

    private Tensor operand(int i) {
        return i < inputs.length ? inputs[i] : outputs[i - inputs.length];
    }

    /**
     * The i-th input as it was when the step ran.
     *
     * @throws IllegalStateException if it was changed in place since
     */
    public Tensor input(int i) {
        return unchanged(i);
    }

    /**
     * The i-th result.
     *
     * @throws IllegalStateException if it was changed in place since
     */
    public Tensor output(int i) {
        return unchanged(inputs.length + i);
    }

    private Tensor unchanged(int i) {
        Tensor tensor = operand(i);
        if (tensor.buffer().version() != versions[i]) {
            throw Errors.changedSince(op, i < inputs.length ? "input " + i : "result " + (i - inputs.length), tensor);
        }
        return tensor;
    }

    /** Shape of the i-th input; readable even if its numbers were changed. */
    public Shape inputShape(int i) {
        return inputs[i].shape();
    }

    Op op() {
        return op;
    }

    Tape tape() {
        return tape;
    }

    /** Position on its tape. */
    int index() {
        return index;
    }

    Tensor[] inputs() {
        return inputs;
    }

    Tensor[] outputs() {
        return outputs;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(op.name()).append('(');
        for (int i = 0; i < inputs.length; i++) {
            text.append(i == 0 ? "" : ", ").append(inputs[i].describe());
        }
        text.append(") → ");
        for (int i = 0; i < outputs.length; i++) {
            text.append(i == 0 ? "" : ", ").append(outputs[i].describe());
        }
        return text.toString();
    }
}
