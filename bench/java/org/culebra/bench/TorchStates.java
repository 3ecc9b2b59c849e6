package org.culebra.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNorm3dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.BilinearImpl;
import org.bytedeco.pytorch.Conv1dImpl;
import org.bytedeco.pytorch.Conv1dOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.Conv3dImpl;
import org.bytedeco.pytorch.Conv3dOptions;
import org.bytedeco.pytorch.ConvTranspose1dImpl;
import org.bytedeco.pytorch.ConvTranspose1dOptions;
import org.bytedeco.pytorch.ConvTranspose2dImpl;
import org.bytedeco.pytorch.ConvTranspose2dOptions;
import org.bytedeco.pytorch.ConvTranspose3dImpl;
import org.bytedeco.pytorch.ConvTranspose3dOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.FlattenImpl;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.GroupNormImpl;
import org.bytedeco.pytorch.InstanceNorm2dImpl;
import org.bytedeco.pytorch.InstanceNormOptions;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LayerNormOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LinearOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.PReLUImpl;
import org.bytedeco.pytorch.PReLUOptions;
import org.bytedeco.pytorch.RNNImpl;
import org.bytedeco.pytorch.RNNOptions;
import org.bytedeco.pytorch.ReLUImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TransformerActivation;
import org.bytedeco.pytorch.TransformerEncoderLayerImpl;
import org.bytedeco.pytorch.TransformerEncoderLayerOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.kGELU;
import org.culebra.io.Safetensors;

/**
 * Records what PyTorch's modules compute, in f64: for each a safetensors file with its state dict, names as they are, an input
 * {@code test.input}, the output in evaluation {@code test.output}, of recurrent networks the last state, {@code test.hidden} and
 * {@code test.cell}, and where a pass in training changes buffers the output of one, {@code test.training}, and the buffers behind it,
 * {@code test.after.NAME}. A test loads the states into Culebra's layers.
 *
 * <p>Weight and spectral normalization are written in Python and not in the C++ API that is used here; what they do is composed of
 * PyTorch's operations, with the names of {@code torch.nn.utils.parametrizations}. {@code RMSNorm} is PyTorch's operation with the
 * name that its module has in Python.
 *
 * <pre>mvn -q -Pbench test-compile exec:exec -Dexec.args="@.jvmconfig -cp %classpath org.culebra.bench.TorchStates FOLDER"</pre>
 */
public final class TorchStates {
    private static final long BATCH = 3;

    private final Path folder;

    private TorchStates(Path folder) {
        this.folder = folder;
    }

    /** Writes the files into the folder named by the first argument. */
    public static void main(String[] args) throws IOException {
        torch.set_num_threads(1);
        torch.manual_seed(1);
        Path folder = Files.createDirectories(Path.of(args[0]));
        try (var _ = new PointerScope();
                var _ = new AutoGradMode(false)) {
            var states = new TorchStates(folder);
            states.dense();
            states.convolutions();
            states.normalizations();
            states.recurrent();
            states.attention();
            states.nested();
            states.parametrized();
        }
    }

    // ---------------------------------------------------------------- the modules

    private void dense() throws IOException {
        var linear = new LinearImpl(4, 3);
        record("linear", linear, normal(BATCH, 4), linear::forward);
        var options = new LinearOptions(4, 3);
        options.bias().put(false);
        var plain = new LinearImpl(options);
        record("linear_no_bias", plain, normal(2, BATCH, 4), plain::forward);
        var bilinear = new BilinearImpl(3, 2, 4);
        Tensor second = normal(BATCH, 2);
        record("bilinear", bilinear, normal(BATCH, 3), x -> bilinear.forward(x, second), Map.of("test.second", second));
        var embedding = new EmbeddingImpl(5, 3);
        record("embedding", embedding, torch.randint(5, new long[] {2, 4}).to(ScalarType.Long), embedding::forward);
        var shared = new PReLUImpl();
        record("prelu", shared, normal(BATCH, 4), shared::forward);
        var channels = new PReLUOptions();
        channels.num_parameters().put(4);
        var each = new PReLUImpl(channels);
        record("prelu_channels", each, normal(BATCH, 4, 2), each::forward);
    }

