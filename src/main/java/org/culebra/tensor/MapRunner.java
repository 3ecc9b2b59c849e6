package org.culebra.tensor;

import java.util.List;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** Checks, allocates and runs elementwise functions. */
final class MapRunner {
    private MapRunner() {}

    static Tensor[] run(Elementwise function, double[] scalars, long key, Tensor[] inputs) {
        Shape shape = check(function, scalars, inputs);
        DType type = function.computeType(inputs);
        DType result = resultType(function, type, inputs);
        Tensor[] results = new Tensor[function.outputs().size()];
        Strided[] outputs = new Strided[results.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = Tensor.uninitialized(result, shape);
            outputs[i] = results[i].strided();
        }
        Kernels.map(function.program(type), scalars, key, expanded(inputs, shape), outputs);
        return results;
    }

    /** A function without inputs, over a shape of the caller's choice. */
    static Tensor draw(Elementwise function, double[] scalars, long key, DType dtype, Shape shape) {
        check(function, scalars, new Tensor[0]);
        Tensor drawn = Tensor.uninitialized(dtype, shape);
        Kernels.map(
                function.program(dtype.isFloating() ? dtype : DType.F32), scalars, key, new Strided[0], new Strided[] {
                    drawn.strided()
                });
        return drawn;
    }

    static void update(Elementwise function, List<Tensor> targets, double[] scalars, Tensor[] inputs) {
        Shape shape = check(function, scalars, inputs);
        Strided[] outputs = new Strided[targets.size()];
        if (outputs.length != function.outputs().size()) {
            throw Errors.targetCount(function, outputs.length);
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = targets.get(i).strided();
            if (!targets.get(i).shape().equals(shape)) {
                throw Errors.targetShape(function, targets.get(i), shape);
            }
        }
        Tensor[] sources = apart(inputs, targets);
        Kernels.map(function.program(function.computeType(inputs)), scalars, 0, expanded(sources, shape), outputs);
        for (Tensor target : targets) {
            target.changed();
        }
    }

    /** The inputs, copied where they are other views of what is written. */
    @SuppressWarnings("ReferenceEquality") // a copy or not
    private static Tensor[] apart(Tensor[] inputs, List<Tensor> targets) {
        Tensor[] apart = inputs;
        for (int i = 0; i < inputs.length; i++) {
            for (int k = 0; k < targets.size(); k++) {
                if (!inputs[i].isApartFrom(targets.get(k))) {
                    apart = apart == inputs ? inputs.clone() : apart;
                    apart[i] = inputs[i].copyAs(inputs[i].dtype());
                    break;
                }
            }
        }
        return apart;
    }

    /** The shape that all inputs broadcast to. */
    static Shape check(Elementwise function, double[] scalars, Tensor[] inputs) {
        if (inputs.length != function.arity()) {
            throw Errors.wrongArity(function, inputs);
        }
        if (scalars.length != function.scalars()) {
            throw Errors.wrongScalars(function, scalars.length);
        }
        Shape shape = Shape.of();
        for (Tensor input : inputs) {
            input.strided();
            Shape common = Shape.broadcast(shape, input.shape());
            if (common == null) {
                throw Errors.doNotBroadcast(function.name(), inputs);
            }
            shape = common;
        }
        checkScalars(function, scalars, inputs);
        return shape;
    }

    /** Integer arithmetic takes integers only: 2.5 would silently become 2, and 1e10 what fits. */
    private static void checkScalars(Elementwise function, double[] scalars, Tensor[] inputs) {
        for (double scalar : scalars) {
            DType type = function.computeType(inputs);
            if (scalar != Math.rint(scalar) && !type.isFloating()) {
                throw Errors.scalarNotIntegral(function, scalar, inputs[0]);
            }
            if (!type.holds(scalar) && !Double.isInfinite(scalar)) { // a bound of a clamp may be infinite
                throw Errors.scalarOutOfRange(function, scalar, type);
            }
        }
    }

    static DType resultType(Elementwise function, DType computed, Tensor[] inputs) {
        if (function.isPredicate()) {
            return DType.BOOL;
        }
        boolean bytes = computed == DType.I32 && inputs.length > 0;
        for (Tensor input : inputs) {
            bytes &= input.dtype() == DType.U8;
        }
        return bytes ? DType.U8 : computed;
    }

    static Strided[] expanded(Tensor[] inputs, Shape shape) {
        Strided[] arrays = new Strided[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            arrays[i] = inputs[i].expandedTo(shape);
        }
        return arrays;
    }
}
