package org.culebra.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import org.culebra.kernel.Reduction;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;

/**
 * The messages of every error a caller can make: the operation, the shapes, the rule that was broken and, where there is one,
 * the likely remedy. Each text is asserted by a test.
 */
final class Errors {
    private Errors() {}

    static IllegalArgumentException argument(String operation, String rule, String... details) {
        var text = new StringJoiner("\n  ").add(operation + ": " + rule);
        for (String detail : details) {
            text.add(detail);
        }
        return new IllegalArgumentException(text.toString());
    }

    private static IllegalStateException state(String operation, String rule, String... details) {
        return new IllegalStateException(argument(operation, rule, details).getMessage());
    }

    // ---------------------------------------------------------------- shapes and axes

    static IllegalArgumentException negativeDimension(long[] dims) {
        return argument("shape", "a dimension is negative", "dims  " + Arrays.toString(dims));
    }

    static IllegalArgumentException tooManyElements(long[] dims) {
        return argument("shape", "more elements than memory can address", "dims  " + Arrays.toString(dims));
    }

    static IllegalArgumentException noSuchAxis(String operation, int axis, Shape shape) {
        return argument(
                operation,
                "axis " + axis + " is out of range",
                "shape  " + shape,
                shape.rank() == 0
                        ? "a scalar has no axes"
                        : "axes run from 0 to " + (shape.rank() - 1) + ", or from -" + shape.rank() + " to -1");
    }

    static IllegalArgumentException repeatedAxis(String operation, int axis, int[] axes) {
        return argument(operation, "axis " + axis + " is named twice", "axes  " + Arrays.toString(axes));
    }

    static IllegalArgumentException rankAtLeast(String operation, int rank, Tensor x) {
        return argument(
                operation, "needs at least " + rank + (rank == 1 ? " axis" : " axes"), "input  " + x.describe());
    }

    static IllegalArgumentException wrongCount(String operation, long count, Shape shape) {
        return argument(
                operation,
                "the number of values does not match the shape",
                "values  " + count,
                "shape   " + shape + " has " + shape.size());
    }

    static IllegalArgumentException segmentTooSmall(long bytes, DType dtype, Shape shape, long needed) {
        return argument(
                "of",
                "the segment is too small",
                "segment  " + bytes + " bytes",
                "tensor   " + dtype + shape + " needs " + needed);
    }

    static IllegalArgumentException tooLargeForArray(Tensor x) {
        return argument("toArray", "more elements than a Java array holds", "tensor  " + x.describe());
    }

    static IllegalArgumentException badRange(double start, double stop, double step) {
        return argument(
                "arange",
                "the ends and the step must be finite, the step not 0",
                "start " + start + ", stop " + stop + ", step " + step);
    }

    static IllegalArgumentException notOneElement(Tensor x) {
        return argument(
                "item",
                "needs a tensor with one element",
                "tensor  " + x.describe(),
                "hint: get(index…) or toFloatArray()");
    }

    static IllegalArgumentException wrongIndexLength(Tensor x, long[] index) {
        return argument(
                "get", "needs one index per axis", "index   " + Arrays.toString(index), "tensor  " + x.describe());
    }

    static IllegalArgumentException indexOutOfBounds(String operation, int axis, long index, Tensor x) {
        return argument(
                operation,
                "index " + index + " is out of bounds for axis " + axis + " of size "
                        + x.shape().raw()[axis],
                "tensor  " + x.describe());
    }

    static IllegalArgumentException notPositive(String operation, String name, long value) {
        return argument(operation, name + " must be positive, not " + value);
    }

    // ---------------------------------------------------------------- random numbers

    static IllegalArgumentException badInterval(String operation, double low, double high) {
        return argument(operation, "the bounds must be finite and in order", "low   " + low, "high  " + high);
    }

    static IllegalArgumentException badNormal(double mean, double std) {
        return argument(
                "normal",
                "needs a finite mean and a standard deviation of at least 0",
                "mean  " + mean,
                "std   " + std);
    }