    private void convolutions() throws IOException {
        var one = new Conv1dOptions(4, 6, sizes(3));
        one.stride().put(sizes(2));
        one.padding().put(sizes(1));
        one.groups().put(2);
        var conv1d = new Conv1dImpl(one);
        record("conv1d", conv1d, normal(2, 4, 7), conv1d::forward);
        var two = new Conv2dOptions(2, 3, sizes(3, 2));
        two.padding().put(sizes(1, 0));
        two.dilation().put(sizes(1, 2));
        two.bias().put(false);
        var conv2d = new Conv2dImpl(two);
        record("conv2d", conv2d, normal(2, 2, 4, 5), conv2d::forward);
        var conv3d = new Conv3dImpl(new Conv3dOptions(2, 3, sizes(2, 1, 2)));
        record("conv3d", conv3d, normal(1, 2, 3, 2, 3), conv3d::forward);
        var back = new ConvTranspose1dImpl(new ConvTranspose1dOptions(2, 3, sizes(3)));
        record("conv_transpose1d", back, normal(2, 2, 4), x -> back.forward(x));
        var options = new ConvTranspose2dOptions(4, 6, sizes(3, 2));
        options.stride().put(sizes(2, 1));
        options.padding().put(sizes(1, 0));
        options.output_padding().put(sizes(1, 0));
        options.groups().put(2);
        var conv = new ConvTranspose2dImpl(options);
        record("conv_transpose2d", conv, normal(1, 4, 3, 2), x -> conv.forward(x));
        var last = new ConvTranspose3dImpl(new ConvTranspose3dOptions(2, 1, sizes(2, 1, 2)));
        record("conv_transpose3d", last, normal(1, 2, 2, 2, 2), x -> last.forward(x));
    }

    private void normalizations() throws IOException {
        var one = new BatchNorm1dImpl(new BatchNormOptions(3));
        record("batch_norm1d", one, normal(5, 3), one::forward);
        var options = new BatchNormOptions(3);
        options.momentum().put(new DoubleOptional(.3));
        options.eps().put(1e-3);
        var two = new BatchNorm2dImpl(options);
        record("batch_norm2d", two, normal(2, 3, 2, 2), two::forward);
        options = new BatchNormOptions(2);
        options.momentum().put(new DoubleOptional());
        options.affine().put(false);
        var three = new BatchNorm3dImpl(options);
        record("batch_norm3d_cumulative", three, normal(2, 2, 1, 2, 2), three::forward);
        var layer = new LayerNormImpl(new LayerNormOptions(new LongVector(3, 2)));
        record("layer_norm", layer, normal(BATCH, 3, 2), layer::forward);
        var group = new GroupNormImpl(2, 4);
        record("group_norm", group, normal(2, 4, 3), group::forward);
        var affine = new InstanceNormOptions(3);
        affine.affine().put(true);
        var instance = new InstanceNorm2dImpl(affine);
        record("instance_norm", instance, normal(2, 3, 2, 3), instance::forward);
        rmsNorm("rms_norm", ScalarType.Double, 1e-8);
        rmsNorm("rms_norm_f32", ScalarType.Float, 1e-4);
    }

    /** ε is that of the type, and a small x shows it. */
    private void rmsNorm(String name, ScalarType type, double scale) throws IOException {
        Tensor weight = normal(4).to(type);
        Tensor x = normal(BATCH, 4).mul(new Scalar(scale)).to(type);
        Tensor y = torch.rms_norm(x, new long[] {4}, new TensorOptional(weight), new DoubleOptional());
        record(name, Map.of("weight", weight), Map.of("test.input", x, "test.output", y));
    }

    private void recurrent() throws IOException {
        for (boolean deep : new boolean[] {false, true}) {
            String suffix = deep ? "_2_layers_bidirectional" : "";
            rnn("rnn" + suffix, deep);
            lstm("lstm" + suffix, deep);
            gru("gru" + suffix, deep);
        }
    }

    private void rnn(String name, boolean deep) throws IOException {
        var options = new RNNOptions(3, 2);
        options.batch_first().put(true);
        options.num_layers().put(deep ? 2 : 1);
        options.bidirectional().put(deep);
        var rnn = new RNNImpl(options);
        var last = new LinkedHashMap<String, Tensor>();
        UnaryOperator<Tensor> forward = x -> {
            var result = rnn.forward(x);
            last.put("test.hidden", result.get1());
            return result.get0();
        };
        record(name, rnn, normal(2, 4, 3), forward, last);
    }

