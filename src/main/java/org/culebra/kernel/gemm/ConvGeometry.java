package org.culebra.kernel.gemm;

/**
 * The sizes of a two-dimensional convolution: x [N,C,H,W], w [O,C/G,Kh,Kw] → y [N,O,H′,W′].
 *
 * <p>{@code y[n,o,i,j] = Σ w[o,c,a,b]·x[n,c, i·strideH − padH + a·dilationH, j·strideW − padW + b·dilationW]}, where what lies
 * outside x is 0 and o sees the channels of its group only. A one-dimensional convolution has h = kh = 1.
 *
 * @param n images
 * @param c channels of the input
 * @param o channels of the output
 * @param groups number of groups; divides c and o
 */
public record ConvGeometry(
        long n,
        long c,
        long h,
        long w,
        long o,
        long kh,
        long kw,
        long strideH,
        long strideW,
        long padH,
        long padW,
        long dilationH,
        long dilationW,
        long groups) {

    /** Checks that the sizes fit each other. */
    public ConvGeometry {
        if (Math.min(Math.min(n, c), Math.min(o, Math.min(h, w))) < 0 || Math.min(padH, padW) < 0) {
            throw new IllegalArgumentException("negative size in a convolution");
        }
        if (Math.min(kh, kw) < 1 || Math.min(strideH, strideW) < 1 || Math.min(dilationH, dilationW) < 1) {
            throw new IllegalArgumentException("kernel, stride and dilation of a convolution are at least 1");
        }
        if (groups < 1 || c % groups != 0 || o % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide channels " + c + " and " + o);
        }
    }

    /** Rows of the output: H′ = ⌊(H + 2·padH − dilationH·(Kh − 1) − 1) / strideH⌋ + 1, or 0. */
    public long outH() {
        return out(h, kh, strideH, padH, dilationH);
    }

    /** Columns of the output. */
    public long outW() {
        return out(w, kw, strideW, padW, dilationW);
    }

    private static long out(long size, long kernel, long stride, long pad, long dilation) {
        long room = size + 2 * pad - dilation * (kernel - 1) - 1;
        return room < 0 ? 0 : room / stride + 1;
    }

    /** Input channels of a group. */
    long groupC() {
        return c / groups;
    }

    /** Output channels of a group. */
    long groupO() {
        return o / groups;
    }

    /** Elements of one image of one group: of the input, or of the output. */
    long groupPlanes(boolean output) {
        return output ? groupO() * outH() * outW() : groupC() * h * w;
    }

    /** Weights of one output channel. */
    long patch() {
        return groupC() * kh * kw;
    }
}
