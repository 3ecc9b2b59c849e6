package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.Taps;

/** Interpolation and padding: which elements each element of the result is made of. */
final class Resampling {
    private Resampling() {}

    // ---------------------------------------------------------------- interpolation

    static Tensor resize(Tensor x, Interpolation how, long... sizes) {
        Taps[] taps = new Taps[sizes.length];
        check("resize", x, sizes);
        for (int k = 0; k < taps.length; k++) {
            int inputs = (int) x.dim(k - taps.length);
            taps[k] = interpolation(how, inputs, (int) sizes[k], (double) inputs / sizes[k]);
        }
        return Resample.apply(x, taps);
    }

    static Tensor upsample(Tensor x, Interpolation how, double... factors) {
        long[] sizes = new long[factors.length];
        Pooling.check("upsample", x, factors.length);
        for (int k = 0; k < sizes.length; k++) {
            if (!(factors[k] > 0) || Double.isInfinite(factors[k])) {
                throw SpatialErrors.badFactor(factors[k]);
            }
            sizes[k] = (long) (x.dim(k - sizes.length) * factors[k]);
        }
        check("upsample", x, sizes);
        Taps[] taps = new Taps[sizes.length];
        for (int k = 0; k < taps.length; k++) {
            taps[k] = interpolation(how, (int) x.dim(k - taps.length), (int) sizes[k], 1 / factors[k]);
        }
        return Resample.apply(x, taps);
    }

    static void check(String operation, Tensor x, long[] sizes) {
        if (sizes.length == 0) {
            throw SpatialErrors.noSizes(operation);
        }
        Pooling.check(operation, x, sizes.length);
        double plane = 1;
        for (int k = 0; k < sizes.length; k++) {
            if (sizes[k] <= 0) {
                throw Errors.notPositive(operation, "size", sizes[k]);
            }
            if (x.dim(k - sizes.length) == 0) {
                throw SpatialErrors.emptyPlane(operation, x);
            }
            plane *= sizes[k];
        }
        if (plane > Integer.MAX_VALUE) {
            throw SpatialErrors.planeTooLarge(operation, x);
        }
    }

    /**
     * The weights along an axis.
     *
     * @param step distance of the results, in inputs
     */
    private static Taps interpolation(Interpolation how, int inputs, int outputs, double step) {
        var taps = new Taps.Builder(inputs, outputs);
        for (int i = 0; i < outputs; i++) {
            switch (how) {
                case NEAREST -> taps.add(nearest(i, inputs, outputs, step), 1);
                case LINEAR -> between(taps, inputs, Math.max(0, (i + .5) * step - .5));
                case LINEAR_CORNERS ->
                    between(taps, inputs, outputs == 1 ? 0 : i * (double) (inputs - 1) / (outputs - 1));
            }
            taps.next();
        }
        return taps.build();
    }

    /** In integers where the step is exactly inputs over outputs: no rounding shifts a pixel. */
    private static int nearest(int i, int inputs, int outputs, double step) {
        boolean exact = step == (double) inputs / outputs;
        long source = exact ? (long) i * inputs / outputs : (long) (i * step);
        return (int) Math.min(source, inputs - 1);
    }

    private static void between(Taps.Builder taps, int inputs, double position) {
        int left = (int) Math.min(position, inputs - 1);
        double weight = left == inputs - 1 ? 0 : position - left;
        taps.add(left, 1 - weight);
        if (weight > 0) {
            taps.add(left + 1, weight);
        }
    }

    // ---------------------------------------------------------------- padding

    static Tensor pad(Tensor x, PadMode mode, double value, long... amounts) {
        if (amounts.length % 2 != 0) {
            throw SpatialErrors.unevenPadding(amounts);
        }
        int axes = amounts.length / 2;
        if (x.rank() < axes) {
            throw Errors.rankAtLeast("pad", axes, x);
        }
        if (Arrays.stream(amounts).allMatch(amount -> amount == 0)) {
            return x;
        }
        Tensor cropped = crop(x, amounts);
        return mode == PadMode.ZEROS ? constant(cropped, value, amounts) : gathered(cropped, mode, amounts);
    }

