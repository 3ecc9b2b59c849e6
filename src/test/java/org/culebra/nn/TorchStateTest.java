package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.culebra.io.Safetensors;
import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * States of PyTorch's modules, loaded as they are: the same outputs, and the same buffers after a pass in training. How the files were
 * made is written beside them, in {@code src/test/resources/org/culebra/nn}.
 */
class TorchStateTest {
    private static final Path FOLDER = Path.of("src/test/resources/org/culebra/nn/pytorch-states");
    private static final String SUFFIX = ".safetensors";
    private static final String TEST = "test.";
    private static final String AFTER = TEST + "after.";

    private static final Map<String, Supplier<Model>> MODELS = new TreeMap<>();

    static {
        MODELS.put("linear", () -> Linear.of(4, 3));
        MODELS.put("linear_no_bias", () -> Linear.of(4, 3).withoutBias());
        MODELS.put("bilinear", () -> Bilinear.of(3, 2, 4));
        MODELS.put("embedding", () -> Embedding.of(5, 3));
        MODELS.put("prelu", PRelu::shared);
        MODELS.put("prelu_channels", () -> PRelu.of(4));
        MODELS.put("conv1d", () -> Conv1d.of(4, 6, 3).stride(2).padding(1).groups(2));
        MODELS.put(
                "conv2d",
                () -> Conv2d.of(2, 3, 3, 2).padding(1, 0).dilation(1, 2).withoutBias());
        MODELS.put("conv3d", () -> Conv3d.of(2, 3, 2, 1, 2));
        MODELS.put("conv_transpose1d", () -> ConvTranspose1d.of(2, 3, 3));
        MODELS.put(
                "conv_transpose2d",
                () -> ConvTranspose2d.of(4, 6, 3, 2)
                        .stride(2, 1)
                        .padding(1, 0)
                        .outputPadding(1, 0)
                        .groups(2));
        MODELS.put("conv_transpose3d", () -> ConvTranspose3d.of(2, 1, 2, 1, 2));
        MODELS.put("batch_norm1d", () -> BatchNorm.of(3));
        MODELS.put("batch_norm2d", () -> BatchNorm.of(3).momentum(.3).epsilon(1e-3));
        MODELS.put("batch_norm3d_cumulative", () -> BatchNorm.of(2).cumulative().withoutScaling());
        MODELS.put("layer_norm", () -> LayerNorm.of(3, 2));
        MODELS.put("group_norm", () -> GroupNorm.of(2, 4));
        MODELS.put("instance_norm", () -> GroupNorm.instance(3).withScaling());
        MODELS.put("rms_norm", () -> LayerNorm.rms(4));
        MODELS.put("rms_norm_f32", () -> LayerNorm.rms(4));
        MODELS.put("rnn", () -> Recurrent.rnn(3, 2));
        MODELS.put("lstm", () -> Recurrent.lstm(3, 2));
        MODELS.put("gru", () -> Recurrent.gru(3, 2).withoutBias());
        MODELS.put("rnn_2_layers_bidirectional", () -> deep(Recurrent.rnn(3, 2)));
        MODELS.put("lstm_2_layers_bidirectional", () -> deep(Recurrent.lstm(3, 2)));
        MODELS.put("gru_2_layers_bidirectional", () -> deep(Recurrent.gru(3, 2)));
        MODELS.put("multihead_attention", () -> MultiHeadAttention.of(4, 2));
        MODELS.put("multihead_attention_cross", () -> MultiHeadAttention.of(4, 2));
        MODELS.put("transformer_encoder_layer", () -> TransformerBlock.of(4, 2, 6));
        MODELS.put(
                "transformer_encoder_layer_gelu",
                () -> TransformerBlock.of(4, 2, 6).activation(Activation.GELU));
        MODELS.put(
                "sequential",
                () -> new Sequential(
                        Conv2d.of(1, 2, 2), BatchNorm.of(2), Activation.RELU, new Flatten(), Linear.of(8, 3)));
        MODELS.put("weight_norm", () -> WeightNorm.of(Linear.of(4, 3)));
        MODELS.put("spectral_norm", () -> SpectralNorm.of(Linear.of(4, 3)));
        MODELS.put("spectral_norm_transposed", () -> SpectralNorm.of(ConvTranspose1d.of(2, 3, 2)));
    }

    private static Recurrent deep(Recurrent layer) {
        return layer.layers(2).bidirectional();
    }

    static Set<String> names() {
        return MODELS.keySet();
    }

