package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.kernel.random.Philox;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** Every tier and width against the plain interpreter, bit for bit. */
class MapTest {
    private static final long KEY = 5;

    /** The scalar twin and every width that the machine has. */
    static List<Loops> allLoops() {
        var widths = IntStream.of(128, 256, 512).filter(bits -> bits <= VectorWidth.preferredBits());
        var all = new ArrayList<>(List.of(new Loops(Tier.SCALAR, 128), new Loops(Tier.AUTO, VectorWidth.bits())));
        widths.forEach(bits -> all.add(new Loops(Tier.VECTOR, bits)));
        return all;
    }

    private static Strided[] arrays(int count, IntFunction<Strided> make) {
        return IntStream.range(0, count).mapToObj(make).toArray(Strided[]::new);
    }

    private static void check(Loops loops, Program program, double[] scalars, Strided[] inputs, Strided[] outputs) {
        long count = outputs[0].count();
        var oracle = new ProgramOracle(program);
        double[][] floating = new double[(int) count][];
        long[][] integer = new long[(int) count][];
        for (int i = 0; i < count; i++) {
            long at = i;
            if (program.dtype().isFloating()) {
                double[] x = Arrays.stream(inputs)
                        .mapToDouble(in -> Layouts.get(in, at))
                        .toArray();
                floating[i] = oracle.floating(program.dtype() == DType.F32 ? rounded(x) : x, scalars);
            } else {
                long[] x = Arrays.stream(inputs)
                        .mapToLong(in -> Layouts.getLong(in, at))
                        .toArray();
                integer[i] = oracle.integer(x, scalars);
            }
        }
        loops.map(program, scalars, KEY, inputs, outputs);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < outputs.length; j++) {
                if (program.dtype().isFloating()) {
                    double got = Layouts.get(outputs[j], i);
                    assertTrue(Layouts.same(floating[i][j], got), describe(program, i, floating[i][j], got));
                } else {
                    assertEquals(integer[i][j], Layouts.getLong(outputs[j], i), program.toString());
                }
            }
        }
    }

    private static double[] rounded(double[] x) {
        return Arrays.stream(x).map(v -> (float) v).toArray();
    }

    private static String describe(Program program, int element, double expected, double got) {
        return "element " + element + ": expected " + expected + ", got " + got + " from " + program;
    }

    @Test
    void randomProgramsOnOddLengths() {
        var random = new Random(1);
        Set<Opcode> seen = EnumSet.noneOf(Opcode.class);
        List<Loops> all = allLoops();
        long[] lengths = {1, 4, 6, 13, 31, 64, 207, 0};
        for (int round = 0; round < 24; round++) {
            DType dtype = round % 2 == 0 ? DType.F32 : DType.F64;
            Program program =
                    RandomPrograms.make(random, dtype, 1 + round % 3, round % 2, 1 + round % 2, 10 + 3 * round);
            program.instructions().stream().map(Instruction::opcode).forEach(seen::add);
            long length = lengths[round % lengths.length];
            Strided[] inputs = arrays(program.inputs(), i -> Layouts.dense(dtype, length));
            List.of(inputs).forEach(input -> Layouts.fill(random, input));
            for (Loops loops : all) {
                Strided[] outputs = arrays(program.outputs().size(), i -> Layouts.dense(dtype, length));
                check(loops, program, new double[] {0.7}, inputs, outputs);
            }
        }
        assertEquals(EnumSet.allOf(Opcode.class), seen);
    }

    @Test
    void integerPrograms() {
        var random = new Random(2);
        for (int round = 0; round < 20; round++) {
            DType dtype = round % 2 == 0 ? DType.I32 : DType.I64;
            Program program = RandomPrograms.make(random, dtype, 2, 1, 1, 12);
            Strided[] inputs = arrays(2, i -> Layouts.broadcast(random, dtype, 3, 7, 5));
            List.of(inputs).forEach(input -> Layouts.fill(random, input));
            Strided[] outputs = {Layouts.scattered(random, dtype, 3, 7, 5)};
            check(new Loops(Tier.AUTO, 128), program, new double[] {-3}, inputs, outputs);
        }
    }

    @Test
    void randomLayouts() {
        var random = new Random(3);
        List<Loops> all = allLoops();
        long[][] shapes = {{}, {13}, {6, 13}, {3, 1, 70}, {2, 3, 4, 5}, {5, 0, 3}, {70, 67}, {2, 66, 3, 3}, {1, 1}};
        for (int round = 0; round < 40; round++) {
            long[] dims = shapes[round % shapes.length];
            DType dtype = round % 2 == 0 ? DType.F32 : DType.F64;
            Program program = RandomPrograms.make(random, dtype, 3, 0, 2, 6);
            Strided[] inputs = arrays(3, i -> Layouts.broadcast(random, dtype, dims));
            List.of(inputs).forEach(input -> Layouts.fill(random, input));
            Loops loops = all.get(round % all.size());
            Strided[] outputs =
                    arrays(2, i -> i == 0 ? Layouts.dense(dtype, dims) : Layouts.scattered(random, dtype, dims));
            check(loops, program, new double[0], inputs, outputs);
        }
    }

    @Test
    void operandsOfOtherTypes() {
        var random = new Random(4);
        List<DType> types = List.of(DType.values());
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            var builder = new Program.Builder(dtype);
            var sum = builder.constant(0);
            for (int i = 0; i < types.size(); i++) {
                sum = builder.add(sum, builder.input(i));
            }
            Program program = builder.build(types.size(), 0, List.of(sum));
            Strided[] inputs = arrays(types.size(), i -> Layouts.broadcast(random, types.get(i), 5, 67, 3));
            List.of(inputs).forEach(input -> Layouts.fill(random, input));
            check(new Loops(Tier.SCALAR, 128), program, new double[0], inputs, new Strided[] {
                Layouts.scattered(random, dtype, 5, 67, 3)
            });
        }
    }

    @Test
    void resultsConvertedAsJavaCasts() {
        var builder = new Program.Builder(DType.F32);
        Program identity = builder.build(1, 0, List.of(builder.input(0)));
        double[] numbers = {0, -0.0, 1.9, -1.9, 255.5, 256, -1, 1e10, -1e10, Double.NaN, Double.POSITIVE_INFINITY, 3e-45
        };
        Strided input = Layouts.dense(DType.F32, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            Layouts.set(input, i, numbers[i]);
        }
        for (DType dtype : new DType[] {DType.I32, DType.I64, DType.U8, DType.BOOL}) {
            Strided output = Layouts.dense(dtype, numbers.length);
            Loops.shared().map(identity, new double[0], 0, new Strided[] {input}, new Strided[] {output});
            for (int i = 0; i < numbers.length; i++) {
                float x = (float) numbers[i];
                long expected = switch (dtype) {
                    case I32 -> (int) x;
                    case I64 -> (long) x;
                    case U8 -> (int) x & 0xFF;
                    default -> x != 0 ? 1 : 0;
                };
                assertEquals(expected, Layouts.getLong(output, i), dtype + " of " + x);
            }
        }
    }

    @Test
    void inPlace() {
        var random = new Random(6);
        for (Loops loops : allLoops()) {
            for (long length : new long[] {7, 64, 131}) {
                var builder = new Program.Builder(DType.F32);
                var x = builder.input(0);
                var y = builder.input(1);
                var moved = builder.fma(x, builder.scalar(0), y);
                Program program = builder.build(2, 1, List.of(moved, builder.sub(y, moved)));
                Strided[] both = {Layouts.scattered(random, DType.F32, 3, length), Layouts.dense(DType.F32, 3, length)};
                List.of(both).forEach(array -> Layouts.fill(random, array));
                check(loops, program, new double[] {0.9}, both, both);
            }
        }
    }

    @Test
    void manyBlocksAndThreads() {
        var random = new Random(7);
        var builder = new Program.Builder(DType.F64);
        Program program =
                builder.build(2, 0, List.of(builder.fma(builder.input(0), builder.input(1), builder.input(0))));
        Strided x = Layouts.rotate(Layouts.dense(DType.F64, 90, 700), 1);
        Strided y = Layouts.dense(DType.F32, 700, 90);
        Layouts.fill(random, x);
        Layouts.fill(random, y);
        for (Loops loops : List.of(new Loops(Tier.AUTO, 128), new Loops(Tier.SCALAR, 128))) {
            check(loops, program, new double[0], new Strided[] {x, y}, new Strided[] {Layouts.dense(DType.F64, 700, 90)
            });
            check(loops, program, new double[0], new Strided[] {x, x}, new Strided[] {
                Layouts.rotate(Layouts.dense(DType.F64, 90, 700), 1)
            });
        }
    }

    @Test
    void randomStreamsDependOnTheElementOnly() {
        var random = new Random(8);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            var builder = new Program.Builder(dtype);
            // One input that is read, stream 1 of two.
            Program program = builder.build(1, 2, 0, List.of(builder.add(builder.input(0), builder.input(2))));
            long[] dims = {3, 70, 130};
            Strided input = Layouts.broadcast(random, dtype, dims); // zeros
            for (Strided output :
                    List.of(Layouts.dense(dtype, dims), Layouts.scattered(random, dtype, dims), transposed(dtype))) {
                Loops.shared().map(program, new double[0], KEY, new Strided[] {input}, new Strided[] {output});
                for (long i = 0; i < output.count(); i += 17) {
                    double expected =
                            dtype == DType.F32 ? Philox.uniformFloat(KEY, 1, i) : Philox.uniformDouble(KEY, 1, i);
                    assertEquals(expected, Layouts.get(output, i));
                }
            }
        }
    }

    private static Strided transposed(DType dtype) {
        return Layouts.rotate(Layouts.dense(dtype, 130, 3, 70), 1);
    }
}
