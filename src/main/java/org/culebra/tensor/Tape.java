package org.culebra.tensor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.culebra.memory.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Records what is computed on this thread while it is open, and differentiates it; everything computed meanwhile, gradients
 * included, lives in the tape's memory and goes with it, all at once.
 *
 * <pre>{@code
 * try (var tape = Tape.open()) {
 *     var loss = model.forward(x).sub(y).square().mean();
 *     optimizer.step(tape.gradients(loss));
 * }
 * }</pre>
 *
 * <p>Any tensor can be asked for its gradient; nothing needs marking beforehand. Tapes nest: operations are recorded on the
 * innermost one, for which tensors of the outer one are leaves. A tape belongs to the thread that opened it; other threads may
 * have their own.
 */
public final class Tape implements AutoCloseable {
    private static final ThreadLocal<@Nullable Tape> INNERMOST = new ThreadLocal<>();

    private final @Nullable Tape outer = INNERMOST.get();
    private final Scope scope = Scope.open("tape");
    private final List<Call> calls = new ArrayList<>();
    private int paused;
    private boolean open = true;

    private Tape() {}

    /** Opens a tape on this thread; close it where you opened it, with try-with-resources. */
    public static Tape open() {
        Tape tape = new Tape();
        INNERMOST.set(tape);
        return tape;
    }

    /** The innermost tape of this thread unless it is paused. */
    static @Nullable Tape recording() {
        Tape tape = INNERMOST.get();
        return tape == null || tape.paused > 0 ? null : tape;
    }

    /** Number of steps recorded. */
    public int size() {
        return calls.size();
    }

    // ---------------------------------------------------------------- recording

