package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The text of every message, as a user meets it. */
class ErrorsTest {
    private final Tensor x = Tensor.zeros(2, 3);

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void matmul() {
        says("""
                matmul: inner dimensions differ
                  lhs  f32[64, 784]    inner 784
                  rhs  f32[128, 784]   inner 128
                  hint: rhs.transpose() is f32[784, 128]""", () -> Tensor.zeros(64, 784).matmul(Tensor.zeros(128, 784)));
        says("""
                matmul: inner dimensions differ
                  lhs  f32[2, 3]   inner 3
                  rhs  f32[2]      inner 2""", () -> x.matmul(Tensor.zeros(2)));
        says("""
                matmul: the axes before the last two do not broadcast: sizes must be equal or 1
                  lhs  f32[2, 1, 3]
                  rhs  f32[4, 3, 1]""", () -> Tensor.zeros(2, 1, 3).matmul(Tensor.zeros(4, 3, 1)));
        says("""
                matmul: needs at least 1 axis
                  input  f32[]""", () -> x.matmul(Tensor.scalar(1)));
        says("""
                matmul: needs floating numbers
                  input  i64[1, 1]
                  hint: to(DType.F32)""", () -> Tensor.arange(1).reshape(1, 1).matmul(Tensor.arange(1).reshape(1, 1)));
    }

    /** Whatever takes an axis says which operation was asked for one that is not there. */
    @Test
    void anAxisThatIsNotThereIsNamedWithTheOperation() {
        Tensor x = Tensor.zeros(2, 3);
        Tensor index = Tensor.of(new long[] {0}, 1);
        Map<String, Executable> calls = new TreeMap<>();
        calls.put("sum", () -> x.sum(2));
        calls.put("min", () -> x.min(2));
        calls.put("max", () -> x.max(true, 2));
        calls.put("mean", () -> x.mean(2));
        calls.put("variance", () -> x.variance(2));
        calls.put("product", () -> x.product(2));
        calls.put("norm", () -> x.norm(2));
        calls.put("logSumExp", () -> x.logSumExp(2));
        calls.put("softmax", () -> x.softmax(2));
        calls.put("logSoftmax", () -> x.logSoftmax(2));
        calls.put("cumulativeSum", () -> x.cumulativeSum(2));
        calls.put("argMin", () -> x.argMin(2));
        calls.put("argMax", () -> x.argMax(2));
        calls.put("flatten", () -> x.flatten(2));
        calls.put("permute", () -> x.permute(0, 2));
        calls.put("transpose", () -> x.transpose(0, 2));
        calls.put("slice", () -> x.slice(2, 0, 1));
        calls.put("narrow", () -> x.narrow(2, 0, 1));
        calls.put("select", () -> x.select(2, 0));
        calls.put("flip", () -> x.flip(2));
        calls.put("unfold", () -> x.unfold(2, 1, 1));
        calls.put("diagonal", () -> x.diagonal(0, 0, 2));
        calls.put("concat", () -> Tensor.concat(2, x));
        calls.put("gather", () -> x.gather(2, x));
        calls.put("scatterAdd", () -> x.scatterAdd(2, x, x));
        calls.put("indexSelect", () -> x.indexSelect(2, index));
        calls.put("indexAdd", () -> x.indexAdd(2, index, x));
        calls.put("sort", () -> x.sort(2, false));
        calls.put("argSort", () -> x.argSort(2, false));
        calls.put("topK", () -> x.topK(1, 2, true));
        calls.forEach((operation, call) -> says(
                operation + ": axis 2 is out of range\n  shape  [2, 3]\n  axes run from 0 to 1, or from -2 to -1",
                call));
    }

    @Test
    void shapes() {
        says("shape: a dimension is negative\n  dims  [2, -3]", () -> Tensor.zeros(2, -3));
        says(
                "shape: more elements than memory can address\n  dims  [4294967296, 4294967296]",
                () -> Shape.of(1L << 32, 1L << 32));
        says("sum: axis 2 is out of range\n  shape  [2, 3]\n  axes run from 0 to 1, or from -2 to -1", () -> x.sum(2));
        says(
                "dim: axis 0 is out of range\n  shape  []\n  a scalar has no axes",
                () -> Tensor.scalar(1).dim(0));
        says("sum: axis -2 is named twice\n  axes  [0, -2]", () -> x.sum(0, -2));
        says(
                "transpose: needs at least 2 axes\n  input  f32[3]",
                () -> Tensor.zeros(3).transpose());
        says(
                "of: the number of values does not match the shape\n  values  3\n  shape   [2, 2] has 4",
                () -> Tensor.of(new float[3], 2, 2));
        says(
                "of: the segment is too small\n  segment  4 bytes\n  tensor   f64[2] needs 16",
                () -> Tensor.of(MemorySegment.ofArray(new byte[4]), DType.F64, 2));
        says(
                "arange: the ends and the step must be finite, the step not 0\n  start 0.0, stop 1.0, step 0.0",
                () -> Tensor.arange(DType.F32, 0, 1, 0));
        says(
                "arange: the ends and the step must be finite, the step not 0\n  start 0.0, stop 1.0, step Infinity",
                () -> Tensor.arange(DType.F32, 0, 1, Double.POSITIVE_INFINITY));
    }

