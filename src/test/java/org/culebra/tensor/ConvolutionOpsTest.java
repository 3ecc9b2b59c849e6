package org.culebra.tensor;

import static org.culebra.tensor.LinearMaps.any;
import static org.culebra.tensor.LinearMaps.assertAdjoint;
import static org.culebra.tensor.LinearMaps.assertClose;
import static org.culebra.tensor.LinearMaps.assertGradients;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class ConvolutionOpsTest {

    private record Case(Tensor x, Tensor w, Tensor bias, ConvOptions options) {
        static Case draw(SplittableRandom random, int most) {
            int groups = 1 + random.nextInt(3);
            int c = groups * (1 + random.nextInt(2));
            int o = groups * (1 + random.nextInt(2));
            int kh = 1 + random.nextInt(3);
            int kw = 1 + random.nextInt(4);
            var options = ConvOptions.DEFAULT
                    .stride(1 + random.nextInt(3), 1 + random.nextInt(2))
                    .padding(random.nextInt(3), random.nextInt(2))
                    .dilation(1 + random.nextInt(2), 1 + random.nextInt(2))
                    .groups(groups);
            int h = (kh - 1) * options.dilation().get(0) + 1 + random.nextInt(most);
            int w = (kw - 1) * options.dilation().get(1) + 1 + random.nextInt(most);
            Tensor x = any(random, random.nextInt(4), c, h, w);
            return new Case(x, any(random, o, c / groups, kh, kw), any(random, o), options);
        }

        long out(int k) {
            long room = x.dim(2 + k)
                    + 2L * options.padding().get(k)
                    - options.dilation().get(k) * (w.dim(2 + k) - 1)
                    - 1;
            return room / options.stride().get(k) + 1;
        }

        /** The definition, term by term. */
        Tensor naive() {
            Shape shape = Shape.of(x.dim(0), w.dim(0), out(0), out(1));
            double[] values = new double[(int) shape.size()];
            int e = 0;
            for (long n = 0; n < shape.dim(0); n++) {
                for (long o = 0; o < shape.dim(1); o++) {
                    for (long i = 0; i < shape.dim(2); i++) {
                        for (long j = 0; j < shape.dim(3); j++) {
                            values[e++] = bias.get(o) + sum(n, o, i, j);
                        }
                    }
                }
            }
            return Tensor.of(values, values.length).reshape(shape);
        }

        private double sum(long n, long o, long i, long j) {
            double sum = 0;
            long first = o / (w.dim(0) / options.groups()) * w.dim(1);
            for (long c = 0; c < w.dim(1); c++) {
                for (long a = 0; a < w.dim(2); a++) {
                    for (long b = 0; b < w.dim(3); b++) {
                        sum += w.get(o, c, a, b) * input(n, first + c, place(0, i, a), place(1, j, b));
                    }
                }
            }
            return sum;
        }

        private long place(int k, long output, long tap) {
            return output * options.stride().get(k)
                    - options.padding().get(k)
                    + tap * options.dilation().get(k);
        }

        private double input(long n, long c, long i, long j) {
            boolean inside = i >= 0 && i < x.dim(2) && j >= 0 && j < x.dim(3);
            return inside ? x.get(n, c, i, j) : 0;
        }
    }

    @Test
    void manyGeometries() {
        var random = new SplittableRandom(1);
        for (int trial = 0; trial < 40; trial++) {
            Case c = Case.draw(random, 6);
            Tensor expected = c.naive();
            assertClose(expected, c.x.conv2d(c.w, c.bias, c.options), 1e-12);
            Tensor plain = c.x.conv2d(c.w, c.options);
            assertClose(expected, plain.add(c.bias.reshape(-1, 1, 1)), 1e-12);
            Tensor single = c.x.to(DType.F32).conv2d(c.w.to(DType.F32), c.bias.to(DType.F32), c.options);
            assertEquals(DType.F32, single.dtype());
            assertClose(expected, single.to(DType.F64), 1e-4);
        }
    }

    /** ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ where the output padding restores the size of x. */
    @Test
    void transposedIsTheAdjoint() {
        var random = new SplittableRandom(2);
        for (int trial = 0; trial < 40; trial++) {
            Case c = Case.draw(random, 6);
            Tensor y = any(random, c.x.dim(0), c.w.dim(0), c.out(0), c.out(1));
            int[] more = new int[2];
            for (int k = 0; k < 2; k++) {
                long room = c.x.dim(2 + k)
                        + 2L * c.options.padding().get(k)
                        - c.options.dilation().get(k) * (c.w.dim(2 + k) - 1)
                        - 1;
                more[k] = (int) (room % c.options.stride().get(k));
            }
            Tensor back = y.convTranspose2d(c.w, c.options.outputPadding(more));
            assertEquals(c.x.shape(), back.shape());
            double expected = LinearMaps.dot(c.x.conv2d(c.w, c.options), y);
            assertEquals(expected, LinearMaps.dot(c.x, back), 1e-10 * Math.max(1, Math.abs(expected)));
            Tensor bias = any(random, c.x.dim(1));
            Tensor biased = y.convTranspose2d(c.w, bias, c.options.outputPadding(more));
            assertClose(back.add(bias.reshape(-1, 1, 1)), biased, 1e-12);
        }
    }

    @Test
    void gradientsOfBothOrders() {
        var random = new SplittableRandom(3);
        for (int trial = 0; trial < 10; trial++) {
            Case c = Case.draw(random, 3);
            assertGradients(in -> in.get(0).conv2d(in.get(1), in.get(2), c.options), c.x, c.w, c.bias);
            ConvOptions options = c.options.stride(2).outputPadding(1, 0);
            Tensor y = any(random, 2, c.w.dim(0), 3, 2);
            ConvOptions unpadded = options.padding(0);
            Tensor bias = any(random, c.x.dim(1));
            assertGradients(in -> in.get(0).convTranspose2d(in.get(1), in.get(2), unpadded), y, c.w, bias);
        }
    }

    /** Each of the three is linear in both of its inputs, and its gradients are the other two. */
    @Test
    void theTriadIsClosed() {
        var random = new SplittableRandom(4);
        for (int trial = 0; trial < 10; trial++) {
            Case c = Case.draw(random, 4);
            Tensor y = any(random, c.x.dim(0), c.w.dim(0), c.out(0), c.out(1));
            assertAdjoint(x -> x.conv2d(c.w, c.options), c.x, random);
            assertAdjoint(w -> c.x.conv2d(w, c.options), c.w, random);
            try (var tape = Tape.open()) {
                Tensor x = c.x.copy();
                Tensor w = c.w.copy();
                Tensor form = x.conv2d(w, c.options).mul(y).sum();
                Tensor dx = tape.gradient(form, x, Order.DIFFERENTIABLE);
                Tensor dw = tape.gradient(form, w, Order.DIFFERENTIABLE);
                Tensor u = any(random, x.shape().dims());
                Tensor v = any(random, w.shape().dims());
                // ∂²/∂x∂w from either side: the same bilinear form.
                double left = LinearMaps.dot(tape.gradient(dx.mul(u).sum(), w), v);
                double right = LinearMaps.dot(tape.gradient(dw.mul(v).sum(), x), u);
                double direct = LinearMaps.dot(u.conv2d(v, c.options), y);
                assertEquals(direct, left, 1e-9 * Math.max(1, Math.abs(direct)));
                assertEquals(direct, right, 1e-9 * Math.max(1, Math.abs(direct)));
            }
        }
    }

    @Test
    void alongOneAxis() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5}, 1, 1, 5);
        Tensor w = Tensor.of(new float[] {1, 0, -1}, 1, 1, 3);
        assertArrayEquals(
                new float[] {-2, -2, -2}, x.conv1d(w, ConvOptions.DEFAULT).toFloatArray());
        assertArrayEquals(
                new float[] {-1, -1, 5},
                x.conv1d(
                                w,
                                Tensor.of(new float[] {1}, 1),
                                ConvOptions.DEFAULT.stride(2).padding(1))
                        .toFloatArray());
        assertArrayEquals(
                new float[] {1, 2, 2, 2, 2, -4, -5},
                x.convTranspose1d(w, ConvOptions.DEFAULT).toFloatArray());
        assertArrayEquals(
                new float[] {8, 6, 6, 8},
                Tensor.of(new float[] {1, -1}, 1, 2)
                        .convTranspose1d(w, Tensor.of(new float[] {7}, 1), ConvOptions.DEFAULT)
                        .toFloatArray());
    }

    @Test
    void alongThreeAxes() {
        var random = new SplittableRandom(5);
        Tensor x = any(random, 2, 4, 5, 4, 6);
        Tensor w = any(random, 6, 2, 3, 2, 3);
        Tensor bias = any(random, 6);
        ConvOptions options = ConvOptions.DEFAULT
                .stride(2, 1, 2)
                .padding(2, 1, 0)
                .dilation(2, 1, 1)
                .groups(2);
        Tensor y = x.conv3d(w, bias, options);
        assertEquals(Shape.of(2, 6, 3, 5, 2), y.shape());
        // A volume is convolved slice by slice: place i of the output adds up the slices that the kernel sees.
        ConvOptions planes = ConvOptions.DEFAULT.stride(1, 2).padding(1, 0).groups(2);
        for (int i = 0; i < 3; i++) {
            Tensor sum = Tensor.zeros(DType.F64, 2, 6, 5, 2);
            for (int a = 0; a < 3; a++) {
                int depth = 2 * i - 2 + 2 * a;
                if (depth >= 0 && depth < 5) {
                    sum = sum.add(x.select(2, depth).conv2d(w.select(2, a), planes));
                }
            }
            assertClose(sum.add(bias.reshape(-1, 1, 1)), y.select(2, i), 1e-12);
        }
        assertEquals(y.shape().range(1, 5), x.select(0, 0).conv3d(w, options).shape());
        assertAdjoint(z -> z.conv3d(w, options), x, random);
        assertAdjoint(z -> x.conv3d(z, options), w, random);
    }

    @Test
    void transposedVolumesAreTheGradientOfVolumes() {
        var random = new SplittableRandom(9);
        Tensor w = any(random, 6, 2, 3, 2, 3);
        ConvOptions[] all = {
            ConvOptions.DEFAULT.groups(2),
            ConvOptions.DEFAULT
                    .stride(2, 1, 3)
                    .padding(2, 1, 0)
                    .dilation(2, 1, 1)
                    .groups(2),
            ConvOptions.DEFAULT.stride(3, 2, 1).padding(1, 0, 2).groups(2)
        };
        for (ConvOptions options : all) {
            Tensor x = any(random, 2, 4, 9, 5, 7);
            Tensor y = any(random, x.conv3d(w, options).shape().dims());
            Tensor expected;
            try (var tape = Tape.open()) {
                Tensor input = x.copy();
                expected =
                        tape.keep(tape.gradient(input.conv3d(w, options).mul(y).sum(), input));
            }
            int[] missing = new int[3];
            Tensor least = y.convTranspose3d(w, options);
            for (int k = 0; k < 3; k++) {
                missing[k] = (int) (x.dim(2 + k) - least.dim(2 + k));
            }
            Tensor bias = any(random, 4);
            Tensor found = y.convTranspose3d(w, bias, options.outputPadding(missing));
            assertClose(expected.add(bias.reshape(4, 1, 1, 1)), found, 1e-12);
            assertEquals(
                    least.shape().range(1, 5),
                    y.select(0, 0).convTranspose3d(w, options).shape());
            assertAdjoint(z -> z.convTranspose3d(w, options), y, random);
        }
    }

    @Test
    void oneImageAndEmptyBatches() {
        var random = new SplittableRandom(6);
        Tensor image = any(random, 3, 5, 5);
        Tensor w = any(random, 2, 3, 3, 3);
        assertClose(
                image.unsqueeze(0).conv2d(w, ConvOptions.DEFAULT).squeeze(0), image.conv2d(w, ConvOptions.DEFAULT), 0);
        assertEquals(
                Shape.of(3, 7, 7),
                any(random, 2, 5, 5).convTranspose2d(w, ConvOptions.DEFAULT).shape());
        Tensor none = Tensor.zeros(DType.F64, 0, 3, 5, 5);
        assertEquals(Shape.of(0, 2, 3, 3), none.conv2d(w, ConvOptions.DEFAULT).shape());
        try (var tape = Tape.open()) {
            Tensor weight = w.copy();
            Tensor gradient =
                    tape.gradient(none.conv2d(weight, ConvOptions.DEFAULT).sum(), weight);
            assertArrayEquals(new double[54], gradient.toDoubleArray());
        }
    }

    @Test
    void mixedTypesPromote() {
        var random = new SplittableRandom(7);
        Tensor x = any(random, 1, 2, 4, 4);
        Tensor w = any(random, 3, 2, 2, 2).to(DType.F32);
        try (var tape = Tape.open()) {
            Tensor weight = w.copy();
            Tensor y = x.conv2d(weight, ConvOptions.DEFAULT);
            assertEquals(DType.F64, y.dtype());
            assertEquals(DType.F32, tape.gradient(y.sum(), weight).dtype());
        }
    }

    @Test
    void outputPaddingMayBeAsLargeAsTheDilation() {
        Random random = Random.seeded(11);
        Tensor y = Tensor.normal(random, DType.F64, 0, 1, 2, 3, 4, 5);
        Tensor w = Tensor.normal(random, DType.F64, 0, 1, 3, 2, 2, 3);
        Tensor bias = Tensor.normal(random, DType.F64, 0, 1, 2);
        ConvOptions options = ConvOptions.DEFAULT.stride(1, 2).dilation(3, 4);
        Tensor plain = y.convTranspose2d(w, options);
        // What is added lies behind all that the kernel reaches: with padding 0 it is nothing but the bias.
        Tensor padded = y.convTranspose2d(w, bias, options.outputPadding(2, 3));
        assertArrayEquals(
                new long[] {2, 2, plain.dim(2) + 2, plain.dim(3) + 3},
                padded.shape().dims());
        assertArrayEquals(
                plain.pad(0, 3, 0, 2).add(bias.reshape(2, 1, 1)).toDoubleArray(), padded.toDoubleArray(), 1e-12);
        // With padding it is what was cut off the end.
        assertArrayEquals(
                plain.narrow(2, 2, plain.dim(2) - 2)
                        .narrow(3, 3, plain.dim(3) - 3)
                        .toDoubleArray(),
                y.convTranspose2d(w, options.padding(2, 3).outputPadding(2, 3)).toDoubleArray(),
                1e-12);
    }
}