    void record(Op op, Tensor[] inputs, Tensor[] outputs) {
        for (int i = 0; i < outputs.length; i++) {
            if (isKnown(outputs[i], inputs)) { // a rule may hand an input on: as a result it is another tensor
                outputs[i] = outputs[i].detach();
            }
        }
        var call = new Call(op, this, calls.size(), inputs, outputs);
        calls.add(call);
        for (int i = 0; i < outputs.length; i++) {
            outputs[i].recordedAs(call, i);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the object itself
    private static boolean isKnown(Tensor output, Tensor[] inputs) {
        boolean known = output.call() != null;
        for (Tensor input : inputs) {
            known |= input == output;
        }
        return known;
    }

    void pause() {
        paused++;
    }

    void resume() {
        paused--;
    }

    /** Computes without recording: a no-gradient scope. Results still live in the tape's memory. */
    public <T> T withoutRecording(Supplier<T> computation) {
        pause();
        try {
            return computation.get();
        } finally {
            resume();
        }
    }

    /** {@link #withoutRecording} on whichever tape is open on this thread; without one, just the computation. */
    public static <T> T untracked(Supplier<T> computation) {
        Tape tape = INNERMOST.get();
        return tape == null ? computation.get() : tape.withoutRecording(computation);
    }

    /** True if operations on this thread are being recorded. */
    public static boolean isRecording() {
        return recording() != null;
    }

    /**
     * Computes without recording, in a scope of its own: of all that is made, only the result is left, owned by the scope
     * around (or by the garbage collector). For evaluation, layer by layer.
     */
    public static Tensor scoped(Supplier<Tensor> computation) {
        try (Scope inner = Scope.open("scoped")) {
            Tensor result = untracked(computation);
            inner.keep(result.buffer());
            return result;
        }
    }

    /**
     * Hands a result to the outer scope (or to the garbage collector), so that it survives this tape; no gradient flows through
     * it any more.
     *
     * @return the same numbers as a leaf
     */
    public Tensor keep(Tensor tensor) {
        scope.keep(tensor.buffer());
        return tensor.detach();
    }

    // ---------------------------------------------------------------- differentiation

    /**
     * ∂loss/∂p for every parameter p (see {@link Tensor#asParameter}) that the recorded computation used. Parameters that the
     * loss does not depend on are listed by {@link Gradients#unused}.
     *
     * @param loss a scalar of this tape
     * @throws IllegalArgumentException if the loss is no scalar
     * @throws IllegalStateException if a tape involved was closed, or a tensor that a rule reads was changed in place
     */
    public Gradients gradients(Tensor loss) {
        return gradients(loss, Order.FIRST);
    }

    /** As {@link #gradients(Tensor)}; with {@link Order#DIFFERENTIABLE} the result can be differentiated again. */
    public Gradients gradients(Tensor loss, Order order) {
        return gradients(loss, null, parameters(), order);
    }

    /** All parameters that recorded steps have used, in the order of their first use. */
    List<Tensor> parameters() {
        Set<Tensor> found = new LinkedHashSet<>();
        for (Call call : calls) {
            for (Tensor input : call.inputs()) {
                if (input.isParameter()) {
                    found.add(input);
                }
            }
        }
        return new ArrayList<>(found);
    }

    /** ∂output/∂input for a scalar output; zeros if it does not depend on the input. */
    public Tensor gradient(Tensor output, Tensor input) {
        return gradient(output, input, Order.FIRST);
    }

    /** ∂output/∂input for a scalar output; with {@link Order#DIFFERENTIABLE} it can be differentiated again. */
    public Tensor gradient(Tensor output, Tensor input, Order order) {
        return gradients(output, null, List.of(input), order).orZero(input);
    }

    /** The cotangent of the input, given the output's: Σ cotangent·∂output/∂input (a vector-Jacobian product). */
    public Tensor gradient(Tensor output, Tensor input, Tensor cotangent, Order order) {
        return gradients(output, cotangent, List.of(input), order).orZero(input);
    }

    /** The cotangents of several tensors at once, in one backward pass. */
    public Gradients gradients(Tensor output, @Nullable Tensor cotangent, List<Tensor> inputs, Order order) {
        checkOpen();
        List<Tensor> cotangents = singleOrNull(output, cotangent);
        Call call = output.call();
        if (call != null && call.tape() != this && !inputs.contains(output)) {
            throw Errors.otherTape(output, call.tape().isOpen());
        }
        return new Gradients(inputs, Backward.run(this, List.of(output), cotangents, inputs, order));
    }

    /** Cotangents of several tensors from several outputs, each with a cotangent of its shape. */
    public Gradients gradients(List<Tensor> outputs, List<Tensor> cotangents, List<Tensor> inputs, Order order) {
        checkOpen();
        if (outputs.size() != cotangents.size()) {
            throw Errors.cotangentCount(outputs.size(), cotangents.size());
        }
        for (int i = 0; i < outputs.size(); i++) {
            Backward.checkCotangent(outputs.get(i), cotangents.get(i));
        }
        return new Gradients(inputs, Backward.run(this, outputs, cotangents, inputs, order));
    }

    private static List<Tensor> singleOrNull(Tensor output, @Nullable Tensor cotangent) {
        Backward.checkOutput(output);
        if (cotangent == null) {
            if (output.size() != 1) {
                throw Errors.backwardFromNonScalar(output);
            }
            return List.of(Tensor.ones(output.dtype(), output.shape().raw()));
        }
        Backward.checkCotangent(output, cotangent);
        return List.of(cotangent);
    }

    /**
     * Σ ∂output/∂input·tangent: a Jacobian-vector product, by differentiating the backward pass with respect to its cotangent,
     * in which it is linear (the "double backward trick", Townsend 2017).
     */
    public Tensor jvp(Tensor output, Tensor input, Tensor tangent) {
        return jvp(output, input, tangent, Order.FIRST);
    }

    /** As {@link #jvp(Tensor, Tensor, Tensor)}; with {@link Order#DIFFERENTIABLE} it can be differentiated again. */
    public Tensor jvp(Tensor output, Tensor input, Tensor tangent, Order order) {
        checkOpen();
        Backward.checkOutput(output);
        Backward.checkCotangent(input, tangent);
        int before = paused;
        paused = 0; // the first pass must be on the tape even if the caller does not want to see it there
        try {
            Tensor u = Tensor.zeros(output.dtype(), output.shape().raw());
            Tensor pulled = gradient(output, input, u, Order.DIFFERENTIABLE);
            return gradient(pulled, u, tangent, order);
        } finally {
            paused = before;
        }
    }

    /**
     * Computes a piece without storing its intermediates: the backward pass computes them again, so that memory is traded for
     * time (Chen et al. 2016). Gradients reach all that the piece reads, arguments, parameters and what it captures; random
     * numbers that it draws are drawn again. Otherwise it must be pure: the same arguments, the same results.
     */
    public static List<Tensor> recompute(Function<List<Tensor>, List<Tensor>> piece, Tensor... arguments) {
        return Recompute.run(piece, List.of(arguments));
    }

    /** {@link #untracked(Supplier)} for a computation without a result. */
    public static void untracked(Runnable computation) {
        untracked(() -> {
            computation.run();
            return true;
        });
    }

    List<Call> calls() {
        return calls;
    }

    private void checkOpen() {
        if (!open) {
            throw Errors.tapeClosed();
        }
    }

    boolean isOpen() {
        return open;
    }

    /** The recorded graph in Graphviz's language. */
    public String toDot() {
        return TapeDot.draw(calls);
    }

    /** Gives back everything computed since it was opened, but for what was kept. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        Debug.tapeClosed(this);
        scope.close();
        open = false;
        calls.clear();
        INNERMOST.set(outer);
    }
}