    private void lstm(String name, boolean deep) throws IOException {
        var options = new LSTMOptions(3, 2);
        options.batch_first().put(true);
        options.num_layers().put(deep ? 2 : 1);
        options.bidirectional().put(deep);
        var lstm = new LSTMImpl(options);
        var last = new LinkedHashMap<String, Tensor>();
        UnaryOperator<Tensor> forward = x -> {
            var result = lstm.forward(x);
            last.put("test.hidden", result.get1().get0());
            last.put("test.cell", result.get1().get1());
            return result.get0();
        };
        record(name, lstm, normal(2, 4, 3), forward, last);
    }

    private void gru(String name, boolean deep) throws IOException {
        var options = new GRUOptions(3, 2);
        options.batch_first().put(true);
        options.num_layers().put(deep ? 2 : 1);
        options.bidirectional().put(deep);
        options.bias().put(deep);
        var gru = new GRUImpl(options);
        var last = new LinkedHashMap<String, Tensor>();
        UnaryOperator<Tensor> forward = x -> {
            var result = gru.forward(x);
            last.put("test.hidden", result.get1());
            return result.get0();
        };
        record(name, gru, normal(2, 4, 3), forward, last);
    }

    /** The C++ modules have the steps first. */
    private void attention() throws IOException {
        var self = new MultiheadAttentionImpl(4, 2);
        record("multihead_attention", self, normal(2, 3, 4), x -> {
            Tensor t = x.transpose(0, 1);
            return self.forward(t, t, t).get0().transpose(0, 1);
        });
        var cross = new MultiheadAttentionImpl(4, 2);
        Tensor keys = normal(2, 5, 4);
        UnaryOperator<Tensor> seeing = x -> cross.forward(x.transpose(0, 1), keys.transpose(0, 1), keys.transpose(0, 1))
                .get0()
                .transpose(0, 1);
        record("multihead_attention_cross", cross, normal(2, 3, 4), seeing, Map.of("test.second", keys));
        for (boolean smooth : new boolean[] {false, true}) {
            var options = new TransformerEncoderLayerOptions(4, 2);
            options.dim_feedforward().put(6);
            if (smooth) {
                options.activation().put(new TransformerActivation(new kGELU()));
            }
            var block = new TransformerEncoderLayerImpl(options);
            record(
                    "transformer_encoder_layer" + (smooth ? "_gelu" : ""),
                    block,
                    normal(2, 3, 4),
                    x -> block.forward(x.transpose(0, 1)).transpose(0, 1));
        }
    }

    private void nested() throws IOException {
        var net = new SequentialImpl();
        net.push_back(new Conv2dImpl(new Conv2dOptions(1, 2, sizes(2, 2))));
        net.push_back(new BatchNorm2dImpl(new BatchNormOptions(2)));
        net.push_back(new ReLUImpl());
        net.push_back(new FlattenImpl());
        net.push_back(new LinearImpl(8, 3));
        record("sequential", net, normal(2, 1, 3, 3), x -> net.forward(x));
    }

    private void parametrized() throws IOException {
        Tensor v = normal(3, 4);
        Tensor g = normal(3, 1);
        Tensor bias = normal(3);
        Tensor norm = torch.norm_except_dim(v, 2, 0);
        Tensor x = normal(BATCH, 4);
        record(
                "weight_norm",
                Map.of("bias", bias, "parametrizations.weight.original0", g, "parametrizations.weight.original1", v),
                Map.of(
                        "test.input",
                        x,
                        "test.output",
                        x.matmul(v.mul(g.div(norm)).t()).add(bias)));
        Tensor weight = normal(2, 3, 2); // of a transposed convolution: inputs first
        spectral("spectral_norm", v, bias, v, x, w -> x.matmul(w.t()).add(bias));
        Tensor signal = normal(1, 2, 4);
        Tensor matrix = weight.permute(1, 0, 2).flatten(1, -1);
        spectral(
                "spectral_norm_transposed",
                weight,
                bias,
                matrix,
                signal,
                w -> torch.conv_transpose1d(signal, w).add(bias.unsqueeze(1)));
    }

