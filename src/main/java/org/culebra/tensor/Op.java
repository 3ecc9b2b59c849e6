package org.culebra.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A differentiable operation: a value with its parameters as record components, a computation, and one gradient rule per
 * input.
 *
 * <p>Rules are written in {@link Tensor} operations only. Run unrecorded they are the plain backward pass; run recorded they
 * can be differentiated again. A rule may return a cotangent in the shape and type that broadcasting and promotion gave the
 * input: the engine sums and converts it back, in one place.
 *
 * <p>Most operations are methods on {@link Tensor} that combine others and have no {@code Op} of their own; one is written
 * here only where a kernel is needed. Users add theirs with {@link CustomOp}.
 */
sealed interface Op
        permits Cast,
                Cholesky,
                Concat,
                Conv2d,
                Conv2dInputGradient,
                Conv2dWeightGradient,
                CumulativeSum,
                CustomOp,
                Diagonal,
                Expand,
                Gather,
                Map,
                MatMul,
                MaxPool2d,
                Pad,
                Permute,
                PoolGather,
                PoolScatter,
                Recompute,
                Reduce,
                Resample,
                Reshape,
                ScatterAdd,
                Slice,
                Softmax,
                TriangularSolve,
                Undiagonal,
                Unfold,
                Unslice {

    /** What messages, graphs and timings call it; unless it says otherwise, the record's name in lower camel case. */
    default String name() {
        return Recorder.label(this);
    }

    /** Checks the inputs, then computes. Results are new tensors or views, not yet recorded. */
    Tensor[] forward(Tensor[] inputs);

    /**
     * The cotangent of one input, for an operation with one differentiable result.
     *
     * @param input which input
     * @param call what was computed: its inputs and results
     * @param g the cotangent of the first result
     * @return null if the result does not depend on this input differentiably
     */
    default @Nullable Tensor gradient(int input, Call call, Tensor g) {
        throw new UnsupportedOperationException(name());
    }

    /**
     * The cotangents of all inputs that need one.
     *
     * @param cotangents one per result; null where nothing flows back
     * @param needed per input, whether its cotangent is used
     */
    default @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        @Nullable Tensor[] gradients = new Tensor[needed.length];
        Tensor g = cotangents[0];
        for (int i = 0; g != null && i < needed.length; i++) {
            if (needed[i]) {
                gradients[i] = gradient(i, call, g);
            }
        }
        return gradients;
    }

    /** Runs the operation and, where a tape is recording, records it. */
    default Tensor[] apply(Tensor... inputs) {
        return Recorder.apply(this, inputs);
    }

    /** {@link #apply} for operations with one result. */
    default Tensor one(Tensor... inputs) {
        return Recorder.apply(this, inputs)[0];
    }

    /** A result list of one. */
    static Tensor[] only(Tensor result) {
        return new Tensor[] {result};
    }
}