    static IllegalArgumentException badProbability(double p) {
        return argument("bernoulli", "a probability is between 0 and 1, not " + p);
    }

    static IllegalArgumentException badIntegerRange(long low, long high, DType dtype) {
        return argument(
                "randint",
                "there is no " + dtype + " from low (inclusive) to high (exclusive), or not for all of them",
                "low   " + low,
                "high  " + high);
    }

    static IllegalArgumentException drawType(String operation, String what, DType dtype) {
        return argument(operation, "draws " + what + ", not " + dtype);
    }

    static IllegalArgumentException badPermutation(long n) {
        return argument("permutation", "of 0 to " + (Integer.MAX_VALUE - 8) + " numbers, not of " + n);
    }

    // ---------------------------------------------------------------- views

    static IllegalArgumentException reshapeCount(Tensor x, Shape shape) {
        return argument(
                "reshape",
                "the number of elements differs",
                "input   " + x.describe() + "   " + x.size(),
                "result  " + x.dtype() + shape + "   " + shape.size());
    }

    static IllegalArgumentException cannotInfer(Tensor x, long[] dims) {
        return argument(
                "reshape",
                "no size for the axis given as -1 makes the elements fit",
                "input   " + x.describe() + "   " + x.size(),
                "result  " + Arrays.toString(dims));
    }

    static IllegalArgumentException inferredTwice(Tensor x, long[] dims) {
        return argument(
                "reshape",
                "only one size can be left open as -1",
                "input   " + x.describe(),
                "result  " + Arrays.toString(dims));
    }

    static IllegalArgumentException nothingToKeep(Tensor x, long[] dims) {
        return argument(
                "expand",
                "-1 keeps an axis as it is, but a new leading axis needs a size",
                "input  " + x.describe(),
                "shape  " + Arrays.toString(dims));
    }

    static IllegalArgumentException narrowTooFar(Tensor x, int axis, long start, long length) {
        return argument(
                "narrow",
                "there are not " + length + " elements from " + start + " on along axis " + axis + " of size "
                        + x.shape().raw()[axis],
                "input  " + x.describe());
    }

    static IllegalArgumentException noPlaceForAxis(String operation, int axis, Tensor x) {
        return argument(
                operation,
                "the new axis goes before axis 0 to " + x.rank() + " (or -" + (x.rank() + 1) + " to -1), not " + axis,
                "input  " + x.describe());
    }

    static IllegalArgumentException permutationLength(Tensor x, int[] order) {
        return argument(
                "permute", "needs every axis once", "order  " + Arrays.toString(order), "input  " + x.describe());
    }

    static IllegalArgumentException doesNotExpand(String operation, Tensor x, Shape shape) {
        return argument(
                operation,
                "does not broadcast to the shape: aligned at the last axis, sizes must be equal or 1",
                "input  " + x.describe(),
                "shape  " + shape);
    }

    static IllegalArgumentException doesNotSum(Tensor x, Shape shape) {
        return argument(
                "sumTo", "the shape does not broadcast to the input's", "input  " + x.describe(), "shape  " + shape);
    }

    static IllegalArgumentException zeroStep() {
        return argument("slice", "the step must not be 0");
    }

    static IllegalArgumentException windowTooLarge(Tensor x, int axis, long size) {
        return argument(
                "unfold",
                "a window of " + size + " is larger than axis " + axis + " of size "
                        + x.shape().raw()[axis],
                "input  " + x.describe());
    }

    static IllegalArgumentException nothingToConcat() {
        return argument("concat", "needs at least one tensor");
    }

    static IllegalArgumentException concatShapes(int axis, Tensor first, Tensor other) {
        return argument(
                "concat",
                "all axes but " + axis + " must agree",
                "first  " + first.describe(),
                "other  " + other.describe());
    }

    // ---------------------------------------------------------------- elementwise

    static IllegalArgumentException doNotBroadcast(String operation, Tensor... inputs) {
        String[] details = new String[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            details[i] = "input " + i + "  " + inputs[i].describe();
        }
        return argument(
                operation, "shapes do not broadcast: aligned at the last axis, sizes must be equal or 1", details);
    }

