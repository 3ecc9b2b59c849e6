package org.culebra.kernel.expression;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.culebra.kernel.expression.Expression.Binary;
import org.culebra.kernel.expression.Expression.Function;
import org.culebra.kernel.expression.Expression.Operator;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.memory.DType;

/**
 * How far the lowered functions are from the truth, in units in the last place of the exact result.
 *
 * <p>f32 is judged by {@link StrictMath} in double, f64 by {@link Exact}. A result that overflows counts as the next power of two.
 * Wrong NaN, infinities or signs of zero count as {@link #WRONG}. {@link #main} prints the table of {@code src/docs/accuracy.md}.
 */
final class Accuracy {

    /** The functions that are approximated. */
    static final Set<Function> FUNCTIONS = EnumSet.range(Function.EXP, Function.ERF);

    static final double WRONG = Double.POSITIVE_INFINITY;

    private static final int BLOCK = 4096;
    private static final double[] NO_SCALARS = {};

    private static final double[] EDGES = {
        0.0,
        -0.0,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        .5,
        -.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        0x1p-60,
        -0x1p-60,
        709.782712893384,
        709.7827128933841,
        -708.3964185322641,
        -745.1332191019411,
        -745.1332191019412,
        1e300,
        -1e300,
        19.0615,
        22,
        5.92,
        6,
        -36.7368,
        -37.5,
        0x1.8p0,
        9007199254740991.0,
        -9007199254740991.0,
        9007199254740994.0,
        4503599627370495.5,
        0x1.0000000000001p0,
        0x1.fffffffffffffp-1,
        6381956970095103.0 * 0x1p797
    };

    private final String function;
    private final DType dtype;
    private double worst;
    private double at;
    private double and;
    private double found;

    private Accuracy(String function, DType dtype) {
        this.function = function;
        this.dtype = dtype;
    }

    /** The largest error, in ulp; {@link #WRONG} for a wrong special value. */
    double worst() {
        return worst;
    }

    private void note(double error, double x, double y, double value) {
        if (error > worst) {
            worst = error;
            at = x;
            and = y;
            found = value;
        }
    }

    @Override
    public String toString() {
        return "%s %s: %.3f ulp at %s%s, which gives %s"
                .formatted(dtype, function, worst, at, function.equals("pow") ? ", " + and : "", found);
    }