    @Test
    void elements() {
        says(
                "item: needs a tensor with one element\n  tensor  f32[2, 3]\n  hint: get(index…) or toFloatArray()",
                x::item);
        says("get: needs one index per axis\n  index   [1]\n  tensor  f32[2, 3]", () -> x.get(1));
        says("get: index 3 is out of bounds for axis 1 of size 3\n  tensor  f32[2, 3]", () -> x.get(0, 3));
        says("select: index 2 is out of bounds for axis 0 of size 2\n  tensor  f32[2, 3]", () -> x.select(0, 2));
        says(
                "toArray: more elements than a Java array holds\n  tensor  f32[3000000000]",
                () -> Tensor.scalar(1).expand(3_000_000_000L).toFloatArray());
    }

    @Test
    void views() {
        says(
                "reshape: the number of elements differs\n  input   f32[2, 3]   6\n  result  f32[4]   4",
                () -> x.reshape(4));
        says(
                "reshape: no size for the axis given as -1 makes the elements fit\n  input   f32[2, 3]   6\n"
                        + "  result  [4, -1]",
                () -> x.reshape(4, -1));
        says(
                "reshape: only one size can be left open as -1\n  input   f32[2, 3]\n  result  [-1, -1]",
                () -> x.reshape(-1, -1));
        says(
                "expand: -1 keeps an axis as it is, but a new leading axis needs a size\n  input  f32[2, 3]\n"
                        + "  shape  [-1, 2, 3]",
                () -> x.expand(-1, 2, 3));
        says(
                "narrow: there are not 2 elements from 1 on along axis 0 of size 2\n  input  f32[2, 3]",
                () -> x.narrow(0, 1, 2));
        says(
                "narrow: there are not 1 elements from -3 on along axis 0 of size 2\n  input  f32[2, 3]",
                () -> x.narrow(0, -3, 1));
        says(
                "unsqueeze: the new axis goes before axis 0 to 2 (or -3 to -1), not 3\n  input  f32[2, 3]",
                () -> x.unsqueeze(3));
        says("permute: needs every axis once\n  order  [0]\n  input  f32[2, 3]", () -> x.permute(0));
        says("permute: axis 0 is named twice\n  axes  [0, 0]", () -> x.permute(0, 0));
        says(
                "expand: does not broadcast to the shape: aligned at the last axis, sizes must be equal or 1\n"
                        + "  input  f32[2, 3]\n  shape  [4, 3]",
                () -> x.expand(4, 3));
        says(
                "sumTo: the shape does not broadcast to the input's\n  input  f32[2, 3]\n  shape  [2]",
                () -> x.sumTo(Shape.of(2)));
        says("slice: the step must not be 0", () -> x.slice(0, 0, 1, 0));
        says("split: size must be positive, not 0", () -> x.split(0, 0));
        says("chunk: count must be positive, not -1", () -> x.chunk(0, -1));
        says("unfold: step must be positive, not 0", () -> x.unfold(0, 1, 0));
        says("unfold: a window of 4 is larger than axis 1 of size 3\n  input  f32[2, 3]", () -> x.unfold(1, 4, 1));
    }

