package org.culebra.distributions;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** What distributions ask of their arguments, and the sentences where they do not get it. */
final class Arguments {
    private Arguments() {}

    // ---------------------------------------------------------------- parameters

    /** The type that parameters are computed with: the widest floating one, f32 of integers. */
    static DType type(Tensor... parameters) {
        DType type = DType.F32;
        for (Tensor each : parameters) {
            type = DType.promote(type, each.dtype());
        }
        return type;
    }

    /** The shape that two parameters broadcast to. */
    static Shape together(String name, String first, Shape a, String second, Shape b) {
        Shape common = Shape.broadcast(a, b);
        if (common == null) {
            throw new IllegalArgumentException(
                    name + ": the parameters do not broadcast\n  " + first + "  " + a + "\n  " + second + "  " + b);
        }
        return common;
    }

    /** All numbers finite and above 0. */
    static void positive(String name, String parameter, Tensor x) {
        require(name, parameter, x, "positive", x.gt(0).and(x.isFinite()));
    }

    static void finite(String name, String parameter, Tensor x) {
        require(name, parameter, x, "finite", x.isFinite());
    }

    static void notNaN(String name, String parameter, Tensor x) {
        require(name, parameter, x, "numbers", x.isNaN().not());
    }

    static void probabilities(String name, Tensor x) {
        require(name, "probabilities", x, "in [0, 1]", x.ge(0).and(x.le(1)));
    }

    /** The first number that is not as it should be is named. */
    static void require(String name, String parameter, Tensor x, String rule, Tensor good) {
        if (good.size() == 0 || good.all().item() != 0) {
            return;
        }
        Tensor place = Tape.untracked(() -> good.not().nonZero());
        long[] index = place.select(0, 0).toLongArray();
        throw new IllegalArgumentException(name + ": the " + parameter + " must be " + rule + ", but "
                + (index.length == 0 ? "it is " : "at " + Arrays.toString(index) + " there is ") + x.get(index));
    }

    /** A vector at least, and its last axis not empty. */
    static void vectors(String name, String parameter, Tensor x) {
        if (x.rank() == 0 || x.dim(-1) == 0) {
            throw new IllegalArgumentException(
                    name + ": the " + parameter + " need an axis of at least 1 number, unlike " + x.describe());
        }
    }

    // ---------------------------------------------------------------- shapes

    /** One shape after the other. */
    static Shape join(Shape a, Shape b) {
        return a.append(b.dims());
    }

    /** [S, B, E]. */
    static Shape sampled(Distribution d, long[] dims) {
        return join(Shape.of(dims), join(d.batchShape(), d.eventShape()));
    }

    /**
     * A value for a density, as it is.
     *
     * @throws IllegalArgumentException if its last axes are not an event, or the others do not broadcast with the batch
     */
    static Tensor value(Distribution d, Tensor x) {
        int leading = x.rank() - d.eventShape().rank();
        if (leading < 0
                || !x.shape().range(leading, x.rank()).equals(d.eventShape())
                || Shape.broadcast(x.shape().range(0, leading), d.batchShape()) == null) {
            throw new IllegalArgumentException(d + ": the value has the wrong shape\n  needed  "
                    + join(d.batchShape(), d.eventShape()) + ", other axes before these\n  given   " + x.describe());
        }
        return x;
    }

    /** The numbers of the last axes, counted from the end. */
    static int[] last(int count) {
        int[] axes = new int[count];
        for (int i = 0; i < count; i++) {
            axes[i] = i - count;
        }
        return axes;
    }

    /** Σ over the last axes, as it is if there are none. */
    static Tensor sumLast(Tensor x, int count) {
        return count == 0 ? x : x.sum(last(count));
    }

    // ---------------------------------------------------------------- samples

    static void samples(String operation, int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException(operation + ": at least 1 sample is needed, not " + samples);
        }
    }

    /** Samples with gradients if there are any. */
    static Tensor best(Distribution d, Random random, int samples) {
        return d.isReparameterized() ? d.sampleReparameterized(random, samples) : d.sample(random, samples);
    }

    // ---------------------------------------------------------------- words

    static String describe(Distribution d) {
        return d.getClass().getSimpleName() + "(batch " + d.batchShape() + ", event " + d.eventShape() + ")";
    }

    static UnsupportedOperationException unknown(Distribution d, String what, String remedy) {
        return new UnsupportedOperationException(d + ": there is no closed form of the " + what + "; " + remedy);
    }

    static UnsupportedOperationException notReparameterized(Distribution d, String reason) {
        return new UnsupportedOperationException(d + ": samples have no gradients, for " + reason
                + "; sample(…) draws without, and the gradient of logDensity(…) is the one to use");
    }
}
