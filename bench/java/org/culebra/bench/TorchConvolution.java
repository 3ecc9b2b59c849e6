package org.culebra.bench;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.culebra.kernel.gemm.ConvGeometry;

/** The peer for convolutions. Results are dropped after each call, as eager PyTorch code would. */
@SuppressWarnings("restricted") // the memory of PyTorch's tensors
final class TorchConvolution implements AutoCloseable {
    private final NoGradGuard noGradient = new NoGradGuard();
    private final ConvGeometry geometry;
    private final long[] stride;
    private final long[] padding;
    private final long[] dilation;
    private final Tensor x;
    private final Tensor w;
    private final Tensor y;
    private final TensorOptional noBias = new TensorOptional();
    private final LongArrayRefOptional noSizes = new LongArrayRefOptional();
    private final BoolPointer wanted = new BoolPointer(3);

    /** Works on copies of what is in the segments. */
    TorchConvolution(ConvGeometry g, MemorySegment x, MemorySegment w, MemorySegment y) {
        geometry = g;
        stride = new long[] {g.strideH(), g.strideW()};
        padding = new long[] {g.padH(), g.padW()};
        dilation = new long[] {g.dilationH(), g.dilationW()};
        this.x = copy(x, g.n(), g.c(), g.h(), g.w());
        this.w = copy(w, g.o(), g.c() / g.groups(), g.kh(), g.kw());
        this.y = copy(y, g.n(), g.o(), g.outH(), g.outW());
    }

    static void threads(int count) {
        torch.set_num_threads(count);
    }

    private static Tensor copy(MemorySegment segment, long... shape) {
        Tensor tensor = torch.empty(shape);
        MemorySegment.ofAddress(tensor.data_ptr_float().address())
                .reinterpret(4 * tensor.numel())
                .copyFrom(segment.asSlice(0, 4 * tensor.numel()));
        return tensor;
    }

    /** A view of the memory of a tensor of floats. */
    static MemorySegment data(Tensor tensor) {
        FloatPointer pointer = tensor.data_ptr_float();
        return MemorySegment.ofAddress(pointer.address()).reinterpret(4 * tensor.numel());
    }

    Tensor forward() {
        return torch.conv2d(x, w, noBias, stride, padding, dilation, geometry.groups());
    }

    Tensor inputGradient() {
        return backward(true);
    }

    Tensor weightGradient() {
        return backward(false);
    }

    private Tensor backward(boolean input) {
        wanted.put(0, input).put(1, !input).put(2, false);
        T_TensorTensorTensor_T gradients = torch.convolution_backward(
                y, x, w, noSizes, stride, padding, dilation, false, new long[] {0, 0}, geometry.groups(), wanted);
        return input ? gradients.get0() : gradients.get1();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "PyTorch %s", geometry);
    }

    @Override
    public void close() {
        noGradient.close();
    }
}
