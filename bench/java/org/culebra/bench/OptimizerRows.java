package org.culebra.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.optim.Adam;
import org.culebra.optim.AdamW;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Sgd;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tensor;

/** Updates of ten million parameters in tensors of mixed sizes, beside PyTorch's optimizers as they are by default. */
final class OptimizerRows {
    private static final double RATE = 1e-3;

    /** 10,018,000 numbers. */
    private static final long[][] SIZES = {
        {2048, 2048},
        {2048},
        {1024, 2048},
        {1024},
        {1024, 1024},
        {1024},
        {512, 256, 3, 3},
        {512},
        {256, 256, 3, 3},
        {256},
        {2000, 448},
        {2000},
        {9680}
    };

    private OptimizerRows() {}

    static List<Row> rows() {
        return List.of(
                row("SGD with momentum", 5, w -> Sgd.of(w).momentum(.9).learningRate(RATE), OptimizerRows::momentum),
                row(
                        "Adam",
                        7,
                        w -> Adam.of(w).learningRate(RATE),
                        w -> new org.bytedeco.pytorch.Adam(w, new AdamOptions(RATE))),
                row(
                        "AdamW",
                        7,
                        w -> AdamW.of(w).learningRate(RATE),
                        w -> new org.bytedeco.pytorch.AdamW(w, new AdamWOptions(RATE))));
    }

    private static org.bytedeco.pytorch.Optimizer momentum(TensorVector weights) {
        var options = new SGDOptions(RATE);
        options.momentum().put(.9);
        return new org.bytedeco.pytorch.SGD(weights, options);
    }

    /**
     * One optimizer; what is compared is one of the tensors.
     *
     * @param passes how often memory must be gone over at least
     */
    private static Row row(
            String name,
            int passes,
            Function<List<Tensor>, ? extends Optimizer> maker,
            Function<TensorVector, org.bytedeco.pytorch.Optimizer> peer) {
        return new Row(name + " over 10 M parameters", Cost.floats(passes * 1e7), () -> {
            List<Pair> weights = new ArrayList<>();
            Map<Tensor, Tensor> gradients = new LinkedHashMap<>();
            for (long[] size : SIZES) {
                Tensor own = Pair.normal(size).ours().asParameter();
                Pair weight = Pair.of(own);
                Pair gradient = Pair.normal(size);
                weight.theirs().set_requires_grad(true);
                weight.theirs().mutable_grad().put(gradient.theirs());
                weights.add(weight);
                gradients.put(own, gradient.ours());
            }
            Optimizer ours = maker.apply(weights.stream().map(Pair::ours).toList());
            var theirs = peer.apply(
                    new TensorVector(weights.stream().map(Pair::theirs).toArray(org.bytedeco.pytorch.Tensor[]::new)));
            Gradients all = Gradients.of(gradients);
            Pair seen = weights.get(5);
            return Sides.of(
                    () -> {
                        ours.step(all);
                        return seen.ours();
                    },
                    () -> {
                        theirs.step();
                        return seen.theirs();
                    });
        });
    }
}