    static IllegalArgumentException wrongArity(Elementwise function, Tensor[] inputs) {
        return argument(function.name(), "takes " + function.arity() + " tensors, was given " + inputs.length);
    }

    static IllegalArgumentException tooManyOperands(String function, int inputs, int results, int most) {
        return new IllegalArgumentException(function + ": " + inputs + " inputs and " + results
                + " results are too many for one pass: at most " + most + " of each");
    }

    static IllegalArgumentException wrongScalars(Elementwise function, int given) {
        return argument(function.name(), "takes " + function.scalars() + " numbers, was given " + given);
    }

    /** A number that an integer tensor is to take must be one of its kind: 2.5 would silently become 2. */
    static void requireIntegral(String operation, double value, Tensor x) {
        if (value != Math.rint(value) && !x.dtype().isFloating()) {
            throw scalarNotIntegral(operation, value, x);
        }
    }

    static void requireHeld(String operation, double value, DType dtype) {
        if (!dtype.holds(value)) {
            throw new IllegalArgumentException(operation + ": " + dtype + " cannot hold " + value);
        }
    }

    static IllegalArgumentException notIntegers(String operation, Tensor x) {
        return argument(operation, "the elements are no integers", "input  " + x.describe(), "hint: item()");
    }

    static IllegalArgumentException scalarOutOfRange(Elementwise function, double scalar, DType computed) {
        return new IllegalArgumentException(function.name() + ": " + computed + " cannot hold " + scalar);
    }

    static IllegalArgumentException scalarNotIntegral(Elementwise function, double scalar, Tensor x) {
        return scalarNotIntegral(function.name(), scalar, x);
    }

    private static IllegalArgumentException scalarNotIntegral(String operation, double scalar, Tensor x) {
        return argument(
                operation,
                scalar + " is no integer, but the tensor is one of integers",
                "input  " + x.describe(),
                "hint: to(DType.F32) first");
    }

    static IllegalArgumentException needsRandom(Elementwise function) {
        return argument(
                function.name(),
                "draws random numbers, but was given no source of them",
                "hint: applyAll(random, numbers, inputs…)");
    }

    static IllegalArgumentException targetCount(Elementwise function, int given) {
        return argument(
                function.name(), "has " + function.outputs().size() + " results, was given " + given + " targets");
    }

    static IllegalArgumentException targetShape(Elementwise function, Tensor target, Shape shape) {
        return argument(
                function.name(),
                "a target must have the shape that the inputs broadcast to",
                "target  " + target.describe(),
                "inputs  " + shape);
    }

    static IllegalArgumentException badBounds(double low, double high) {
        return argument("clamp", "the lower bound " + low + " is not below the upper bound " + high);
    }

    // ---------------------------------------------------------------- reductions

    static IllegalArgumentException emptyReduction(Reduction kind, Tensor x, Axes axes) {
        return emptyReduction(kind.name().toLowerCase(Locale.ROOT), x, axes);
    }

    static IllegalArgumentException emptyReduction(String operation, Tensor x, Axes axes) {
        return argument(operation, "there is no element to choose from along axes " + axes, "input  " + x.describe());
    }

    static IllegalArgumentException badNorm(double p) {
        return argument("norm", "p must be at least 0, not " + p);
    }

    // ---------------------------------------------------------------- products

    static IllegalArgumentException innerDimensions(Tensor a, Tensor b) {
        long left = a.dim(-1);
        long right = b.dim(b.rank() == 1 ? 0 : -2);
        String lhs = a.describe();
        String rhs = b.describe();
        int width = Math.max(lhs.length(), rhs.length());
        String first = "lhs  " + pad(lhs, width) + "   inner " + left;
        String second = "rhs  " + pad(rhs, width) + "   inner " + right;
        boolean transposedFits = b.rank() >= 2 && b.dim(-1) == left;
        return transposedFits
                ? argument(
                        "matmul", "inner dimensions differ", first, second, "hint: rhs.transpose() is " + transposed(b))
                : argument("matmul", "inner dimensions differ", first, second);
    }

