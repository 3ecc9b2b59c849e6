package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class EinsumTest {

    /** The sum over all values of all letters; sizes of 1 repeat. */
    private static double[] naive(String equation, Tensor... operands) {
        String[] sides = equation.split("->", -1);
        String[] inputs = sides[0].split(",", -1);
        long[] sizes = new long['z' + 1];
        Arrays.fill(sizes, 1);
        for (int i = 0; i < inputs.length; i++) {
            for (int k = 0; k < inputs[i].length(); k++) {
                char letter = inputs[i].charAt(k);
                sizes[letter] = operands[i].dim(k) == 1 ? sizes[letter] : operands[i].dim(k);
            }
        }
        double[] result = new double[(int) size(sides[1].chars().mapToLong(c -> sizes[c]))];
        long combinations = size(Arrays.stream(sizes));
        long[] value = new long[sizes.length];
        for (long c = 0; c < combinations; c++) {
            long rest = c;
            for (int letter = 0; letter < sizes.length; letter++) {
                value[letter] = rest % sizes[letter];
                rest /= sizes[letter];
            }
            double product = 1;
            for (int i = 0; i < inputs.length; i++) {
                product *= Samples.repeated(
                        operands[i],
                        inputs[i].chars().mapToLong(letter -> value[letter]).toArray());
            }
            int place = 0;
            for (char letter : sides[1].toCharArray()) {
                place = place * (int) sizes[letter] + (int) value[letter];
            }
            result[place] += product;
        }
        return result;
    }

    private static long size(LongStream dims) {
        return dims.reduce(1, (a, b) -> a * b);
    }

    private static void compare(String equation, Tensor... operands) {
        Tensor found = Tensor.einsum(equation, operands);
        double[] expected = naive(equation, operands);
        double[] values = found.toDoubleArray();
        assertEquals(expected.length, values.length, equation);
        for (int i = 0; i < values.length; i++) {
            assertEquals(
                    expected[i],
                    values[i],
                    1e-12 * Math.max(1, Math.abs(expected[i])),
                    equation + " " + Arrays.toString(operands));
        }
    }

    @Test
    void theContractionsThatPeopleWrite() {
        var random = new SplittableRandom(1);
        String[] equations = {
            "ij->ji",
            "ij->",
            "ij->i",
            "ii->i",
            "ii->",
            "iji->j",
            "iij->ij",
            "iii->",
            "ijij->ij",
            "i,i->",
            "i,j->ij",
            "i,j->ji",
            "ij,j->i",
            "j,ij->i",
            "ij,jk->ik",
            "ij,jk->ki",
            "ij,kj->ik",
            "ji,jk->ik",
            "bij,bjk->bik",
            "bij,bjk->ibk",
            "bij,jk->bik",
            "bhid,bhjd->bhij",
            "bhij,bjhd->bihd",
            "ij,ij->",
            "ij,ij->i",
            "ij,ji->",
            "bi,bi->b",
            "ijk,jk->i",
            "ijk,ij->k",
            "a,b,c->abc",
            "ij,jk,kl->il",
            "ij,jk,kl,lm->im",
            "ij,ik,il->jkl",
            "ii,ij->j",
            "ij,k->i",
            "i,ij,j->",
            "bnm,m,bn->b",
            "->",
            ",i->i",
            "ab,cd->",
            "ab,cd->dbca"
        };
        for (String equation : equations) {
            for (int round = 0; round < 4; round++) {
                long[] sizes = new long['z' + 1];
                boolean empty = round == 3;
                Arrays.setAll(sizes, k -> empty && random.nextInt(6) == 0 ? 0L : 1L + random.nextInt(4));
                String[] inputs = equation.substring(0, equation.indexOf("->")).split(",", -1);
                Tensor[] operands = new Tensor[inputs.length];
                for (int i = 0; i < inputs.length; i++) {
                    operands[i] = Layout.random(
                            random,
                            -1,
                            1,
                            inputs[i].chars().mapToLong(c -> sizes[c]).toArray());
                }
                compare(equation, operands);
            }
        }
    }

    @Test
    void randomContractions() {
        var random = new SplittableRandom(2);
        for (int round = 0; round < 300; round++) {
            long[] sizes = random.longs(5, 1, 4).toArray();
            int count = 1 + random.nextInt(3);
            var text = new StringBuilder();
            Tensor[] operands = new Tensor[count];
            var used = new StringBuilder();
            for (int i = 0; i < count; i++) {
                long[] dims = new long[random.nextInt(4)];
                text.append(i == 0 ? "" : ",");
                for (int k = 0; k < dims.length; k++) {
                    int letter = random.nextInt(sizes.length);
                    dims[k] = sizes[letter];
                    text.append((char) ('a' + letter));
                    if (used.indexOf("" + (char) ('a' + letter)) < 0) {
                        used.append((char) ('a' + letter));
                    }
                }
                operands[i] = Layout.random(random, -1, 1, dims);
            }
            text.append("->");
            for (int k = 0; k < used.length(); k++) {
                text.append(random.nextBoolean() ? "" : used.charAt(k));
            }
            compare(text.toString(), operands);
        }
    }

    @Test
    void sizesOfOneRepeat() {
        var random = new SplittableRandom(3);
        compare("ij,jk->ik", Layout.compact(random, -1, 1, 2, 1), Layout.compact(random, -1, 1, 3, 4));
        compare("i,i->", Layout.compact(random, -1, 1, 1), Layout.compact(random, -1, 1, 5));
        compare("bij,bjk->bik", Layout.compact(random, -1, 1, 1, 2, 3), Layout.compact(random, -1, 1, 4, 3, 1));
        compare("ij->ji", Layout.compact(random, -1, 1, 1, 3));
    }

    @Test
    void anEllipsisStandsForLeadingAxesThatBroadcast() {
        var random = new SplittableRandom(4);
        Tensor a = Layout.compact(random, -1, 1, 2, 1, 3, 4);
        Tensor b = Layout.compact(random, -1, 1, 5, 4, 2);
        Tensor c = Tensor.einsum("...ij,...jk->...ik", a, b);
        assertEquals(Shape.of(2, 5, 3, 2), c.shape());
        double[] expected = a.matmul(b).toDoubleArray();
        double[] found = c.toDoubleArray();
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i], found[i], 1e-13);
        }
        assertArrayEquals(found, Tensor.einsum("...ij, ...jk", a, b).toDoubleArray());
        assertEquals(Shape.of(4, 2, 1, 3), Tensor.einsum("...j->j...", a).shape());
        assertArrayEquals(a.sum().toDoubleArray(), Tensor.einsum("...->", a).toDoubleArray(), 1e-14);
    }

    @Test
    void withoutAnArrowWhatOccursOnceStays() {
        Tensor a = Tensor.arange(DType.F64, 0, 6, 1).reshape(2, 3);
        Tensor b = Tensor.arange(DType.F64, 0, 12, 1).reshape(3, 4);
        assertArrayEquals(
                a.matmul(b).toDoubleArray(), Tensor.einsum("ij,jk", a, b).toDoubleArray());
        assertArrayEquals(a.transpose().toDoubleArray(), Tensor.einsum("ba", a).toDoubleArray());
        assertEquals(3, Tensor.einsum("ii", Tensor.eye(DType.F64, 3)).item());
    }

    @Test
    void integersAndMixedTypes() {
        Tensor a = Tensor.arange(6).reshape(2, 3);
        Tensor b = Tensor.of(new int[] {1, 2, 3}, 3);
        Tensor product = Tensor.einsum("ij,j->i", a, b);
        assertEquals("i64[2]", product.describe());
        assertArrayEquals(new long[] {8, 26}, product.toLongArray());
        // As matrix products of floating numbers are, in batches too, but without matmul, which takes no integers.
        Tensor square = Tensor.einsum("ij,kj->ik", a, a);
        assertEquals("i64[2, 2]", square.describe());
        assertArrayEquals(new long[] {5, 14, 14, 50}, square.toLongArray());
        Tensor batches = a.reshape(1, 2, 3).to(DType.I32);
        assertArrayEquals(
                new long[] {28, 100},
                Tensor.einsum("bij,bkj,k->bi", batches, batches, Tensor.of(new long[] {0, 2}))
                        .toLongArray());
        Tensor mixed = Tensor.einsum("ij,jk->ik", a, Tensor.ones(3, 2));
        assertEquals("f32[2, 2]", mixed.describe());
        assertArrayEquals(new float[] {3, 3, 12, 12}, mixed.toFloatArray());
    }

    @Test
    void theCheapestPairGoesFirst() {
        // From left to right the first product would be 400 × 400.
        Tensor a = Tensor.ones(DType.F64, 400, 2);
        Tensor b = Tensor.ones(DType.F64, 2, 400);
        Tensor v = Tensor.ones(DType.F64, 400, 1);
        try (var tape = Tape.open()) {
            Tensor y = Tensor.einsum("ij,jk,kl->il", a, b, v);
            assertEquals(800, y.get(0, 0));
            long largest = tape.calls().stream()
                    .flatMap(call -> Arrays.stream(call.outputs()))
                    .mapToLong(Tensor::size)
                    .max()
                    .orElseThrow();
            assertEquals(400, largest);
        }
    }

    @Test
    void gradientsAreThoseOfDifferences() {
        var random = new SplittableRandom(5);
        String[] equations = {
            "ij,jk->ki", "bij,bjk->bik", "ij,ij->i", "i,j->ij", "ii,ij->j", "ijk,ij->k", "ij,jk,kl->il", "iji->j"
        };
        for (String equation : equations) {
            String[] inputs = equation.substring(0, equation.indexOf("->")).split(",", -1);
            Tensor[] operands = new Tensor[inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                operands[i] = Layout.random(
                        random,
                        -1,
                        1,
                        inputs[i].chars().mapToLong(c -> c - 'a' == 1 ? 2 : 3).toArray());
            }
            GradCheck.of(x -> Tensor.einsum(equation, x.toArray(new Tensor[0])).square())
                    .order(2)
                    .step(1e-4)
                    .check(operands)
                    .orThrow();
        }
    }
}
