package org.culebra.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The small CNN of 83,466 parameters in PyTorch, eager, with Adam: the peer of our training step. */
@SuppressWarnings("restricted") // the memory of PyTorch's tensors
final class TorchSmallCnn implements AutoCloseable {
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};

    private final PointerScope memory = new PointerScope();
    private final Tensor images;
    private final Tensor labels;
    private final Tensor[] parameters;
    private final Adam adam;

    /**
     * A net with given weights on one batch.
     *
     * @param images [batch, 1, 28, 28]
     * @param weights w and b of both convolutions and of the linear layer, in this order, row-major
     */
    TorchSmallCnn(float[] images, long[] labels, List<float[]> weights) {
        long[][] shapes = {{32, 1, 5, 5}, {32}, {64, 32, 5, 5}, {64}, {10, 64 * 7 * 7}, {10}};
        this.images = filled(images, labels.length, 1, 28, 28);
        this.labels = torch.tensor(labels);
        this.parameters = new Tensor[shapes.length];
        var trained = new TensorVector();
        for (int i = 0; i < shapes.length; i++) {
            parameters[i] = filled(weights.get(i), shapes[i]);
            parameters[i].set_requires_grad(true);
            trained.push_back(parameters[i]);
        }
        adam = new Adam(trained, new AdamOptions(1e-3));
    }

    static void threads(int count) {
        torch.set_num_threads(count);
    }

    private static Tensor filled(float[] values, long... shape) {
        Tensor tensor = torch.empty(shape);
        MemorySegment.copy(
                values,
                0,
                MemorySegment.ofAddress(tensor.data_ptr_float().address()).reinterpret(4L * values.length),
                ValueLayout.JAVA_FLOAT,
                0,
                values.length);
        return tensor;
    }

    private Tensor logits() {
        Tensor first = torch.conv2d(images, parameters[0], new TensorOptional(parameters[1]), ONE, TWO, ONE, 1);
        Tensor pooled = torch.max_pool2d(torch.relu(first), TWO, TWO, new long[2], ONE, false);
        Tensor second = torch.conv2d(pooled, parameters[2], new TensorOptional(parameters[3]), ONE, TWO, ONE, 1);
        Tensor features = torch.max_pool2d(torch.relu(second), TWO, TWO, new long[2], ONE, false);
        return torch.linear(features.flatten(1, -1), parameters[4], new TensorOptional(parameters[5]));
    }

    /** Forward, backward and Adam's step; the loss before it. */
    double step() {
        try (var _ = new PointerScope()) {
            adam.zero_grad();
            Tensor loss = torch.cross_entropy_loss(logits(), labels);
            loss.backward();
            adam.step();
            return loss.item_float();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
