package org.culebra.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.culebra.fuzz.Target;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** Safetensors files. */
public final class SafetensorsFuzz implements Target {
    @Override
    public List<byte[]> seeds() throws IOException {
        Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        return List.of(
                Target.file(file -> Safetensors.write(file, Map.of())),
                Target.file(file -> Safetensors.write(file, Map.of("w", matrix), Map.of("note", "value"), Coding.F16)),
                Target.file(file -> Safetensors.write(
                        file,
                        Map.of("b", Tensor.of(new boolean[] {true, false}), "e", Tensor.zeros(DType.I64, 0, 3)))));
    }

    @Override
    public List<String> tokens() {
        return List.of(
                "\"dtype\":\"BOOL\"", "\"shape\":[0,1152921504606846976]", "\"data_offsets\":[0,0]", "__metadata__");
    }

    @Override
    public Class<? extends IOException> refusal() {
        return FormatException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Safetensors.read(file);
    }
}
