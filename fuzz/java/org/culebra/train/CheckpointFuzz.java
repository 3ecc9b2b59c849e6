package org.culebra.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.culebra.fuzz.Target;
import org.culebra.io.FormatException;
import org.culebra.io.Safetensors;
import org.culebra.optim.State;
import org.culebra.tensor.Tensor;

/** Checkpoints. */
public final class CheckpointFuzz implements Target {
    @Override
    public List<byte[]> seeds() throws IOException {
        var state =
                new State(Map.of("w", Tensor.of(new float[] {1, 2}, 2, 1)), Map.of("step", 3.0, "score", Double.NaN));
        return List.of(
                Target.file(new Checkpoint(state, Map.of("recipe", "digits-cnn"))::write),
                Target.file(new Checkpoint(State.EMPTY, Map.of())::write));
    }

    @Override
    public List<String> tokens() {
        return List.of("number.step", "note.", "sha256", "1e999", "Infinity", "0x1p3");
    }

    @Override
    public Class<? extends IOException> refusal() {
        return FormatException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        try {
            Checkpoint.read(file);
        } catch (FormatException e) {
            // No mutation finds the sum that it should have.
            Safetensors content = Safetensors.read(file);
            var notes = new TreeMap<>(content.metadata());
            notes.remove(Checkpoint.SUM);
            var signed = new LinkedHashMap<>(notes);
            signed.put(Checkpoint.SUM, Checkpoint.sum(content.tensors(), notes));
            Checkpoint.of(file, new Safetensors(content.tensors(), signed));
        }
    }
}