    private static String name(Function function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    /** One float in 2^{@code stride}, at random within each stretch, over all 2^32 of them. */
    static Accuracy narrow(Function function, int stride) {
        Program program = Lowering.lower(List.of(new Unary(function, Expression.input(0))), DType.F32, 1, 0);
        var interpreter = new ProgramInterpreter(program, BLOCK);
        var accuracy = new Accuracy(name(function), DType.F32);
        var random = new Random(stride);
        float[] x = new float[BLOCK];
        for (long block = 0; block < 1L << 32; block += (long) BLOCK << stride) {
            int count = (int) Math.min(BLOCK, ((1L << 32) - block) >> stride);
            for (int i = 0; i < count; i++) {
                x[i] = Float.intBitsToFloat((int) (block + ((long) i << stride) + random.nextInt(1 << stride)));
            }
            interpreter.run(count, NO_SCALARS, new Object[] {x});
            float[] y = interpreter.floats(0);
            for (int i = 0; i < count; i++) {
                accuracy.note(error(y[i], Interpreter.apply(function, x[i])), x[i], 0, y[i]);
            }
        }
        return accuracy;
    }

    /** So many random pairs, and all pairs of special values. */
    static Accuracy narrowPower(int count) {
        Program program = power(DType.F32);
        var accuracy = new Accuracy("pow", DType.F32);
        double[][] pairs = pairs(count, 24, 150);
        float[] a = new float[pairs[0].length];
        float[] b = new float[pairs[0].length];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) pairs[0][i];
            b[i] = (float) pairs[1][i];
        }
        float[] y = ProgramInterpreter.run(program, NO_SCALARS, a, b);
        for (int i = 0; i < y.length; i++) {
            accuracy.note(error(y[i], StrictMath.pow(a[i], b[i])), a[i], b[i], y[i]);
        }
        return accuracy;
    }

    private static Program power(DType dtype) {
        return Lowering.lower(List.of(new Binary(Operator.POW, Expression.input(0), Expression.input(1))), dtype, 2, 0);
    }

    /** The error of an f32 result, in ulp. */
    static double error(float found, double exact) {
        float rounded = (float) exact;
        if (Float.isNaN(rounded) || Float.isNaN(found)) {
            return Float.isNaN(rounded) == Float.isNaN(found) ? 0 : WRONG;
        }
        if (found == 0 && Float.floatToRawIntBits(found) != Float.floatToRawIntBits(Math.signum(rounded) * 0f)) {
            return WRONG;
        }
        if (Double.isInfinite(exact) || found == exact) {
            return found == exact ? 0 : WRONG;
        }
        double limit = Math.clamp(exact, -0x1p128, 0x1p128);
        double value = Math.clamp((double) found, -0x1p128, 0x1p128);
        int exponent = Math.clamp(Math.getExponent(limit), Float.MIN_EXPONENT, Float.MAX_EXPONENT);
        return Math.abs(value - limit) / Math.scalb(1.0, exponent - 23);
    }

    /** So many random arguments, where the function changes and everywhere, and the edges. */
    static Accuracy wide(Function function, int count) {
        Program program = Lowering.lower(List.of(new Unary(function, Expression.input(0))), DType.F64, 1, 0);
        var accuracy = new Accuracy(name(function), DType.F64);
        var random = new Random(function.name().hashCode());
        double[] x = new double[EDGES.length + count];
        System.arraycopy(EDGES, 0, x, 0, EDGES.length);
        for (int i = EDGES.length; i < x.length; i++) {
            x[i] = argument(function, random);
        }
        double[] y = ProgramInterpreter.run(program, NO_SCALARS, x);
        for (int i = 0; i < x.length; i++) {
            double rough = Interpreter.apply(function, x[i]);
            boolean special = x[i] == 0 || Double.isInfinite(x[i]) || isSpecial(rough) || isSaturated(function, x[i]);
            accuracy.note(special ? exactly(y[i], rough) : error(y[i], Exact.apply(function, x[i])), x[i], 0, y[i]);
        }
        return accuracy;
    }

    private static boolean isSpecial(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) || value == 0;
    }

    /** Where the result is a whole number to all 60 digits, and {@link Exact} would not know. */
    private static boolean isSaturated(Function function, double x) {
        return switch (function) {
            case TANH, ERF -> Math.abs(x) > 30;
            case SIGMOID -> x > 60;
            case EXPM1 -> x < -60;
            default -> false;
        };
    }

    private static double exactly(double found, double expected) {
        // StrictMath rounds what is just below the smallest number its own way: both neighbours are right
        boolean isTiny = expected + found == Double.MIN_VALUE;
        return isTiny || Double.doubleToLongBits(found) == Double.doubleToLongBits(expected) ? 0 : WRONG;
    }

    private static double error(double found, BigDecimal exact) {
        return Double.isNaN(found) ? WRONG : Exact.ulps(found, exact);
    }

    private static double argument(Function function, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextGaussian();
            case 2 -> random.nextGaussian() * Math.scalb(1.0, -random.nextInt(60));
            case 3 -> (random.nextDouble() - .5) * 1500;
            default ->
                switch (function) {
                    case LOG -> 1 + random.nextGaussian() * Math.scalb(1.0, -random.nextInt(50));
                    case SIN, COS, TAN -> nearMultiple(random);
                    default -> (random.nextDouble() - .5) * 14;
                };
        };
    }

    /** Next to a multiple of π/2. */
    private static double nearMultiple(Random random) {
        double multiple = (double) random.nextLong(1L << random.nextInt(62)) * (Math.PI / 2);
        return multiple + random.nextInt(-1, 2) * Math.ulp(multiple);
    }

    static Accuracy widePower(int count) {
        Program program = power(DType.F64);
        var accuracy = new Accuracy("pow", DType.F64);
        double[][] pairs = pairs(count, 53, 1075);
        double[] y = ProgramInterpreter.run(program, NO_SCALARS, pairs[0], pairs[1]);
        for (int i = 0; i < y.length; i++) {
            double a = pairs[0][i];
            double b = pairs[1][i];
            double rough = StrictMath.pow(a, b);
            boolean special = isSpecial(rough) || isSpecial(a) || isSpecial(b) || rough == 1;
            accuracy.note(special ? exactly(y[i], rough) : powerError(a, b, y[i], rough), a, b, y[i]);
        }
        return accuracy;
    }

    private static double powerError(double a, double b, double found, double rough) {
        boolean hasWrongSign = Math.copySign(1, found) != Math.copySign(1, rough);
        return hasWrongSign ? WRONG : error(Math.abs(found), Exact.pow(Math.abs(a), b));
    }

    /** Pairs (a, b): the edges, anything, and pairs whose power is within the range of exponents. */
    private static double[][] pairs(int count, int bits, double range) {
        int edges = EDGES.length * EDGES.length;
        var random = new Random(bits);
        double[][] pairs = new double[2][edges + count];
        for (int i = 0; i < edges + count; i++) {
            double a;
            double b;
            if (i < edges) {
                a = EDGES[i / EDGES.length];
                b = EDGES[i % EDGES.length];
            } else {
                a = base(random, bits, range);
                double exponent = (random.nextDouble() * 2.05 - 1.05) * range;
                b = random.nextInt(5) == 0 ? random.nextInt(-40, 40) : exponent * Math.log(2) / Math.log(Math.abs(a));
            }
            pairs[0][i] = a;
            pairs[1][i] = b;
        }
        return pairs;
    }

    private static double base(Random random, int bits, double range) {
        double sign = random.nextInt(4) == 0 ? -1 : 1;
        return sign
                * switch (random.nextInt(3)) {
                    case 0 -> Math.exp(random.nextGaussian());
                    case 1 -> 1 + (random.nextDouble() - .5) * Math.scalb(1.0, -random.nextInt(bits));
                    default -> random.nextDouble() * Math.scalb(1.0, (int) ((random.nextDouble() * 2 - 1) * range));
                };
    }

    /** Prints the table; arguments: the stride of the f32 sweep (0: every float), and how many arguments in f64. */
    public static void main(String[] arguments) {
        int stride = Integer.parseInt(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        System.out.println("| function | f32, ulp | at | f64, ulp | at |");
        System.out.println("|---|---|---|---|---|");
        for (Function function : FUNCTIONS) {
            System.out.println(row(narrow(function, stride), wide(function, count)));
        }
        System.out.println(row(narrowPower((int) Math.min(50_000_000, 1L << (32 - stride))), widePower(count)));
    }

    private static String row(Accuracy narrow, Accuracy wide) {
        return "| %s | %.2f | %s | %.2f | %s |"
                .formatted(narrow.function, narrow.worst, narrow.point(), wide.worst, wide.point());
    }

    private String point() {
        String x = dtype == DType.F32 ? Float.toString((float) at) : Double.toString(at);
        String y = dtype == DType.F32 ? Float.toString((float) and) : Double.toString(and);
        return function.equals("pow") ? x + ", " + y : x;
    }
}
