package org.culebra.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.LBFGS;
import org.bytedeco.pytorch.LBFGSOptions;
import org.bytedeco.pytorch.LossClosure;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.io.Safetensors;
import org.culebra.testing.SigmoidNet;

/**
 * Records a thousand steps of PyTorch's optimizers on the sigmoid net of the tests, in f64: the loss before every step, and the
 * weights after every hundredth. A test compares Culebra's with the file that this writes.
 *
 * <pre>mvn -q -Pbench test-compile exec:exec -Dexec.args="@.jvmconfig -cp %classpath org.culebra.bench.TorchTrajectories FILE"</pre>
 */
public final class TorchTrajectories {
    private static final int STEPS = 1000;
    private static final int EVERY = 100;

    private static final Map<String, Function<TensorVector, Optimizer>> OPTIMIZERS = new LinkedHashMap<>();

    static {
        OPTIMIZERS.put("sgd", w -> sgd(w, .5, 0, 0, .001, false));
        OPTIMIZERS.put("momentum", w -> sgd(w, .2, .9, .1, 0, false));
        OPTIMIZERS.put("nesterov", w -> sgd(w, .2, .9, 0, .0001, true));
        OPTIMIZERS.put("adam", w -> adam(w, 1e-3, .9, .999, 0, false));
        OPTIMIZERS.put("adam_weight_decay", w -> adam(w, 3e-3, .8, .99, .001, false));
        OPTIMIZERS.put("adam_amsgrad", w -> adam(w, 3e-3, .9, .99, 0, true));
        OPTIMIZERS.put("adamw", TorchTrajectories::adamW);
        OPTIMIZERS.put("rmsprop", w -> rmsProp(w, 1e-3, 0, false));
        OPTIMIZERS.put("rmsprop_momentum", w -> rmsProp(w, 3e-4, .5, false));
        OPTIMIZERS.put("rmsprop_centered", w -> rmsProp(w, 3e-4, .5, true));
        OPTIMIZERS.put("adagrad", TorchTrajectories::adagrad);
        OPTIMIZERS.put("lbfgs", w -> lbfgs(w, .05, 2, false));
        OPTIMIZERS.put("lbfgs_strong_wolfe", w -> lbfgs(w, 1, 2, true));
    }

    private TorchTrajectories() {}

    /** Writes the file named by the first argument. */
    public static void main(String[] args) throws IOException {
        torch.set_num_threads(1);
        var recorded = new LinkedHashMap<String, org.culebra.tensor.Tensor>();
        OPTIMIZERS.forEach((name, optimizer) -> {
            try (var _ = new PointerScope()) {
                record(name, optimizer, recorded);
            }
        });
        Safetensors.write(Path.of(args[0]), recorded, Map.of("made_by", "TorchTrajectories"));
    }

    private static void record(
            String name, Function<TensorVector, Optimizer> make, Map<String, org.culebra.tensor.Tensor> recorded) {
        var net = new Net();
        Optimizer optimizer = make.apply(net.parameters());
        double[] losses = new double[STEPS];
        List<Double> weights = new ArrayList<>();
        var closure = new LossClosure() {
            @Override
            public Tensor call() {
                optimizer.zero_grad();
                Tensor loss = net.loss(SigmoidNet.penalty(name));
                loss.backward();
                return loss;
            }
        };
        for (int t = 0; t < STEPS; t++) {
            losses[t] = optimizer.step(closure).item_double();
            if ((t + 1) % EVERY == 0) {
                weights.addAll(net.weights());
            }
        }
        recorded.put(name + ".loss", org.culebra.tensor.Tensor.of(losses));
        double[] all = weights.stream().mapToDouble(Double::doubleValue).toArray();
        recorded.put(name + ".weights", org.culebra.tensor.Tensor.of(all, STEPS / EVERY, SigmoidNet.WEIGHTS));
        System.out.println(name + ": loss from " + losses[0] + " to " + losses[STEPS - 1]);
    }

    private static Optimizer sgd(
            TensorVector w, double rate, double momentum, double dampening, double decay, boolean nesterov) {
        var options = new SGDOptions(rate);
        options.momentum().put(momentum);
        options.dampening().put(dampening);
        options.weight_decay().put(decay);
        options.nesterov().put(nesterov);
        return new SGD(w, options);
    }