    static IllegalArgumentException leadingAxes(String operation, Tensor a, Tensor b) {
        return argument(
                operation,
                "the axes before the last two do not broadcast: sizes must be equal or 1",
                "lhs  " + a.describe(),
                "rhs  " + b.describe());
    }

    private static String transposed(Tensor b) {
        Shape shape = b.shape();
        return b.dtype().toString() + shape.range(0, b.rank() - 2).append(shape.dim(-1), shape.dim(-2));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    static IllegalArgumentException floatingOnly(String operation, Tensor x) {
        return argument(operation, "needs floating numbers", "input  " + x.describe(), "hint: to(DType.F32)");
    }

    // ---------------------------------------------------------------- memory and the tape

    static IllegalStateException closed(Tensor x, Buffer buffer) {
        try {
            buffer.segment();
        } catch (IllegalStateException e) {
            return state(
                    x.describe(),
                    "used after its memory was given back",
                    String.valueOf(e.getMessage()),
                    "hint: tape.keep(…) hands a result to the outside");
        }
        return state(x.describe(), "used after its memory was given back");
    }

    static IllegalStateException tapeClosed() {
        return state("tape", "already closed", "hint: ask for gradients inside the try block that opened it");
    }

    static IllegalArgumentException backwardFromNonScalar(Tensor output) {
        return argument(
                "gradient",
                "the output is no scalar, so it needs a cotangent",
                "output  " + output.describe(),
                "hint: reduce it with sum() or mean(), or pass a cotangent of its shape");
    }

    static IllegalArgumentException noGradientOfIntegers(String operation, Tensor x) {
        return argument(
                operation,
                "only f32 and f64 tensors have gradients",
                "tensor  " + x.describe(),
                "hint: to(DType.F32) first");
    }

    static IllegalArgumentException cotangentMismatch(Tensor of, Tensor cotangent) {
        return argument(
                "gradient",
                "a cotangent (or tangent) must have the type and shape of its tensor",
                "tensor     " + of.describe(),
                "cotangent  " + cotangent.describe());
    }

    static IllegalArgumentException cotangentCount(int outputs, int cotangents) {
        return argument("gradient", outputs + " outputs need as many cotangents, not " + cotangents);
    }

    static IllegalArgumentException wrongGradientShape(Tensor input, Tensor gradient) {
        return argument(
                "gradients",
                "a gradient must have the shape of its tensor",
                "tensor    " + input.describe(),
                "gradient  " + gradient.describe());
    }

    static IllegalArgumentException noGradient(Tensor input) {
        return argument(
                "gradient",
                "the output does not depend on this tensor, or it was not asked about",
                "tensor  " + input.describe(),
                "hint: orZero(tensor) gives zeros, unused() lists all such tensors");
    }

    static IllegalStateException otherTape(Tensor output, boolean open) {
        return state(
                "gradient",
                "the output was recorded on another tape" + (open ? "" : ", which is closed"),
                "output  " + output.describe(),
                "hint: ask the tape that was the innermost open one when the output was computed");
    }

    static IllegalArgumentException gradientShape(Op op, int input, Tensor gradient, Tensor of) {
        return argument(
                "gradient of " + op.name(),
                "the rule's result does not fit input " + input,
                "gradient  " + gradient.describe(),
                "input     " + of.describe());
    }

    static IllegalStateException changedSince(Op op, String operand, Tensor x) {
        return state(
                "gradient of " + op.name(),
                operand + " was changed in place since the forward pass",
                "tensor  " + x.describe(),
                "hint: take gradients before the optimizer's step, or copy() the tensor before changing it");
    }

    static ArithmeticException notFinite(Op op, Tensor[] inputs, Tensor output) {
        String[] details = new String[inputs.length + 1];
        for (int i = 0; i < inputs.length; i++) {
            details[i] = "input " + i + "  " + inputs[i].describe();
        }
        details[inputs.length] = "result   " + output.describe();
        return new ArithmeticException(
                argument(op.name(), "made the first NaN or infinity", details).getMessage());
    }
}
