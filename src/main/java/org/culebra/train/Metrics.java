package org.culebra.train;

import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** The usual metrics. */
public final class Metrics {
    private Metrics() {}

    /** Share of the examples whose class was predicted right: logits [B, K], labels i64[B]. */
    public static Metric accuracy() {
        var mean = new Mean[] {new Mean()};
        return new Metric() {
            @Override
            public String name() {
                return "accuracy";
            }

            @Override
            public void add(Tensor output, Tensor target) {
                Tensor right = Tape.scoped(() -> output.argMax(1).eq(target).sum());
                mean[0].add((double) right.itemAsLong() / target.size(), target.size());
            }

            @Override
            public double value() {
                return mean[0].value();
            }

            @Override
            public void reset() {
                mean[0] = new Mean();
            }
        };
    }
}
