package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** Every method of {@link Pointwise} does what its name says: all of them, found by reflection, against {@link Math}. */
class PointwiseTest {
    /** The element of the result from the element of the tensor and those of the arguments, in their order. */
    @FunctionalInterface
    private interface Definition {
        double at(double[] operands);
    }

    private static final double[] X = {-2.3, -1, -.4, 0, .25, .8, 1, 2.6};
    private static final double[][] TENSORS = {
        {.5, -1, 2, 0, .3, -.7, 1, 3}, {4, 3, -2, 1, 0, -1, 6, .25},
    };
    private static final double[] NUMBERS = {.25, 1.125};

    private static final TreeMap<String, Definition> DEFINITIONS = new TreeMap<>();

    private static void unary(String name, DoubleUnaryOperator definition) {
        DEFINITIONS.put(name, v -> definition.applyAsDouble(v[0]));
    }

    private static void binary(String name, DoubleBinaryOperator definition) {
        DEFINITIONS.put(name, v -> definition.applyAsDouble(v[0], v[1]));
    }

    private static double number(boolean truth) {
        return truth ? 1 : 0;
    }

    static {
        binary("add", (x, y) -> x + y);
        binary("sub", (x, y) -> x - y);
        binary("rsub", (x, y) -> y - x);
        binary("mul", (x, y) -> x * y);
        binary("div", (x, y) -> x / y);
        binary("rdiv", (x, y) -> y / x);
        binary("pow", Math::pow);
        binary("rpow", (x, y) -> Math.pow(y, x));
        binary("minimum", Math::min);
        binary("maximum", Math::max);
        binary("eq", (x, y) -> number(x == y));
        binary("ne", (x, y) -> number(x != y));
        binary("lt", (x, y) -> number(x < y));
        binary("le", (x, y) -> number(x <= y));
        binary("gt", (x, y) -> number(x > y));
        binary("ge", (x, y) -> number(x >= y));
        binary("and", (x, y) -> number(x != 0 && y != 0));
        binary("or", (x, y) -> number(x != 0 || y != 0));
        binary("xor", (x, y) -> number(x != 0 ^ y != 0));
        unary("not", x -> number(x == 0));
        unary("isNaN", x -> number(Double.isNaN(x)));
        unary("isFinite", x -> number(Double.isFinite(x)));
        DEFINITIONS.put("where", v -> v[0] != 0 ? v[1] : v[2]);
        DEFINITIONS.put("maskedFill", v -> v[1] != 0 ? v[2] : v[0]);
        DEFINITIONS.put("clamp", v -> Math.clamp(v[0], v[1], v[2]));
        unary("neg", x -> -x);
        unary("abs", Math::abs);
        unary("sign", Math::signum);
        unary("floor", Math::floor);
        unary("ceil", Math::ceil);
        unary("round", Math::rint);
        unary("square", x -> x * x);
        unary("sqrt", Math::sqrt);
        unary("rsqrt", x -> 1 / Math.sqrt(x));
        unary("reciprocal", x -> 1 / x);
        unary("exp", Math::exp);
        unary("expm1", Math::expm1);
        unary("log", Math::log);
        unary("log1p", Math::log1p);
        unary("sin", Math::sin);
        unary("cos", Math::cos);
        unary("tan", Math::tan);
        unary("tanh", Math::tanh);
    }

    static {
        unary("erf", PointwiseTest::erf);
        unary("sigmoid", PointwiseTest::sigmoid);
        unary("logSigmoid", x -> Math.log(sigmoid(x)));
        unary("softplus", x -> Math.log1p(Math.exp(x)));
        unary("relu", x -> Math.max(x, 0));
        binary("leakyRelu", (x, slope) -> x > 0 ? x : slope * x);
        binary("elu", (x, alpha) -> x > 0 ? x : alpha * Math.expm1(x));
        unary("selu", x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)));
        unary("gelu", x -> x * .5 * (1 + erf(x / Math.sqrt(2))));
        unary("geluTanh", x -> x * .5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + .044715 * x * x * x))));
        unary("silu", x -> x * sigmoid(x));
        unary("mish", x -> x * Math.tanh(Math.log1p(Math.exp(x))));
        unary("hardSigmoid", x -> Math.clamp(x / 6 + .5, 0, 1));
        unary("hardTanh", x -> Math.clamp(x, -1, 1));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Its Maclaurin series (Abramowitz and Stegun, 7.1.5). */
    private static double erf(double x) {
        double sum = 0;
        double power = x;
        for (int n = 0; n < 80; n++) {
            sum += power / (2 * n + 1);
            power *= -x * x / (n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    @Test
    void everyMethodIsItsDefinition() throws ReflectiveOperationException {
        int methods = 0;
        for (Method method : Pointwise.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                check(method, DType.F64, 1e-12);
                check(method, DType.F32, 3e-6);
                methods++;
            }
        }
        assertTrue(methods > 60, "found " + methods);
    }

    private static void check(Method method, DType dtype, double tolerance) throws ReflectiveOperationException {
        Definition definition =
                Objects.requireNonNull(DEFINITIONS.get(method.getName()), method + " has no definition here");
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        double[][] operands = new double[X.length][types.length + 1];
        Tensor x = tensor(X, dtype);
        fill(operands, 0, x);
        int numbers = 0;
        for (int i = 0; i < types.length; i++) {
            boolean isTensor = types[i] == Tensor.class;
            Tensor tensor = isTensor ? tensor(TENSORS[i], dtype) : Tensor.full(DType.F64, NUMBERS[numbers++], X.length);
            arguments[i] = isTensor ? tensor : (Object) tensor.get(0);
            fill(operands, i + 1, tensor);
        }
        double[] found = ((Tensor) method.invoke(x, arguments)).toDoubleArray();
        for (int e = 0; e < found.length; e++) {
            double expected = definition.at(operands[e]);
            String what = method.getName() + Arrays.toString(operands[e]) + " in " + dtype;
            double scale = Double.isFinite(expected) ? Math.max(1, Math.abs(expected)) : 1;
            assertEquals(expected, found[e], tolerance * scale, what);
        }
    }

    private static Tensor tensor(double[] values, DType dtype) {
        return Tensor.of(values, values.length).to(dtype);
    }

    private static void fill(double[][] operands, int column, Tensor tensor) {
        double[] values = tensor.toDoubleArray();
        for (int e = 0; e < values.length; e++) {
            operands[e][column] = values[e];
        }
    }
}