    private static Optimizer adam(
            TensorVector w, double rate, double beta1, double beta2, double decay, boolean amsgrad) {
        var options = new AdamOptions(rate);
        betas(options.betas(), beta1, beta2);
        options.weight_decay().put(decay);
        options.amsgrad().put(amsgrad);
        return new Adam(w, options);
    }

    /** A std::tuple in the memory of libstdc++, which has the last element first. */
    static void betas(DoublePointer tuple, double beta1, double beta2) {
        if (tuple.get(0) != .999 || tuple.get(1) != .9) {
            throw new IllegalStateException("the defaults of betas are not where they are expected");
        }
        tuple.put(0, beta2).put(1, beta1);
    }

    private static Optimizer adamW(TensorVector w) {
        var options = new AdamWOptions(1e-3);
        betas(options.betas(), .5, .99);
        options.weight_decay().put(.1);
        return new AdamW(w, options);
    }

    private static Optimizer rmsProp(TensorVector w, double rate, double momentum, boolean centered) {
        var options = new RMSpropOptions(rate);
        options.alpha().put(.9);
        options.eps().put(1e-4);
        options.momentum().put(momentum);
        options.centered().put(centered);
        return new RMSprop(w, options);
    }

    private static Optimizer adagrad(TensorVector w) {
        var options = new AdagradOptions(.1);
        options.lr_decay().put(.01);
        options.initial_accumulator_value().put(.5);
        options.weight_decay().put(.001);
        return new Adagrad(w, options);
    }

    private static Optimizer lbfgs(TensorVector w, double rate, long iterations, boolean strongWolfe) {
        var options = new LBFGSOptions(rate);
        options.max_iter().put(iterations);
        options.history_size().put(5);
        options.tolerance_grad().put(1e-10);
        options.tolerance_change().put(1e-14);
        if (strongWolfe) {
            options.line_search_fn().put(new org.bytedeco.javacpp.BytePointer("strong_wolfe"));
        }
        return new LBFGS(w, options);
    }

    /** {@link SigmoidNet} in PyTorch. */
    private static final class Net {
        private final Tensor x = matrix(SigmoidNet.inputs(), 0, SigmoidNet.POINTS, SigmoidNet.INPUTS);
        private final Tensor y = matrix(SigmoidNet.targets(), 0, SigmoidNet.POINTS, 1);
        private final List<Tensor> parameters = new ArrayList<>();

        Net() {
            int hidden = SigmoidNet.HIDDEN;
            int at = 0;
            for (long[] shape : new long[][] {{hidden, SigmoidNet.INPUTS}, {hidden}, {1, hidden}, {1}}) {
                Tensor parameter = matrix(SigmoidNet.start(), at, shape);
                parameter.set_requires_grad(true);
                parameters.add(parameter);
                at += (int) parameter.numel();
            }
        }

        private static Tensor matrix(double[] values, int from, long... shape) {
            Tensor tensor = torch.empty(shape).to(torch.ScalarType.Double);
            int count = (int) tensor.numel();
            tensor.data_ptr_double().put(values, from, count);
            return tensor;
        }

        TensorVector parameters() {
            var vector = new TensorVector();
            parameters.forEach(vector::push_back);
            return vector;
        }

        Tensor loss(double penalty) {
            Tensor hidden =
                    x.matmul(parameters.get(0).t()).add(parameters.get(1)).sigmoid();
            Tensor out =
                    hidden.matmul(parameters.get(2).t()).add(parameters.get(3)).sigmoid();
            Tensor loss = out.sub(y).square().mean();
            for (Tensor parameter : parameters) {
                loss = loss.add(parameter.square().sum().mul(new Scalar(penalty)));
            }
            return loss;
        }

        List<Double> weights() {
            var weights = new ArrayList<Double>();
            for (Tensor parameter : parameters) {
                Tensor flat = parameter.detach().flatten();
                for (long i = 0; i < flat.numel(); i++) {
                    weights.add(flat.select(0, i).item_double());
                }
            }
            return weights;
        }
    }
}
