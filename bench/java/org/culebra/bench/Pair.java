package org.culebra.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The same numbers for us and, as soon as it asks for them, for PyTorch: a process that does not ask does not load it. */
@SuppressWarnings("restricted") // the memory of PyTorch's tensors
final class Pair {
    private static final Random RANDOM = Random.seeded(1);

    private final Tensor ours;
    private final Supplier<org.bytedeco.pytorch.Tensor> maker;
    private org.bytedeco.pytorch.@Nullable Tensor theirs;

    private Pair(Tensor ours, Supplier<org.bytedeco.pytorch.Tensor> maker) {
        this.ours = ours;
        this.maker = maker;
    }

    Tensor ours() {
        return ours;
    }

    /** PyTorch's: what our numbers were when it was first asked for. */
    org.bytedeco.pytorch.Tensor theirs() {
        org.bytedeco.pytorch.Tensor made = theirs;
        if (made == null) {
            made = maker.get();
            made.retainReference(); // outlives the scope in which it happens to be asked for
            theirs = made;
        }
        return made;
    }

    /** f32 from N(0, 1). */
    static Pair normal(long... dims) {
        return of(Tensor.normal(RANDOM, 0, 1, dims));
    }

    /** f32 from U(0, 1). */
    static Pair uniform(long... dims) {
        return of(Tensor.uniform(RANDOM, 0, 1, dims));
    }

    /** i64 from 0 to bound − 1. */
    static Pair indices(long bound, long... dims) {
        Tensor ours = Tensor.randint(RANDOM, 0, bound, dims);
        return new Pair(ours, () -> torch.tensor(ours.toLongArray()).view(dims));
    }

    static Pair of(Tensor ours) {
        return new Pair(ours, () -> {
            org.bytedeco.pytorch.Tensor theirs = torch.empty(ours.shape().dims());
            if (ours.size() > 0) {
                data(theirs).copyFrom(MemorySegment.ofArray(ours.toFloatArray()));
            }
            return theirs;
        });
    }

    /** The memory of a contiguous tensor of floats. */
    static MemorySegment data(org.bytedeco.pytorch.Tensor tensor) {
        return MemorySegment.ofAddress(tensor.data_ptr_float().address()).reinterpret(4 * tensor.numel());
    }

    /** Row-major copies of the numbers of a result: a tensor of ours or of PyTorch's, a segment, or a number. */
    static float[] numbers(Object result) {
        return switch (result) {
            case Tensor ours -> ours.toFloatArray();
            case org.bytedeco.pytorch.Tensor theirs ->
                data(theirs.to(torch.ScalarType.Float).contiguous()).toArray(ValueLayout.JAVA_FLOAT);
            case MemorySegment segment -> segment.toArray(ValueLayout.JAVA_FLOAT);
            case Number number -> new float[] {number.floatValue()};
            default -> throw new IllegalArgumentException("no numbers in " + result);
        };
    }
}
