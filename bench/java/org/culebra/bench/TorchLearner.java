package org.culebra.bench;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.nn.Layer;

/** What a study trains, in PyTorch. */
interface TorchLearner {
    /** The cross-entropy of a batch before a step, and the step. */
    double step(Tensor x, Tensor labels);

    /** Sums over a batch of the test: {@code accuracy}, {@code loss}, and what else there is. */
    Map<String, Double> test(Tensor x, Tensor labels);

    /** Copies of our first weights, to be trained. */
    static Tensor[] parameters(Layer model) {
        return model.parameters().stream()
                .map(weight -> Pair.of(weight).theirs().set_requires_grad(true))
                .toArray(Tensor[]::new);
    }

    /** Fully connected layers: weight and bias of one after the other. */
    static Tensor forward(Tensor[] p, Tensor x, UnaryOperator<Tensor> activation) {
        Tensor y = x.flatten(1, -1);
        for (int i = 0; i < p.length; i += 2) {
            y = torch.linear(i == 0 ? y : activation.apply(y), p[i], new TensorOptional(p[i + 1]));
        }
        return y;
    }

    static double right(Tensor logits, Tensor labels) {
        return logits.argmax(new LongOptional(1), false).eq(labels).sum().item_double();
    }

    static void clear(Tensor... parameters) {
        for (Tensor parameter : parameters) {
            parameter.mutable_grad().reset();
        }
    }

    /** Makes an optimizer of parameters. */
    @FunctionalInterface
    interface Steps {
        Optimizer of(TensorVector parameters);
    }

    /** Added to the loss: a function of the weights, which are all parameters but the biases. */
    @FunctionalInterface
    interface Penalty {
        Tensor of(List<Tensor> weights);

        static Penalty l1(double lambda) {
            return weights -> sum(weights, w -> w.abs().sum()).mul(new Scalar(lambda));
        }

        static Penalty squaredL2(double lambda) {
            return weights -> sum(weights, w -> w.square().sum()).mul(new Scalar(lambda));
        }

        private static Tensor sum(List<Tensor> weights, UnaryOperator<Tensor> norm) {
            return weights.stream().map(norm).reduce(Tensor::add).orElseThrow();
        }
    }

    /** An MLP with what the studies change about it. */
    final class Perceptron implements TorchLearner {
        private final Tensor[] p;
        private final UnaryOperator<Tensor> activation;
        private final double dropout;
        private final Penalty penalty;
        private final double maxNorm;
        private final Optimizer optimizer;

        /**
         * One that has our weights.
         *
         * @param dropout share of the hidden units that are left out
         * @param maxNorm largest norm of what leads to a unit
         */
        Perceptron(
                Layer model,
                UnaryOperator<Tensor> activation,
                double dropout,
                Penalty penalty,
                double maxNorm,
                Steps steps) {
            p = parameters(model);
            this.activation = activation;
            this.dropout = dropout;
            this.penalty = penalty;
            this.maxNorm = maxNorm;
            optimizer = steps.of(new TensorVector(p));
        }

        /** A plain one. */
        Perceptron(Layer model, UnaryOperator<Tensor> activation, Steps steps) {
            this(model, activation, 0, _ -> torch.zeros(1), Double.POSITIVE_INFINITY, steps);
        }

        private List<Tensor> weights() {
            return List.of(p).stream().filter(w -> w.dim() > 1).toList();
        }

        @Override
        public double step(Tensor x, Tensor labels) {
            clear(p);
            Tensor logits = forward(
                    p, x, y -> dropout > 0 ? torch.dropout(activation.apply(y), dropout, true) : activation.apply(y));
            Tensor loss = torch.cross_entropy_loss(logits, labels);
            loss.add(penalty.of(weights())).backward();
            try (var _ = new NoGradGuard()) {
                optimizer.step();
                if (maxNorm < Double.POSITIVE_INFINITY) {
                    weights().forEach(this::bound);
                }
            }
            return loss.item_double();
        }

        private void bound(Tensor w) {
            Tensor norms = w.norm(new org.bytedeco.pytorch.ScalarOptional(new Scalar(2.)), new long[] {1}, true);
            w.mul_(norms.reciprocal().mul_(new Scalar(maxNorm)).clamp_max(new Scalar(1.)));
        }

        @Override
        public Map<String, Double> test(Tensor x, Tensor labels) {
            Tensor logits = forward(p, x, activation);
            double loss = torch.cross_entropy_loss(logits, labels).item_double() * x.size(0);
            return Map.of("accuracy", right(logits, labels), "loss", loss);
        }
    }
}
