package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = (x − m)/√(v + ε)·w + b per channel; in training m and v are the mean and the biased variance of the batch, in evaluation
 * their running averages.
 *
 * <p>x: [B, C] or [B, C, ...] → the same; w, b, m and v: [C]. Serves as BatchNorm1d, 2d and 3d of PyTorch.
 *
 * <p>The averages are buffers, {@code running_mean}, {@code running_var} and {@code num_batches_tracked}: each batch moves them by
 * the momentum towards its own mean and its unbiased variance, as in PyTorch (Ioffe and Szegedy 2015).
 */
public final class BatchNorm implements Layer {
    /** Inputs running, batch; numbers momentum, correction. */
    private static final Elementwise MOVE = Elementwise.withScalars("runningAverage", 2, 2, (x, s) -> {
        var target = x.get(1).mul(s.get(1));
        return List.of(target.sub(x.get(0)).fma(s.get(0), x.get(0)));
    });

    private static final Elementwise SHIFT_SCALE_SHIFT = Elementwise.withScalars(
            "batchNorm",
            4,
            0,
            (x, none) -> List.of(x.get(0).sub(x.get(1)).mul(x.get(2)).add(x.get(3))));

    private final long channels;
    private final Options options;
    private final Scaling scaling;
    private final @Nullable Running running;

    /** A momentum of 0 stands for the plain average over all batches. */
    private record Options(double epsilon, double momentum, boolean scaled, boolean tracking, Initializer scale) {}

    private record Running(Parameter mean, Parameter variance, Parameter batches) {}

    private BatchNorm(long channels, Options options) {
        this.channels = channels;
        this.options = options;
        scaling = options.scaled ? Scaling.of(options.scale, true, channels) : Scaling.NONE;
        running = options.tracking
                ? new Running(
                        Parameter.buffer(Initializer.constant(0), channels),
                        Parameter.buffer(Initializer.constant(1), channels),
                        Parameter.counter())
                : null;
    }

    /**
     * For C channels, with ε = 1e-5 and momentum .1.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public static BatchNorm of(long channels) {
        Checks.positive("batchNorm", "channels", channels);
        return new BatchNorm(channels, new Options(1e-5, .1, true, true, Initializer.constant(1)));
    }

    private BatchNorm with(Options other) {
        return new BatchNorm(channels, other);
    }

    /** The same with another ε. */
    public BatchNorm epsilon(double value) {
        Checks.positive("batchNorm", "epsilon", value);
        return with(new Options(value, options.momentum, options.scaled, options.tracking, options.scale));
    }

    /**
     * The same with averages that each batch moves by this share.
     *
     * @throws IllegalArgumentException unless it is in (0, 1]
     */
    public BatchNorm momentum(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("batchNorm: momentum must be in (0, 1], not " + share);
        }
        return with(new Options(options.epsilon, share, options.scaled, options.tracking, options.scale));
    }

    /** The same with averages over all batches so far, each of the same weight: PyTorch's {@code momentum=None}. */
    public BatchNorm cumulative() {
        return with(new Options(options.epsilon, 0, options.scaled, true, options.scale));
    }

    /** The same without w and b. */
    public BatchNorm withoutScaling() {
        return with(new Options(options.epsilon, options.momentum, false, options.tracking, options.scale));
    }

    /** The same without running averages: evaluation takes the mean and variance of its batch, too. */
    public BatchNorm withoutRunningAverages() {
        return with(new Options(options.epsilon, options.momentum, options.scaled, false, options.scale));
    }

    /** The same with another first w. */
    public BatchNorm initializer(Initializer scale) {
        return with(new Options(options.epsilon, options.momentum, options.scaled, options.tracking, scale));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2 || x.dim(1) != channels) {
            throw Checks.wrongInput(this, "[B, " + channels + ", ...]", x);
        }
        long[] perChannel = Scaling.perChannel(channels, x.rank());
        Tensor w = scaling.scale(perChannel);
        Tensor b = scaling.shift(perChannel);
        if (running != null && !mode.isTraining()) {
            Tensor scale = running.variance
                    .value()
                    .add(options.epsilon)
                    .rsqrt()
                    .reshape(perChannel)
                    .mul(w);
            return SHIFT_SCALE_SHIFT.apply(x, running.mean.value().reshape(perChannel), scale, b);
        }
        long count = x.size() / Math.max(channels, 1);
        if (mode.isTraining() && count <= 1) {
            throw new IllegalArgumentException(this + ": training needs more than one number per channel\n  given   "
                    + x.describe() + "\n  hint: a larger batch, or dropLast in the loader");
        }
        int[] axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
        Tensor[] results = new Normalize(axes, options.epsilon, true).apply(x, w, b);
        if (running != null) {
            Tape.untracked(() -> track(running, results[1].reshape(channels), results[2].reshape(channels), count));
        }
        return results[0];
    }

    private void track(Running averages, Tensor mean, Tensor variance, long count) {
        Tensor batches = averages.batches.value();
        batches.assign(batches.add(1));
        double share = options.momentum == 0 ? 1 / batches.item() : options.momentum;
        move(averages.mean.value(), mean, share, 1);
        move(averages.variance.value(), variance, share, count / (count - 1.0));
    }

    private static void move(Tensor average, Tensor batch, double share, double correction) {
        MOVE.update(List.of(average), new double[] {share, correction}, average, batch.to(average.dtype()));
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return scaling.parameters();
    }

    @Override
    public Map<String, Parameter> ownBuffers() {
        if (running == null) {
            return Map.of();
        }
        var buffers = new LinkedHashMap<String, Parameter>();
        buffers.put("running_mean", running.mean);
        buffers.put("running_var", running.variance);
        buffers.put("num_batches_tracked", running.batches);
        return buffers;
    }

    @Override
    public String toString() {
        return "BatchNorm(" + channels
                + (options.epsilon == 1e-5 ? "" : ", epsilon " + options.epsilon)
                + (options.momentum == .1
                        ? ""
                        : options.momentum == 0 ? ", cumulative" : ", momentum " + options.momentum)
                + (options.scaled ? "" : ", no scaling")
                + (options.tracking ? ")" : ", no running averages)");
    }
}
