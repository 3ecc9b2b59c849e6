package org.culebra.tensor;

/**
 * Operations on images: convolution, pooling, resampling, padding.
 *
 * <p>Planes are the last two axes, H rows of W columns; the letters before them: N images, C channels in, O channels out. Where
 * an operation works on the last axes only, any number of axes may come before. All need f32 or f64, but for padding.
 */
public sealed interface Spatial permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    // ---------------------------------------------------------------- convolution

    /**
     * y[n,o,i,j] = Σ w[o,c,a,b]·x[n,c, i·s − p + a·d, j·s − p + b·d] with stride s, padding p and dilation d of the rows and
     * columns; x is 0 outside, and o sees the channels c of its group.
     *
     * <p>x: [N,C,H,W], w: [O,C/groups,Kh,Kw] → [N,O,H′,W′], H′ = ⌊(H + 2p − d·(Kh − 1) − 1) / s⌋ + 1; x may be one image
     * [C,H,W]. This is what deep learning calls convolution: the kernel is not flipped.
     *
     * @throws IllegalArgumentException if ranks, channels or groups do not fit, or the kernel is larger than the padded input
     */
    default Tensor conv2d(Tensor w, ConvOptions options) {
        return Convolutions.convolve("conv2d", 2, self(), w, null, options);
    }

    /** {@link #conv2d(Tensor, ConvOptions)} plus bias[o], in the same pass. */
    default Tensor conv2d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.convolve("conv2d", 2, self(), w, bias, options);
    }

    /** {@link #conv2d(Tensor, ConvOptions)} along one axis: [N,C,L], w: [O,C/groups,K] → [N,O,L′]. */
    default Tensor conv1d(Tensor w, ConvOptions options) {
        return Convolutions.convolve("conv1d", 1, self(), w, null, options);
    }

    /** {@link #conv1d(Tensor, ConvOptions)} plus bias[o], in the same pass. */
    default Tensor conv1d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.convolve("conv1d", 1, self(), w, bias, options);
    }

    /**
     * {@link #conv2d(Tensor, ConvOptions)} along three axes: [N,C,D,H,W], w: [O,C/groups,Kd,Kh,Kw] → [N,O,D′,H′,W′].
     *
     * <p>Each of the Kd depths that the kernel sees is copied to channels of its own.
     */
    default Tensor conv3d(Tensor w, ConvOptions options) {
        return Convolutions.convolve("conv3d", 3, self(), w, null, options);
    }

    /** {@link #conv3d(Tensor, ConvOptions)} plus bias[o]. */
    default Tensor conv3d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.convolve("conv3d", 3, self(), w, bias, options);
    }

    /**
     * y[n,c, i·s − p + a·d, j·s − p + b·d] = Σ w[o,c,a,b]·x[n,o,i,j]: the adjoint of {@link #conv2d(Tensor, ConvOptions)}.
     *
     * <p>x: [N,O,H,W], w: [O,C/groups,Kh,Kw] (so its first axis is that of the input) → [N,C,H′,W′], H′ = (H − 1)·s − 2p +
     * d·(Kh − 1) + outputPadding + 1; x may be one image [O,H,W].
     *
     * @throws IllegalArgumentException if ranks, channels or groups do not fit, outputPadding is below neither stride nor dilation, or nothing
     *     would be left of the output
     */
    default Tensor convTranspose2d(Tensor w, ConvOptions options) {
        return Convolutions.transpose("convTranspose2d", 2, self(), w, null, options);
    }

    /** {@link #convTranspose2d(Tensor, ConvOptions)} plus bias[c], in the same pass. */
    default Tensor convTranspose2d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.transpose("convTranspose2d", 2, self(), w, bias, options);
    }

    /** {@link #convTranspose2d(Tensor, ConvOptions)} along one axis: [N,O,L], w: [O,C/groups,K] → [N,C,L′]. */
    default Tensor convTranspose1d(Tensor w, ConvOptions options) {
        return Convolutions.transpose("convTranspose1d", 1, self(), w, null, options);
    }

    /** {@link #convTranspose1d(Tensor, ConvOptions)} plus bias[c], in the same pass. */
    default Tensor convTranspose1d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.transpose("convTranspose1d", 1, self(), w, bias, options);
    }

    /**
     * {@link #convTranspose2d(Tensor, ConvOptions)} over three axes: [N,O,D,H,W], w: [O,C/groups,Kd,Kh,Kw] → [N,C,D′,H′,W′].
     * Made of transposed convolutions over planes.
     */
    default Tensor convTranspose3d(Tensor w, ConvOptions options) {
        return Convolutions.transpose("convTranspose3d", 3, self(), w, null, options);
    }

    /** {@link #convTranspose3d(Tensor, ConvOptions)} plus bias[c]. */
    default Tensor convTranspose3d(Tensor w, Tensor bias, ConvOptions options) {
        return Convolutions.transpose("convTranspose3d", 3, self(), w, bias, options);
    }

    // ---------------------------------------------------------------- pooling

    /** The largest element of each k×k block: [..., H, W] → [..., ⌊H/k⌋, ⌊W/k⌋]. */
    default Tensor maxPool2d(int kernel) {
        return maxPool2d(PoolOptions.of(kernel));
    }

    /**
     * y[…,i,j] = max over a, b of x[…, i·s − p + a·d, j·s − p + b·d], as far as that is in x.
     *
     * <p>[..., H, W] → [..., H′, W′], see {@link PoolOptions}. The gradient goes to the first of equal elements; NaN counts as
     * the largest.
     *
     * @throws IllegalArgumentException if the kernel is larger than the padded input or a window would see padding only
     */
    default Tensor maxPool2d(PoolOptions options) {
        return Pooling.max2d(self(), options);
    }

    /** {@link #maxPool2d(PoolOptions)} along one axis: [..., L] → [..., L′]. */
    default Tensor maxPool1d(PoolOptions options) {
        return Pooling.max1d(self(), options);
    }

    /** {@link #maxPool2d(PoolOptions)} along three axes: [..., D, H, W] → [..., D′, H′, W′]. */
    default Tensor maxPool3d(PoolOptions options) {
        return Pooling.max3d(self(), options);
    }

    /** The mean of each k×k block: [..., H, W] → [..., ⌊H/k⌋, ⌊W/k⌋]. */
    default Tensor avgPool2d(int kernel) {
        return avgPool2d(PoolOptions.of(kernel));
    }

    /**
     * y[…,i,j] = mean over a, b of x[…, i·s − p + a·d, j·s − p + b·d].
     *
     * <p>[..., H, W] → [..., H′, W′], see {@link PoolOptions}. The mean is over the padding as well, which is 0, or with {@code
     * countPadding(false)} over the elements in x only; never over what a window of ceil mode sees behind the padding.
     *
     * @throws IllegalArgumentException if the kernel is larger than the padded input or a window would see padding only
     */
    default Tensor avgPool2d(PoolOptions options) {
        return Pooling.average("avgPool2d", self(), options, 2);
    }

    /** {@link #avgPool2d(PoolOptions)} along one axis: [..., L] → [..., L′]. */
    default Tensor avgPool1d(PoolOptions options) {
        return Pooling.average("avgPool1d", self(), options, 1);
    }

    /** {@link #avgPool2d(PoolOptions)} along three axes: [..., D, H, W] → [..., D′, H′, W′]. */
    default Tensor avgPool3d(PoolOptions options) {
        return Pooling.average("avgPool3d", self(), options, 3);
    }

    /**
     * Means over windows that divide the last axes into these numbers of parts: window i of n over a length D is from ⌊i·D/n⌋ to
     * ⌈(i + 1)·D/n⌉.
     *
     * <p>[..., D₁, …, Dₖ] → [..., n₁, …, nₖ] for k sizes. {@code adaptiveAvgPool(1, 1)} is the mean of each plane.
     *
     * @throws IllegalArgumentException if a size is not positive or an axis is empty
     */
    default Tensor adaptiveAvgPool(long... sizes) {
        return Pooling.adaptiveAverage("adaptiveAvgPool", self(), sizes);
    }

    // ---------------------------------------------------------------- resampling

    /**
     * The last axes at other lengths, between or out of the elements that {@link Interpolation} says; two sizes with {@code
     * LINEAR} are bilinear, three are trilinear. Nothing is smoothed before an axis is made shorter.
     *
     * <p>[..., D₁, …, Dₖ] → [..., n₁, …, nₖ] for k sizes.
     *
     * @throws IllegalArgumentException if a size is not positive or an axis is empty
     */
    default Tensor resize(Interpolation how, long... sizes) {
        return Resampling.resize(self(), how, sizes);
    }

    /**
     * {@link #resize} by factors, one for each of the last axes: {@code upsample(NEAREST, 2, 2)} doubles height and width.
     *
     * <p>[..., D₁, …, Dₖ] → [..., ⌊D₁·f₁⌋, …, ⌊Dₖ·fₖ⌋]. The elements are 1/f apart in the input, even where that does not divide
     * it evenly.
     *
     * @throws IllegalArgumentException if a factor is not positive and finite, or nothing would be left of an axis
     */
    default Tensor upsample(Interpolation how, double... factors) {
        return Resampling.upsample(self(), how, factors);
    }

    // ---------------------------------------------------------------- padding

    /**
     * Zeros around the last axes, {@code left, right, top, bottom, front, …}: two amounts per axis, the last axis first, as in
     * PyTorch. Negative amounts take elements away. Any type.
     *
     * @throws IllegalArgumentException if amounts do not come in pairs or there are too many of them
     */
    default Tensor pad(long... amounts) {
        return Resampling.pad(self(), PadMode.ZEROS, 0, amounts);
    }

    /**
     * {@link #pad(long...)} with another number.
     *
     * @throws IllegalArgumentException if an integer tensor is to take what is no integer
     */
    default Tensor padWith(double value, long... amounts) {
        return Resampling.pad(self(), PadMode.ZEROS, value, amounts);
    }

    /**
     * {@link #pad(long...)} with what the mode continues an axis by. Any type.
     *
     * @throws IllegalArgumentException if amounts do not come in pairs, there are too many of them, or an axis is too short to
     *     be continued so far
     */
    default Tensor pad(PadMode mode, long... amounts) {
        return Resampling.pad(self(), mode, 0, amounts);
    }
}
