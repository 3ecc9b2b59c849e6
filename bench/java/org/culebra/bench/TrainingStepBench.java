package org.culebra.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.culebra.kernel.parallel.Team;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One step of training the small CNN (forward, cross-entropy, backward, Adam) and PyTorch's, on the same batch and weights. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 2)
@Measurement(iterations = 8, time = 2)
@SuppressWarnings("NullAway.Init") // what @Setup makes
public class TrainingStepBench {
    /** Images per step. */
    @Param({"128", "1000"})
    public int batch;

    /** Threads of both. */
    @Param("1")
    public int threads;

    private Tensor images;
    private Tensor labels;
    private Layer model;
    private Adam adam;
    private Mode mode;
    private TorchSmallCnn torch;

    /** The same numbers for both. */
    @Setup(Level.Trial)
    public void setUp() {
        var random = Random.seeded(0);
        images = Tensor.normal(random, 0, 1, batch, 1, 28, 28);
        labels = Tensor.randint(random, 0, 10, batch);
        model = SmallCnn.create();
        model.initialize(random);
        adam = Adam.of(model.parameters());
        mode = Mode.training(random);
        List<float[]> weights =
                model.parameters().stream().map(Tensor::toFloatArray).toList();
        TorchSmallCnn.threads(threads);
        torch = new TorchSmallCnn(images.toFloatArray(), labels.toLongArray(), weights);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        torch.close();
    }

    /** Ours; the loss before the step. */
    @Benchmark
    public double culebra() {
        double[] loss = new double[1];
        Team.withThreads(threads, () -> loss[0] = step());
        return loss[0];
    }

    private double step() {
        try (var tape = Tape.open()) {
            Tensor loss = Losses.crossEntropy(model.forward(images, mode), labels);
            adam.step(tape.gradients(loss));
            return loss.item();
        }
    }

    /** PyTorch's; the loss before the step. */
    @Benchmark
    public double pyTorch() {
        return torch.step();
    }
}
