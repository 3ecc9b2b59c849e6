package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** Metrics against their definitions, and whatever the batches are. */
class MetricProperties {
    private static final double CLOSE = 1e-9;

    @Property(seed = "20261123")
    void theAreaIsTheShareOfPairsInOrder(
            @ForAll @Size(min = 2, max = 30) List<@IntRange(min = -3, max = 3) Integer> scores, @ForAll long seed) {
        int n = scores.size();
        long[] truth = Tensor.randint(Random.seeded(seed), 0, 2, n).toLongArray();
        double[] values = scores.stream().mapToDouble(Integer::doubleValue).toArray();
        double inOrder = 0;
        double pairs = 0;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                if (truth[i] == 1 && truth[k] == 0) {
                    pairs++;
                    inOrder += values[i] > values[k] ? 1 : values[i] == values[k] ? .5 : 0;
                }
            }
        }
        Metric auc = Metrics.auc();
        auc.add(Tensor.of(values), Tensor.of(truth));
        assertEquals(inOrder / pairs, auc.value(), CLOSE); // NaN where there are no pairs
    }

    @Property(seed = "20261123")
    void f1IsTheHarmonicMean(@ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor logits = Tensor.normal(random, 0, 1, n);
        Tensor truth = Tensor.randint(random, 0, 2, n);
        double p = of(Metrics.precision(), logits, truth);
        double r = of(Metrics.recall(), logits, truth);
        assertEquals(p + r == 0 ? 0 : 2 * p * r / (p + r), of(Metrics.f1(), logits, truth), CLOSE);
    }

    @Property(seed = "20261123")
    void batchesDoNotMatter(
            @ForAll @IntRange(min = 2, max = 40) int n,
            @ForAll @IntRange(min = 1, max = 7) int batch,
            @ForAll @IntRange(min = 2, max = 6) int classes,
            @ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor logits = Tensor.normal(random, 0, 1, n, classes);
        Tensor labels = Tensor.randint(random, 0, classes, n);
        List<Supplier<Metric>> ofClasses = List.of(
                Metrics::accuracy,
                () -> Metrics.topK(2),
                Metrics::f1,
                () -> Metrics.precision(Averaging.WEIGHTED),
                Metrics::auc,
                Metrics::perplexity);
        for (Supplier<Metric> metric : ofClasses) {
            assertSame(metric, logits, labels, batch);
        }
        Tensor target = Tensor.normal(random, 3, 2, n, classes);
        List<Supplier<Metric>> ofNumbers =
                List.of(Metrics::meanAbsoluteError, Metrics::rootMeanSquaredError, Metrics::r2);
        for (Supplier<Metric> metric : ofNumbers) {
            assertSame(metric, logits, target, batch);
        }
    }

    private static void assertSame(Supplier<Metric> maker, Tensor output, Tensor target, int batch) {
        Metric parts = maker.get();
        for (long start = 0; start < output.dim(0); start += batch) {
            long length = Math.min(batch, output.dim(0) - start);
            parts.add(output.narrow(0, start, length), target.narrow(0, start, length));
        }
        assertEquals(of(maker.get(), output, target), parts.value(), CLOSE, parts.name());
    }

    private static double of(Metric metric, Tensor output, Tensor target) {
        metric.add(output, target);
        return metric.value();
    }
}