    /** Negative amounts take away. */
    private static Tensor crop(Tensor x, long[] amounts) {
        Tensor cropped = x;
        for (int k = 0; k < amounts.length / 2; k++) {
            int axis = x.rank() - 1 - k;
            long before = Math.max(0, -amounts[2 * k]);
            long after = Math.max(0, -amounts[2 * k + 1]);
            if (before > x.dim(axis) || after > x.dim(axis) - before) {
                throw SpatialErrors.croppedTooFar(x, axis, before, after);
            }
            cropped = cropped.narrow(axis, before, x.dim(axis) - before - after);
        }
        return cropped;
    }

    private static Tensor constant(Tensor x, double value, long[] amounts) {
        Errors.requireIntegral("pad", value, x);
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        boolean any = false;
        for (int axis = 0; axis < x.rank(); axis++) {
            int at = 2 * (x.rank() - 1 - axis);
            before.add(at < amounts.length ? Math.max(0, amounts[at]) : 0);
            after.add(at < amounts.length ? Math.max(0, amounts[at + 1]) : 0);
            any |= before.get(axis) > 0 || after.get(axis) > 0;
            long most = Long.MAX_VALUE - x.dim(axis);
            if (before.get(axis) > most - after.get(axis)) {
                throw SpatialErrors.paddingTooLarge(
                        PadMode.ZEROS, x, axis, Math.max(before.get(axis), after.get(axis)), most);
            }
        }
        return any ? new Pad(List.copyOf(before), List.copyOf(after), value).one(x) : x;
    }

    private static Tensor gathered(Tensor x, PadMode mode, long[] amounts) {
        int axes = amounts.length / 2;
        Taps[] taps = new Taps[axes];
        for (int k = 0; k < axes; k++) {
            int at = 2 * (axes - 1 - k);
            taps[k] = continued(mode, x, x.rank() - axes + k, Math.max(0, amounts[at]), Math.max(0, amounts[at + 1]));
        }
        return picked("pad", x, taps);
    }

    /** Taps of one element each; whole numbers are picked, one axis after the other. */
    private static Tensor picked(String operation, Tensor x, Taps[] taps) {
        if (x.dtype().isFloating()) {
            Pooling.check(operation, x, taps.length);
            return Resample.apply(x, taps);
        }
        Tensor y = x;
        for (int k = 0; k < taps.length; k++) {
            y = taps[k].isIdentity() ? y : y.indexSelect(k - taps.length, Tensor.of(taps[k].sources()));
        }
        return y;
    }

    private static Taps continued(PadMode mode, Tensor x, int axis, long before, long after) {
        int inputs = (int) x.dim(axis);
        long most = switch (mode) {
            case ZEROS -> Integer.MAX_VALUE;
            case REFLECT -> Math.max(inputs - 1, 0);
            case REPLICATE -> inputs == 0 ? 0 : Integer.MAX_VALUE - inputs;
            case CIRCULAR -> inputs;
        };
        if (Math.max(before, after) > most || before + after > Integer.MAX_VALUE - inputs) {
            throw SpatialErrors.paddingTooLarge(mode, x, axis, Math.max(before, after), most);
        }
        var taps = new Taps.Builder(inputs, (int) (before + inputs + after));
        for (int i = (int) -before; i < inputs + after; i++) {
            taps.add(source(mode, i, inputs), 1).next();
        }
        return taps.build();
    }

    /** Where an index before the first or behind the last element leads. */
    private static int source(PadMode mode, int index, int inputs) {
        return switch (mode) {
            case ZEROS -> index;
            case REFLECT -> index < 0 ? -index : index < inputs ? index : 2 * (inputs - 1) - index;
            case REPLICATE -> Math.clamp(index, 0, inputs - 1);
            case CIRCULAR -> Math.floorMod(index, inputs);
        };
    }
}