    @Test
    void elementwise() {
        says("""
                add: shapes do not broadcast: aligned at the last axis, sizes must be equal or 1
                  input 0  f32[2, 3]
                  input 1  f32[2]""", () -> x.add(Tensor.zeros(2)));
        says(
                "elementwise: takes 2 tensors, was given 1",
                () -> Elementwise.of((a, b) -> a.add(b)).apply(x));
        says(
                "elementwise: 65 inputs and 1 results are too many for one pass: at most 64 of each",
                () -> Elementwise.of(65, inputs -> List.of(inputs.get(64))));
        says(
                "elementwise: draws random numbers, but was given no source of them\n"
                        + "  hint: applyAll(random, numbers, inputs…)",
                () -> Elementwise.of(a -> a.add(Expression.uniform(0))).apply(x));
        says("add: i32 cannot hold 1.0E10", () -> Tensor.of(new int[] {1}).add(1e10));
        says("fill: i64 cannot hold 0.5", () -> Tensor.arange(3).fill(.5));
        says("full: u8 cannot hold 300.0", () -> Tensor.full(DType.U8, 300, 2));
        says("full: i32 cannot hold NaN", () -> Tensor.full(DType.I32, Double.NaN, 2));
        says(
                "itemAsLong: the elements are no integers\n  input  f32[]\n  hint: item()",
                () -> Tensor.scalar(1).itemAsLong());
        says("relu: takes 0 numbers, was given 1", () -> Functions.RELU.apply(new double[1], x));
        says("""
                mul: 2.5 is no integer, but the tensor is one of integers
                  input  i64[3]
                  hint: to(DType.F32) first""", () -> Tensor.arange(3).mul(2.5));
        says("""
                maskedFill: 0.5 is no integer, but the tensor is one of integers
                  input  i64[3]
                  hint: to(DType.F32) first""", () -> Tensor.arange(3).maskedFill(Tensor.ones(DType.BOOL), .5));
        says("clamp: the lower bound 2.0 is not below the upper bound 1.0", () -> x.clamp(2, 1));
        says(
                "elementwise: has 1 results, was given 0 targets",
                () -> Elementwise.of((Expression a) -> a).update(List.of(), new double[0], x));
        says(
                "elementwise: a target must have the shape that the inputs broadcast to\n  target  f32[3]\n"
                        + "  inputs  [2, 3]",
                () -> Elementwise.of((Expression a) -> a).update(List.of(Tensor.zeros(3)), new double[0], x));
    }

    @Test
    void reductions() {
        says(
                "max: there is no element to choose from along axes [0]\n  input  f32[0, 3]",
                () -> Tensor.zeros(0, 3).max(0));
        says(
                "argMin: there is no element to choose from along axes [0]\n  input  f32[0, 3]",
                () -> Tensor.zeros(0, 3).argMin(0));
        says(
                "argMax: there is no element to choose from along axes [0]\n  input  f32[0]",
                () -> Tensor.zeros(0, 3).argMax());
        says(
                "norm: there is no element to choose from along axes [0]\n  input  f32[0, 3]",
                () -> Tensor.zeros(0, 3).norm(Double.POSITIVE_INFINITY, true, 0));
        says("norm: p must be at least 0, not -1.0", () -> x.norm(-1, false));
    }

    @Test
    void tapes() {
        try (var tape = Tape.open()) {
            Tensor y = x.mul(2);
            says("""
                    gradient: the output is no scalar, so it needs a cotangent
                      output  f32[2, 3]
                      hint: reduce it with sum() or mean(), or pass a cotangent of its shape""", () -> tape.gradient(y, x));
            says("""
                    gradient: only f32 and f64 tensors have gradients
                      tensor  i64[3]
                      hint: to(DType.F32) first""", () -> tape.gradient(y.sum(), Tensor.arange(3)));
            says("""
                    gradient: a cotangent (or tangent) must have the type and shape of its tensor
                      tensor     f32[2, 3]
                      cotangent  f32[3]""", () -> tape.gradient(y, x, Tensor.zeros(3), Order.FIRST));
            says(
                    "gradient: 1 outputs need as many cotangents, not 0",
                    () -> tape.gradients(List.of(y), List.of(), List.of(x), Order.FIRST));
            says("""
                    gradient: the output does not depend on this tensor, or it was not asked about
                      tensor  f32[2, 3]
                      hint: orZero(tensor) gives zeros, unused() lists all such tensors""", () -> tape.gradients(y.sum()).of(x));
            says("""
                    gradients: a gradient must have the shape of its tensor
                      tensor    f32[2, 3]
                      gradient  f32[3]""", () -> Gradients.of(Map.of(x, Tensor.zeros(3))));
        }
    }

    @Test
    void states() {
        Tensor lost;
        try (var tape = Tape.open()) {
            Tensor y = x.square().sum();
            x.fill(1);
            String message = assertThrows(IllegalStateException.class, () -> tape.gradient(y, x))
                    .getMessage();
            assertEquals("""
                    gradient of square: input 0 was changed in place since the forward pass
                      tensor  f32[2, 3]
                      hint: take gradients before the optimizer's step, or copy() the tensor before changing it""", message);
            lost = x.mul(2);
        }
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, lost::sum).getMessage());
        assertTrue(message.startsWith("f32[2, 3]: used after its memory was given back\n"), message);
        assertTrue(message.endsWith("\n  hint: tape.keep(…) hands a result to the outside"), message);
    }
}