    /** But for RMSNorm's: its ε depends on the type. */
    static Set<String> namesOfAnyType() {
        return names().stream().filter(name -> !name.startsWith("rms_norm")).collect(Collectors.toSet());
    }

    /** One file. */
    private record Recorded(Map<String, Tensor> state, Map<String, Tensor> test) {
        static Recorded read(String name) throws IOException {
            var recorded = new Recorded(new LinkedHashMap<>(), new LinkedHashMap<>());
            Safetensors.read(FOLDER.resolve(name + SUFFIX)).tensors().forEach((key, tensor) -> {
                Map<String, Tensor> part = key.startsWith(TEST) ? recorded.test : recorded.state;
                part.put(key, tensor);
            });
            return recorded;
        }

        Recorded inFloats() {
            var floats = new Recorded(new LinkedHashMap<>(state), new LinkedHashMap<>(test));
            floats.state.replaceAll((key, tensor) -> inFloats(tensor));
            floats.test.replaceAll((key, tensor) -> inFloats(tensor));
            return floats;
        }

        private static Tensor inFloats(Tensor tensor) {
            return tensor.dtype().isFloating() ? tensor.to(DType.F32) : tensor;
        }

        Tensor get(String name) {
            return Objects.requireNonNull(test.get(name), name);
        }

        Tensor input() {
            return get("test.input");
        }

        /** By file name, without the beginning that says so. */
        Map<String, Tensor> after() {
            var after = new TreeMap<String, Tensor>();
            test.forEach((key, tensor) -> {
                if (key.startsWith(AFTER)) {
                    after.put(key.substring(AFTER.length()), tensor);
                }
            });
            return after;
        }
    }

    @Test
    void everyFileIsCompared() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertEquals(
                    new TreeSet<>(names()),
                    files.map(file -> file.getFileName().toString().replace(SUFFIX, ""))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStateOfPyTorchsComputesTheSame(String name) throws IOException {
        check(name, Recorded.read(name));
    }

    @ParameterizedTest
    @MethodSource("namesOfAnyType")
    void andOneInFloats(String name) throws IOException {
        check(name, Recorded.read(name).inFloats());
    }

    private static void check(String name, Recorded recorded) {
        Model model = Objects.requireNonNull(MODELS.get(name), name).get();
        model.load(recorded.state);
        assertSame(recorded.get("test.output"), output(model, recorded, Mode.EVALUATION));
        assertSameAll(recorded.state, model.state());
        if (model instanceof Recurrent recurrent) {
            checkLastState(recurrent, recorded);
        }
        Map<String, Tensor> after = recorded.after();
        assertEquals(
                model.buffersByPath().keySet().stream().sorted().toList(),
                after.keySet().stream().toList());
        if (!after.isEmpty()) {
            assertSame(recorded.get("test.training"), output(model, recorded, LayerCheck.training()));
            var state = new LinkedHashMap<>(recorded.state);
            state.putAll(after);
            assertSameAll(state, model.state());
        }
    }

    private static Tensor output(Model model, Recorded recorded, Mode mode) {
        Tensor x = recorded.input();
        Tensor second = recorded.test.get("test.second");
        return switch (model) {
            case Bilinear bilinear -> bilinear.forward(x, recorded.get("test.second"));
            case MultiHeadAttention attention when second != null -> attention.forward(x, second, second, null, mode);
            case Layer layer -> layer.forward(x, mode);
            default -> throw new IllegalArgumentException("how to call " + model + "?");
        };
    }

    private static void checkLastState(Recurrent model, Recorded recorded) {
        Recurrent.State last =
                model.run(recorded.input(), null, Mode.EVALUATION).state();
        assertSame(recorded.get("test.hidden"), last.hidden());
        Tensor cell = recorded.test.get("test.cell");
        assertEquals(cell == null, last.cell() == null);
        if (cell != null) {
            assertSame(cell, Objects.requireNonNull(last.cell()));
        }
    }

    /** The same names, types, shapes and numbers. */
    private static void assertSameAll(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(actual.keySet()));
        expected.forEach((key, tensor) -> assertSame(tensor, StateCheck.get(actual, key)));
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(describe(expected), describe(actual));
        double tolerance = expected.dtype() == DType.F32 ? 1e-5 : 1e-10;
        assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), tolerance);
    }

    private static String describe(Tensor x) {
        Shape shape = x.shape();
        return x.dtype() + shape.toString();
    }
}
