package org.culebra.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.memory.DType;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.GradientAccumulator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.Supervised;
import org.culebra.train.Trainer;
import org.jspecify.annotations.Nullable;

/** What the examples of the Javadoc take for granted: each name in them that is not Culebra's or their own. */
public class JavadocContext implements AutoCloseable {
    protected final Random random = Random.seeded(0);
    protected final Mode mode = Mode.training(random);
    protected final Sequential model =
            new Sequential(new Flatten(), Linear.of(784, 8), Activation.RELU, Linear.of(8, 3));
    protected final Tensor x = Tensor.uniform(random, 0, 1, 4, 1, 28, 28);
    protected final Tensor y = Tensor.zeros(4, 3);
    protected final Tensor images = x;
    protected final Tensor labels = Tensor.of(new long[] {0, 1, 2, 1});
    protected final Batch batch = new Batch(x, labels);
    protected final Dataset dataset = new Dataset("four", x, labels, List.of("a", "b", "c"));
    protected final Dataset held = dataset;
    protected final Loader loader = Loader.of(dataset);
    protected final Transform scale = Transform.identity();
    protected final Adam optimizer;
    protected final GradientAccumulator accumulator = new GradientAccumulator();
    protected final Map<String, Tensor> averages = Map.of("1.weight", Tensor.zeros(8, 784));
    protected final double validationLoss = .5;
    protected boolean done;

    protected final double[] epochs = {1, 2, 3};
    protected final double[] errors = {.3, .2, .1};

    protected final long N = 2; // as in the example
    protected final Tensor mean = Tensor.zeros(4, N);
    protected final Tensor deviation = Tensor.ones(4, N);

    protected final Tensor a = Tensor.normal(random, DType.F64, 0, 1, 3, 3);
    protected final Tensor b = Tensor.normal(random, DType.F64, 0, 1, 3, 3);
    protected final Tensor t = Tensor.uniform(random, DType.F64, 0, 1, 3, 3);

    protected final Tensor samples = Tensor.normal(random, 0, 1, 5, 2);
    protected final Tensor test = Tensor.normal(random, 0, 1, 5, 2);
    protected final Tensor training = Tensor.normal(random, 0, 1, 9, 2);

    protected final Sequential d = new Sequential(new Flatten(), Linear.of(784, 1));
    protected final Sequential g = new Sequential(Linear.of(2, 784));
    protected final Trainer trainer;

    protected Path folder = Path.of("");
    protected Path png = folder;
    protected @Nullable Tape tape;
    protected @Nullable Tensor loss;

    /** Everything that needs no file and no tape. */
    protected JavadocContext() {
        for (Layer each : List.of(model, d, g)) {
            each.initialize(random);
        }
        optimizer = Adam.of(model.parameters());
        trainer = Trainer.of(Supervised.classifier(model, optimizer), loader);
    }

    void prepare(Path place, boolean recording) throws IOException {
        folder = place;
        png = place.resolve("plot.png");
        Files.writeString(place.resolve("iris.csv"), "width,species\n1,setosa\n2,virginica\n");
        if (recording) {
            tape = Tape.open();
            loss = model.forward(x).square().mean();
        }
    }

    @Override
    public void close() {
        if (tape != null) {
            tape.close();
        }
    }

    protected static Tensor lossOf(Tensor output) {
        return output.square().mean();
    }

    protected static Tensor noise(Adversarial.Turn turn) {
        return Tensor.normal(turn.random(), 0, 1, turn.batch().size(), 2);
    }

    protected static boolean isEnough(Batch given) {
        return given.size() > 1;
    }

    protected double evaluate(Layer net) {
        return lossOf(net.forward(x)).item();
    }
}