    /** {@code _SpectralNorm}: in training u ← Wv/‖Wv‖, then v ← Wᵀu/‖Wᵀu‖; the weight is W/(u·Wv). */
    private void spectral(
            String name, Tensor weight, Tensor bias, Tensor matrix, Tensor x, UnaryOperator<Tensor> forward)
            throws IOException {
        Tensor u = unit(normal(matrix.size(0)));
        Tensor v = unit(normal(matrix.size(1)));
        Tensor nextU = unit(matrix.mv(v));
        Tensor nextV = unit(matrix.t().mv(nextU));
        Tensor plain = forward.apply(weight.div(u.dot(matrix.mv(v))));
        Tensor trained = forward.apply(weight.div(nextU.dot(matrix.mv(nextV))));
        record(
                name,
                Map.of(
                        "bias", bias,
                        "parametrizations.weight.original", weight,
                        "parametrizations.weight.0._u", u,
                        "parametrizations.weight.0._v", v),
                Map.of(
                        "test.input", x,
                        "test.output", plain,
                        "test.training", trained,
                        "test.after.parametrizations.weight.0._u", nextU,
                        "test.after.parametrizations.weight.0._v", nextV));
    }

    private static Tensor unit(Tensor vector) {
        return vector.div(vector.norm());
    }

    // ---------------------------------------------------------------- recording

    private void record(String name, Module module, Tensor input, UnaryOperator<Tensor> forward) throws IOException {
        record(name, module, input, forward, Map.of());
    }

    private void record(
            String name, Module module, Tensor input, UnaryOperator<Tensor> forward, Map<String, Tensor> more)
            throws IOException {
        module.to(ScalarType.Double, false);
        Map<String, Tensor> buffers = named(module.named_buffers());
        Map<String, Tensor> state = named(module.named_parameters());
        state.values().forEach(parameter -> parameter.normal_(0, .7, null));
        buffers.forEach(TorchStates::change);
        module.eval();
        buffers.forEach((path, buffer) -> state.put(path, buffer.clone()));
        var test = new LinkedHashMap<String, Tensor>();
        test.put("test.input", input);
        test.put("test.output", forward.apply(input));
        test.putAll(more);
        if (!buffers.isEmpty()) {
            module.train(true);
            test.put("test.training", forward.apply(input));
            buffers.forEach((path, buffer) -> test.put("test.after." + path, buffer));
        }
        record(name, state, test);
    }

    /** As if there had been some training. */
    private static void change(String path, Tensor buffer) {
        if (path.endsWith("running_mean")) {
            buffer.normal_(0, 1, null);
        } else if (path.endsWith("running_var")) {
            buffer.uniform_(.5, 2, null);
        } else {
            buffer.fill_(new Scalar(7));
        }
    }

    private void record(String name, Map<String, Tensor> state, Map<String, Tensor> test) throws IOException {
        var all = new LinkedHashMap<String, org.culebra.tensor.Tensor>();
        List.of(state, test)
                .forEach(part ->
                        part.keySet().stream().sorted().forEach(key -> all.put(key, ours(key, part.get(key)))));
        Safetensors.write(folder.resolve(name + ".safetensors"), all, Map.of("made_by", "TorchStates"));
        System.out.println(name + ": " + String.join(", ", all.keySet()));
    }

    private static Map<String, Tensor> named(StringTensorDict tensors) {
        var all = new LinkedHashMap<String, Tensor>();
        for (long i = 0; i < tensors.size(); i++) {
            BytePointer key = tensors.keys().get(i);
            all.put(key.getString(), tensors.values().get(i));
        }
        return all;
    }

    /** Unlike Python's, the C++ {@code to(Double)} turns the number of batches into an f64 as well. */
    private static org.culebra.tensor.Tensor ours(String name, Tensor theirs) {
        Tensor whole = name.endsWith("num_batches_tracked") ? theirs.to(ScalarType.Long) : theirs.contiguous();
        long[] dims = LongStream.range(0, whole.dim()).map(whole::size).toArray();
        int count = (int) whole.numel();
        ScalarType type = whole.scalar_type().intern();
        return switch (type) {
            case Long -> {
                long[] numbers = new long[count];
                whole.data_ptr_long().get(numbers);
                yield org.culebra.tensor.Tensor.of(numbers).reshape(dims);
            }
            case Float -> {
                float[] numbers = new float[count];
                whole.data_ptr_float().get(numbers);
                yield org.culebra.tensor.Tensor.of(numbers).reshape(dims);
            }
            case Double -> {
                double[] numbers = new double[count];
                whole.data_ptr_double().get(numbers);
                yield org.culebra.tensor.Tensor.of(numbers).reshape(dims);
            }
            default -> throw new IllegalStateException(name + " is neither f64, f32 nor i64 but " + type);
        };
    }

    private static Tensor normal(long... dims) {
        return torch.randn(dims).to(ScalarType.Double);
    }

    private static LongPointer sizes(long... numbers) {
        return new LongPointer(numbers);
    }
}
