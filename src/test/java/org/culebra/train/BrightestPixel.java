package org.culebra.train;

import java.util.List;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.memory.DType;
import org.culebra.nn.Activation;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** A training that takes no time: which of four pixels is the brightest. */
final class BrightestPixel {
    private BrightestPixel() {}

    /** Images of four pixels, of which the brightest is the class. */
    static Dataset brightest(long count, long seed) {
        Tensor images = Tensor.randint(Random.seeded(seed), 0, 256, count, 1, 2, 2);
        return new Dataset(
                "brightest", images.to(DType.U8), images.reshape(count, 4).argMax(1), List.of("a", "b", "c", "d"));
    }

    static Sequential net(long seed) {
        var net = new Sequential(new Flatten(), Linear.of(4, 16), Activation.TANH, new Dropout(.1), Linear.of(16, 4));
        net.initialize(Random.seeded(seed));
        return net;
    }

    static Loader loader(long seed) {
        return Loader.of(brightest(400, 1))
                .batchSize(32)
                .shuffle(Random.seeded(seed))
                .transform(Transform.normalize(255, .5, .3));
    }

    static Loader held() {
        return Loader.of(brightest(200, 2)).batchSize(150).transform(Transform.normalize(255, .5, .3));
    }

    static Supervised task(Sequential net) {
        return Supervised.classifier(net, Adam.of(net.parameters()).learningRate(.02));
    }

    static Trainer trainer(Task task) {
        return Trainer.of(task, loader(3)).random(Random.seeded(4));
    }
}
